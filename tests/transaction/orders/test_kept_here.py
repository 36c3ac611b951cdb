"""What is refunded before it leaves is not sent: its parcel shrinks and its stock is free, whatever comes at once."""

from uuid import uuid4

import pytest

from glocal.events.orders import OrderCancelled
from glocal.platform.eventing.models import OutboxEvent
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.supply.shipping import services as parcels
from glocal.supply.shipping.models import Shipment
from glocal.supply.shipping.ports import Accepted
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order, OrderRefund
from tests.factories.inventory import free
from tests.factories.sale import open_shop, request_for, sell
from tests.transaction.checkout.test_concurrency import at_once, kinds
from tests.transaction.invoices.conftest import paid_order, pay
from tests.transaction.returns.conftest import send, send_one

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def shop(db):
    open_shop()


def refund(order, units=1, line=0, **changes):
    wanted = {"shipping_too": False, "reason": "asked", "key": str(uuid4()), "actor_id": None} | changes
    return orders.refund_order(order_id=order.id, lines=[orders.RefundLine(order.lines[line].id, units)], **wanted)


def parcel_of(order):
    (parcel,) = shipping.track(order.id)
    return parcel


def packed(order, *, offered=False):
    parcel = parcel_of(order)
    shipping.start_picking(parcel.id, actor_id=None)
    shipping.pack(parcel.id, actor_id=None)
    if offered:
        parcels.record_offered(parcel.id)
    return parcel


def test_one_of_three_stays_here_and_the_parcel_goes_with_two():
    goods = sell(5)
    order = paid_order(goods, 3)
    weight = parcel_of(order).weight_g
    refund(order)
    parcel = parcel_of(order)
    assert (parcel.status, parcel.lines, parcel.weight_g) == ("planned", ((goods, 2),), weight * 2 // 3)
    assert free(goods) == 5 - 2
    send(order)
    (level,) = inventory.levels(variant_ids=[goods]).rows
    assert (level.on_hand, level.reserved) == (3, 0)
    assert not inventory.discrepancies()


def test_a_repeat_takes_nothing_more_out():
    goods = sell(5)
    order = paid_order(goods, 3)
    for _ in range(3):
        refund(order, key="same")
    assert parcel_of(order).lines == ((goods, 2),)


def test_a_packed_box_is_opened_again():
    order = paid_order(sell(5), 2)
    packed(order)
    refund(order)
    assert parcel_of(order).status == "picking"


def test_the_last_unit_calls_the_order_off_with_its_delivery():
    goods = sell(5)
    order = paid_order(goods, 2)
    refund(order)
    refund(order)
    assert free(goods) == 5
    assert parcel_of(order).status == "cancelled"
    found = orders.order_by_id(order.id)
    assert (found.status, found.refunded) == ("cancelled", found.totals.total)
    assert OutboxEvent.objects.filter(name=OrderCancelled.name()).count() == 1


def test_of_two_parcels_the_refunded_one_stays_and_the_order_follows_the_other():
    near, far = sell(3), sell(3, warehouse="CN-SZX")
    bought = checkout.buy(request_for((checkout.Wanted(near, 1), checkout.Wanted(far, 1))))
    pay(bought)
    order = orders.order_by_id(bought.order_id)
    here, there = sorted(shipping.track(order.id), key=lambda one: one.ship_from, reverse=True)
    send_one(here)
    refund(order, line=next(place for place, line in enumerate(order.lines) if line.variant_id == far))
    assert shipping.shipment(there.id).status == "cancelled"
    assert free(far) == 3
    assert orders.order_by_id(order.id).status == "shipped"
    assert not inventory.discrepancies()


def test_what_has_left_is_refunded_and_nothing_is_taken_out():
    goods = sell(5)
    order = paid_order(goods, 2)
    send(order)
    refund(order)
    assert parcel_of(order).lines == ((goods, 2),)
    assert free(goods) == 5 - 2


def test_a_box_at_its_carriers_counter_is_not_opened_and_nothing_is_given_back():
    order = paid_order(sell(5), 2)
    packed(order, offered=True)
    with pytest.raises(shipping.ParcelIsLeaving):
        refund(order)
    assert not OrderRefund.objects.exists()
    assert orders.order_by_id(order.id).lines[0].refunded_quantity == 0
    refund(order, 2)  # all of it needs no box opened: the label is called off
    assert parcel_of(order).status == "cancelled"


@pytest.mark.parametrize("turn", range(6))
def test_a_refund_and_the_carrier_at_once_send_it_or_keep_it_and_never_both(turn):
    goods = sell(9)
    order = paid_order(goods, 2)
    parcel = packed(order, offered=True)

    def hand_over():
        return parcels.record_handed_over(parcel.id, Accepted("T1", "/label", ""), b"%PDF")

    calls = [lambda: refund(order, 2), hand_over]
    results = at_once(calls if turn % 2 else reversed(calls), threads=2)
    went = Shipment.objects.get().status == "shipped"
    assert went in results
    assert kinds(results) == {"Money": 1, "bool": 1}
    (level,) = inventory.levels(variant_ids=[goods]).rows
    assert (level.on_hand, level.reserved) == ((7, 0) if went else (9, 0))
    assert not inventory.discrepancies()
    assert (Order.objects.get().status == "cancelled") == (not went)


def test_many_refunds_at_once_take_out_each_unit_once():
    goods = sell(9)
    order = paid_order(goods, 4)
    results = at_once([lambda: refund(order) for _ in range(6)], threads=6)
    assert kinds(results) == {"Money": 4, "RefundTooMuch": 2}
    assert free(goods) == 9
    assert not inventory.discrepancies()
