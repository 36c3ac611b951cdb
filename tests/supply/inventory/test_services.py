"""Goods come, are corrected, counted and set aside; the journal tells all of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from glocal.platform.kernel.ids import uuid7
from glocal.supply.inventory import facade as inventory
from glocal.supply.inventory.models import Movement
from glocal.supply.inventory.types import MOST_ON_HAND, MOST_PER_LINE
from tests.factories.inventory import free, soon, stock, warehouse

pytestmark = pytest.mark.django_db


@contextmanager
def refused(error: type[Exception]) -> Iterator[pytest.ExceptionInfo[Exception]]:
    """The block is refused, and the transaction it ran in can go on."""
    with pytest.raises(error) as caught, transaction.atomic():
        yield caught


@pytest.fixture(autouse=True)
def books_agree():
    yield
    assert inventory.discrepancies() == ()


def at(line, **changes):
    return {
        "variant_id": line.variant_id,
        "warehouse_id": line.warehouse_id,
        "reason": "test",
        "actor_id": None,
        **changes,
    }


def reserve(line, quantity, pool=None):
    wanted = inventory.ReserveLine(line.variant_id, line.warehouse_id, quantity, pool)
    owner = uuid7()
    inventory.reserve(owner=owner, lines=[wanted], until=soon())
    return owner


def journal(line):
    return [(row.kind, row.quantity) for row in reversed(inventory.movements_of(line.variant_id))]


def test_a_receipt_with_a_reference_is_booked_once():
    line = stock(0)
    for _ in range(2):
        inventory.receive(**at(line, quantity=7, reference="DN-1"))
    inventory.receive(**at(line, quantity=1))
    inventory.receive(**at(line, quantity=1))
    assert free(line.variant_id) == 9
    with refused(inventory.ReferenceUsed) as refusal:
        inventory.receive(**at(line, quantity=8, reference="DN-1"))
    assert refusal.value.field == "reference"


def test_many_receipts_cost_three_statements_and_all_are_booked_or_none(django_assert_num_queries):
    place = warehouse()
    receipts = [inventory.Receipt(uuid7(), place.id, 3, "opening stock", f"open-{number}") for number in range(50)]
    inventory.warehouses()
    with transaction.atomic(), django_assert_num_queries(4):  # and one for the events
        assert inventory.receive_all(receipts, actor_id=None) == 50
    assert inventory.receive_all(receipts, actor_id=None) == 0
    with refused(inventory.UnknownWarehouse):
        inventory.receive_all([*receipts[:1], inventory.Receipt(uuid7(), uuid7(), 3, "x")], actor_id=None)
    assert inventory.levels(warehouse_id=place.id).total == 50


@pytest.mark.parametrize("quantity", [0, -1, MOST_PER_LINE + 1])
def test_a_receipt_of_nonsense_is_refused(quantity):
    line = stock(1)
    with refused(inventory.QuantityOutOfRange):
        inventory.receive(**at(line, quantity=quantity))
    with refused(inventory.QuantityOutOfRange):
        inventory.allocate_flash(
            variant_id=line.variant_id, warehouse_id=line.warehouse_id, quantity=quantity, actor_id=None
        )
    assert free(line.variant_id) == 1


def test_a_row_has_a_limit():
    line = stock(MOST_PER_LINE)
    with connection.cursor() as cursor:  # a receipt a line at a time would take a thousand of them
        cursor.execute("UPDATE inventory_balance SET on_hand = %s", [MOST_ON_HAND])
    with refused(inventory.StockIsFull):
        inventory.adjust(**at(line, quantity=1))
    with refused(inventory.StockIsFull):
        inventory.receive(**at(line, quantity=1))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_balance SET on_hand = %s", [MOST_PER_LINE])


def test_an_adjustment_may_not_take_what_is_promised():
    line = stock(5)
    reserve(line, 3)
    inventory.adjust(**at(line, quantity=-2, reason="broken", reference="A-1"))
    inventory.adjust(**at(line, quantity=-2, reason="broken", reference="A-1"))
    assert free(line.variant_id) == 0
    with refused(inventory.StockIsPromised) as refusal:
        inventory.adjust(**at(line, quantity=-1))
    assert refusal.value.details == {"reserved": 3, "would_be": 2}
    with refused(inventory.QuantityOutOfRange):
        inventory.adjust(**at(line, quantity=0))
    assert journal(line) == [("receive", 5), ("adjust", -2)]


def test_a_count_sets_the_books_and_journals_the_difference():
    line = stock(5)
    reserve(line, 2)
    assert inventory.count(**at(line, quantity=4, reference="C-1")) == -1
    assert inventory.count(**at(line, quantity=4, reference="C-1")) == -1
    assert inventory.count(**at(line, quantity=4)) == 0
    assert inventory.count(**at(line, quantity=6)) == 2
    with refused(inventory.StockIsPromised):
        inventory.count(**at(line, quantity=1))
    with refused(inventory.QuantityOutOfRange):
        inventory.count(**at(line, quantity=-1))
    assert journal(line) == [("receive", 5), ("count", -1), ("count", 0), ("count", 2)]


def test_flash_stock_is_apart_until_it_is_given_back():
    line = stock(10)
    pool = inventory.allocate_flash(
        variant_id=line.variant_id, warehouse_id=line.warehouse_id, quantity=6, actor_id=None
    )
    assert free(line.variant_id) == 4
    buyer = reserve(line, 2, pool)
    with refused(inventory.OutOfStock):
        reserve(line, 5, pool)
    with refused(inventory.OutOfStock):
        reserve(line, 5)
    assert inventory.return_flash(pool) == 4
    assert free(line.variant_id) == 8
    inventory.commit(buyer)
    inventory.ship(owner=buyer, warehouse_id=line.warehouse_id, actor_id=None)
    assert inventory.return_flash(pool) == 0
    with refused(inventory.UnknownPool):
        inventory.return_flash(uuid7())
    with refused(inventory.OutOfStock):
        inventory.allocate_flash(variant_id=line.variant_id, warehouse_id=line.warehouse_id, quantity=9, actor_id=None)
    shown = {
        level.pool: (level.on_hand, level.reserved) for level in inventory.levels(variant_ids=[line.variant_id]).rows
    }
    assert shown == {None: (8, 0), pool: (0, 0)}


def test_the_journal_says_who_why_and_by_what_paper():
    line, actor = stock(0), uuid7()
    inventory.receive(**at(line, quantity=5, reason="delivery", actor_id=actor, reference="DN-7"))
    (row,) = inventory.movements_of(line.variant_id)
    assert (row.kind, row.quantity, row.reason, row.actor_id, row.reference, row.warehouse_code) == (
        "receive",
        5,
        "delivery",
        actor,
        "DN-7",
        "TH-BKK",
    )
    assert Movement.objects.count() == 1


def test_seeding_adds_what_is_missing_and_changes_nothing_else():
    place = warehouse("TH-BKK")
    assert [place.code for place in inventory.seed_warehouses()] == ["CN-SZX", "DE-LEJ", "TH-BKK", "US-LAX"]
    assert place in inventory.seed_warehouses()


def test_an_inactive_warehouse_sells_nothing():
    line = stock(5)
    inventory.seed_warehouses()
    place = inventory.warehouse(line.warehouse_id)
    inventory.save_warehouse(
        code=place.code,
        name=place.name,
        country=place.country,
        kind=place.kind,
        time_zone=place.time_zone,
        active=False,
    )
    assert inventory.stock_at([line.variant_id]) == {}
    assert len(inventory.warehouses()) == 3
    with refused(inventory.UnknownWarehouse):
        inventory.warehouse(uuid7())
