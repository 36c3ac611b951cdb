"""The usual purchase in one statement: the rows that step by step writes, and nothing when anything is in its way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from glocal.events.inventory import BalanceCrossedZero
from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets
from glocal.supply.inventory.models import Reservation
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders.models import Order
from glocal.transaction.payments.models import Payment
from tests.factories.inventory import free
from tests.factories.sale import request_for, sell, wanted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]

DIFFERENT = {"id", "number", "token", "key", "order_id", "owner", "payload", "shard"}
TABLES = {
    "orders_order": "id",
    "orders_orderline": "order_id",
    "payments_payment": "order_id",
    "tax_taxevidence": "order_id",
    "inventory_reservation": "owner",
}


def rows_of(order_id):
    """What a purchase wrote, table by table, without what no two purchases share."""
    found = {}
    with connection.cursor() as cursor:
        for table, column in TABLES.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s", [order_id])
            names = [item.name for item in cursor.description]
            found[table] = [
                {name: value for name, value in zip(names, row, strict=True) if name not in DIFFERENT}
                for row in cursor.fetchall()
            ]
        cursor.execute("SELECT name FROM eventing_outboxevent WHERE key = %s", [str(order_id)])
        found["events"] = cursor.fetchall()
    return found


def test_it_writes_the_same_rows_as_a_purchase_step_by_step():
    request = request_for(wanted(sell(10), 2))
    with clock.at(clock.now()):
        at_once = checkout.buy(request)
        with transaction.atomic():  # inside another transaction it goes step by step
            by_steps = checkout.buy(request_for(request.lines, buyer=request.buyer))
    rows = rows_of(at_once.order_id)
    assert rows == rows_of(by_steps.order_id)
    assert all(rows.values())


def test_it_is_two_statements_and_no_more_than_the_driver_keeps_prepared():
    request = request_for(wanted(sell(10)))
    with CaptureQueriesContext(connection) as captured:
        checkout.buy(request)
    told = [query["sql"] for query in captured]
    assert len(told) == 2, [sql[:80] for sql in told]
    request, kept = request_for(request.lines), Kept()
    with connection.execute_wrapper(kept):
        checkout.buy(request)
    assert len(kept.statements) == 2
    assert max(map(len, kept.statements)) < 4096


def test_its_payment_is_asked_for_without_reading_what_was_just_written(sandbox):
    request = request_for(wanted(sell(10)), start_payment=True, token=sandbox.token())
    with CaptureQueriesContext(connection) as captured:
        assert checkout.buy(request).payment_state == "captured"
    assert len(captured) == 3, [query["sql"][:80] for query in captured]


class Kept:
    """Notes statements as they are given to the driver."""

    def __init__(self):
        self.statements = []

    def __call__(self, execute, sql, params, many, context):
        self.statements.append(sql)
        return execute(sql, params, many, context)


def test_a_repeat_gets_the_same_order_and_holds_no_more_stock():
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    first, second = checkout.buy(request), checkout.buy(request)
    assert (first.order_id, first.payment_id, first.token) == (second.order_id, second.payment_id, second.token)
    assert free(variant_id) == 9
    assert (Order.objects.count(), Payment.objects.count(), Reservation.objects.count()) == (1, 1, 1)


def test_what_is_sold_out_leaves_nothing():
    variant_id = sell(1)
    first, late = request_for(wanted(variant_id)), request_for(wanted(variant_id))
    checkout.buy(first)
    with pytest.raises(checkout.SoldOut):
        checkout.buy(late)
    assert (Order.objects.count(), Payment.objects.count(), Reservation.objects.count()) == (1, 1, 1)


def test_units_whose_reservation_ran_out_are_taken_over():
    variant_id = sell(1)
    first = checkout.buy(request_for(wanted(variant_id)))
    with clock.shifted(timedelta(hours=1)):
        second = checkout.buy(request_for(wanted(variant_id)))
    states = dict(Reservation.objects.values_list("owner", "state"))
    assert states == {first.order_id: "released", second.order_id: "held"}


def test_the_last_unit_is_told():
    variant_id = sell(2)
    OutboxEvent.objects.all().delete()
    crossed = OutboxEvent.objects.filter(name=BalanceCrossedZero.name(), key=str(variant_id))
    checkout.buy(request_for(wanted(variant_id)))
    assert crossed.count() == 0
    checkout.buy(request_for(wanted(variant_id)))
    assert crossed.count() == 1


def test_buying_the_cart_takes_only_what_was_bought_out_of_it():
    bought, kept = sell(10), sell(10)
    buyer = checkout.Buyer(uuid7())
    market = markets.get("US")
    checkout.add(buyer=buyer, market=market, variant_id=bought, quantity=1)
    request = replace(request_for(wanted(bought), buyer=buyer), lines=None)
    stranger = checkout.Buyer(uuid7())
    checkout.add(buyer=stranger, market=market, variant_id=bought, quantity=1)
    checkout.buy(request)
    assert not checkout.cart_lines(buyer)
    checkout.add(buyer=buyer, market=market, variant_id=kept, quantity=1)
    assert checkout.buy(request).order_id == Order.objects.get().pk  # a repeat, though the bag holds something else now
    assert [line.variant_id for line in checkout.cart_lines(buyer)] == [kept]
    assert [line.variant_id for line in checkout.cart_lines(stranger)] == [bought]
