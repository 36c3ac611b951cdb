"""The flash bench sees every way in which a sale can go wrong."""

from uuid import uuid4

import pytest

from glocal.bench.flash import UNITS, Row, balance

BUYERS = 60


@pytest.fixture
def sale():
    """Fifty buyers with a paid order each, ten refused: what they were told, our rows, the provider's kept payments."""
    payments = [uuid4() for _ in range(UNITS)]
    rows = [Row(f"G{n}", f"key-{n}", "paid", True, payment, payment, False) for n, payment in enumerate(payments)]
    told = {f"key-{n}": f"order G{n}" if n < UNITS else "refused" for n in range(BUYERS)}
    return told, rows, set(payments)


def test_a_sale_as_it_should_be_breaks_nothing(sale):
    ended = balance(*sale, free=0)
    assert ended.broken == []
    assert (ended.paid, ended.kept, ended.refused) == (UNITS, UNITS, BUYERS - UNITS)


def test_an_order_that_ran_out_and_whose_unit_is_free_again_breaks_nothing(sale):
    told, rows, kept = sale
    kept.remove(rows[0].payment_id)
    rows[0] = rows[0]._replace(status="expired", paid=False, paid_by=None)
    assert balance(told, rows, kept, free=1).broken == []
    assert balance(told, rows, kept, free=0).broken == ["stranded 1"]


def test_a_second_attempt_that_paid_in_place_of_the_first_breaks_nothing(sale):
    told, rows, kept = sale
    first = rows[0]._replace(payment_id=uuid4())
    assert balance(told, [first, *rows], kept, free=0).broken == []


@pytest.mark.parametrize(
    ("spoil", "broken"),
    [
        (lambda told, rows, kept: kept.remove(rows[0].payment_id), "mismatched 1"),
        (lambda told, rows, kept: rows.__setitem__(0, rows[0]._replace(paid_by=uuid4())), "mismatched 2"),
        (lambda told, rows, kept: told.update({"key-59": "503 provider_busy"}), "unclear 1"),
        (lambda told, rows, kept: told.update({"key-59": "order G999"}), "lost 1"),
        (lambda told, rows, kept: rows.__setitem__(0, rows[0]._replace(under_way=True)), "open 1"),
        (lambda told, rows, kept: rows.__setitem__(0, rows[0]._replace(key="key-1")), "2 orders of one buyer"),
    ],
)
def test_what_must_not_be_is_named(sale, spoil, broken):
    told, rows, kept = sale
    spoil(told, rows, kept)
    assert balance(told, rows, kept, free=0).broken == [broken]


def test_money_twice_for_one_order_is_named(sale):
    told, rows, kept = sale
    again = rows[0]._replace(payment_id=uuid4())
    assert balance(told, [again, *rows], kept | {again.payment_id}, free=0).broken == ["mismatched 1"]


def test_one_unit_sold_too_many_is_named(sale):
    assert balance(*sale, free=1).broken == ["oversold 1"]
