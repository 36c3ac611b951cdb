"""A reservation takes all lines or none, expires, is taken over, committed, shipped or given back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from glocal.events.inventory import ReservationExpired, StockCameBack, StockRanOut
from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.supply.inventory import facade as inventory
from glocal.supply.inventory.models import Balance, Movement, Reservation
from tests.factories.inventory import free, soon, stock, warehouse

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=16)


def told(*kinds):
    names = [kind.name() for kind in kinds]
    return [(row.name, row.key) for row in OutboxEvent.objects.filter(name__in=names).order_by("pk")]


def states(owner):
    return [line.state for line in inventory.reserved_for(owner)]


@pytest.fixture(autouse=True)
def books_agree():
    yield
    assert inventory.discrepancies() == ()


def test_a_reservation_is_one_statement(django_assert_num_queries):
    line, other = stock(5), stock(5, code="CN-SZX")
    with django_assert_num_queries(1):
        inventory.reserve(owner=uuid7(), lines=[line, other], until=soon())


def test_a_refusal_leaves_nothing_and_the_transaction_goes_on():
    plenty, short, owner = stock(5), stock(2), uuid7()
    with pytest.raises(inventory.OutOfStock) as refusal:
        inventory.reserve(owner=owner, lines=[plenty, replace(short, quantity=3)], until=soon())
    assert refusal.value.details == {
        "variant_id": short.variant_id,
        "warehouse_id": short.warehouse_id,
        "wanted": 3,
        "available": 2,
    }
    assert free(plenty.variant_id) == 5
    assert not Reservation.objects.exists()


def test_two_lines_of_one_variant_are_one_demand():
    line, owner = stock(3), uuid7()
    with pytest.raises(inventory.OutOfStock):
        inventory.reserve(owner=owner, lines=[replace(line, quantity=2), replace(line, quantity=2)], until=soon())
    inventory.reserve(owner=owner, lines=[replace(line, quantity=2), line], until=soon())
    assert [reserved.quantity for reserved in inventory.reserved_for(owner)] == [3]


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_a_quantity_out_of_range_is_refused_by_name(quantity):
    with pytest.raises(inventory.QuantityOutOfRange) as refusal:
        inventory.reserve(owner=uuid7(), lines=[replace(stock(5), quantity=quantity)], until=soon())
    assert refusal.value.field == "quantity"


def test_lines_that_add_up_to_too_many_are_refused():
    line = replace(stock(5), quantity=600_000)
    with pytest.raises(inventory.QuantityOutOfRange):
        inventory.reserve(owner=uuid7(), lines=[line, line], until=soon())


def test_unknown_things_are_told_apart():
    line = stock(5)
    with pytest.raises(inventory.NothingToReserve):
        inventory.reserve(owner=uuid7(), lines=[], until=soon())
    with pytest.raises(inventory.OutOfStock) as refusal:
        inventory.reserve(owner=uuid7(), lines=[replace(line, variant_id=uuid7())], until=soon())
    assert refusal.value.details["available"] == 0
    with pytest.raises(inventory.UnknownWarehouse):
        inventory.reserve(owner=uuid7(), lines=[replace(line, warehouse_id=uuid7())], until=soon())


def test_the_next_buyer_takes_over_what_expired():
    line, late, early = stock(1), uuid7(), uuid7()
    inventory.reserve(owner=late, lines=[line], until=soon())
    with pytest.raises(inventory.OutOfStock):
        inventory.reserve(owner=early, lines=[line], until=soon())
    with clock.shifted(LATER):
        assert free(line.variant_id) == 1
        inventory.reserve(owner=early, lines=[line], until=soon())
    assert states(late) == ["released"]
    assert told(ReservationExpired) == [(ReservationExpired.name(), str(late))]
    assert inventory.commit(late) is False
    assert inventory.commit(early) is True


def test_the_sweep_gives_back_only_what_expired():
    line, late, early, paid = stock(3), uuid7(), uuid7(), uuid7()
    inventory.reserve(owner=late, lines=[line], until=soon(5))
    inventory.reserve(owner=early, lines=[line], until=soon(15))
    inventory.reserve(owner=paid, lines=[line], until=soon(5))
    assert inventory.commit(paid)
    with clock.shifted(timedelta(minutes=6)):
        assert inventory.sweep_expired() == 1
        assert inventory.sweep_expired() == 0
    assert (states(late), states(early), states(paid)) == (["released"], ["held"], ["committed"])


def test_a_payment_in_time_keeps_units_that_nobody_has_taken_over():
    line, owner = stock(1), uuid7()
    inventory.reserve(owner=owner, lines=[line], until=soon())
    with clock.shifted(LATER):
        assert inventory.commit(owner) is True
        assert inventory.sweep_expired() == 0
    assert inventory.commit(owner) is True


def test_commit_is_all_or_nothing():
    first, second, owner = stock(1), stock(1), uuid7()
    inventory.reserve(owner=owner, lines=[first], until=soon(5))
    inventory.reserve(owner=owner, lines=[second], until=soon(15))
    with clock.shifted(timedelta(minutes=6)):
        inventory.sweep_expired()
    assert inventory.commit(owner) is False
    assert sorted(states(owner)) == ["held", "released"]
    assert inventory.commit(uuid7()) is False


def test_many_owners_are_committed_and_released_together(django_assert_num_queries):
    line, owners = stock(3), [uuid7() for _ in range(3)]
    for owner in owners:
        inventory.reserve(owner=owner, lines=[line], until=soon())
    inventory.release(owners[0])
    with django_assert_num_queries(1):
        assert inventory.commit_all(owners) == frozenset(owners[1:])
    inventory.release_all(owners)
    inventory.release_all(owners)
    assert free(line.variant_id) == 3


def test_an_extension_only_lengthens_and_only_what_is_whole():
    line, owner = stock(1), uuid7()
    inventory.reserve(owner=owner, lines=[line], until=soon(15))
    until = inventory.reserved_for(owner)[0].expires_at
    assert inventory.extend(owner, soon(5)) is True
    assert inventory.reserved_for(owner)[0].expires_at == until
    assert inventory.extend(owner, soon(30)) is True
    assert inventory.reserved_for(owner)[0].expires_at > until
    inventory.release(owner)
    assert inventory.extend(owner, soon(60)) is False
    assert inventory.extend(uuid7(), soon()) is False


def test_a_late_payment_is_reserved_again_once():
    line, owner = stock(1), uuid7()
    inventory.reserve(owner=owner, lines=[line], until=soon())
    with clock.shifted(LATER):
        inventory.sweep_expired()
    for _ in range(2):
        inventory.recommit(owner=owner, lines=[line])
        assert states(owner) == ["committed"]
    assert free(line.variant_id) == 0


def test_a_late_payment_for_what_is_gone_is_refused_and_leaves_nothing():
    line, owner, other = stock(1), uuid7(), uuid7()
    inventory.reserve(owner=owner, lines=[line], until=soon())
    with clock.shifted(LATER):
        inventory.reserve(owner=other, lines=[line], until=soon())
    with pytest.raises(inventory.OutOfStock):
        inventory.recommit(owner=owner, lines=[line])
    assert inventory.reserved_for(owner) == ()
    assert states(other) == ["held"]


def test_what_was_half_lost_is_reserved_again_whole():
    first, second, owner = stock(2), stock(1), uuid7()
    inventory.reserve(owner=owner, lines=[first], until=soon(5))
    inventory.reserve(owner=owner, lines=[second], until=soon(15))
    with clock.shifted(timedelta(minutes=6)):
        inventory.sweep_expired()
        inventory.recommit(owner=owner, lines=[first, second])
    assert states(owner) == ["committed", "committed"]
    assert (free(first.variant_id), free(second.variant_id)) == (1, 0)


def test_shipping_takes_units_out_of_the_books_once_per_warehouse():
    here, there, owner = stock(5), stock(5, code="CN-SZX"), uuid7()
    inventory.reserve(owner=owner, lines=[replace(here, quantity=2), there], until=soon())
    with pytest.raises(inventory.NothingToShip):
        inventory.ship(owner=owner, warehouse_id=here.warehouse_id, actor_id=None)
    inventory.commit(owner)
    for _ in range(2):
        inventory.ship(owner=owner, warehouse_id=here.warehouse_id, actor_id=None)
    assert sorted(states(owner)) == ["committed", "shipped"]
    assert [(row.quantity, row.reference) for row in Movement.objects.filter(kind="ship")] == [(-2, str(owner))]
    inventory.release(owner)
    assert sorted(states(owner)) == ["released", "shipped"]
    assert (free(here.variant_id), free(there.variant_id)) == (3, 5)


def test_the_others_hear_once_when_the_last_unit_goes_and_when_one_returns():
    line, owner = stock(1), uuid7()
    stock(1, code="CN-SZX", variant_id=line.variant_id)
    drain()
    came, key = StockCameBack.name(), str(line.variant_id)
    assert told(StockCameBack, StockRanOut) == [(came, key)]
    inventory.reserve(owner=owner, lines=[line], until=soon())
    drain()
    assert told(StockCameBack, StockRanOut) == [(came, key)]
    there = replace(line, warehouse_id=warehouse("CN-SZX").id)
    inventory.reserve(owner=owner, lines=[there], until=soon())
    drain()
    assert told(StockCameBack, StockRanOut)[1:] == [(StockRanOut.name(), key)]
    inventory.release(owner)
    drain()
    assert told(StockCameBack, StockRanOut)[2:] == [(came, key)]


def test_the_database_itself_refuses_impossible_stock():
    row = Balance.objects.get(variant_id=stock(2).variant_id)
    for change in ({"on_hand": -1}, {"reserved": 3}, {"reserved": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Balance.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.create(variant_id=row.variant_id, warehouse_id=row.warehouse_id)


@pytest.mark.parametrize("statement", ["UPDATE inventory_movement SET quantity = 0", "DELETE FROM inventory_movement"])
def test_the_journal_cannot_be_changed(statement):
    stock(2)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
