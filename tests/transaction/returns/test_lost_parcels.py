"""A parcel that never came: told of once, not too early, sent again or refunded once."""

from datetime import timedelta

import pytest

from glocal.platform.kernel import clock
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import OrderLine, OrderRefund
from glocal.transaction.returns import claims
from glocal.transaction.returns import facade as returns
from glocal.transaction.returns.errors import NothingToSendAgain
from glocal.transaction.returns.models import LostParcel
from tests.factories.inventory import free
from tests.factories.sale import request_for, sell
from tests.transaction.checkout.test_concurrency import at_once, kinds
from tests.transaction.invoices.conftest import pay
from tests.transaction.returns.conftest import (
    deliver,
    deliver_one,
    delivered_order,
    paid_order,
    send,
    send_one,
    two_sizes,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]
LATE = timedelta(days=90)


@pytest.fixture
def goods():
    return sell(5)


@pytest.fixture
def order(goods):
    made = paid_order(goods, 2)
    send(made)
    return made


def place(goods):
    return next(iter(inventory.stock_at([goods])[goods])).warehouse_id


def claim(order, want="resend"):
    (parcel,) = shipping.track(order.id)
    with clock.shifted(LATE):
        return returns.claim_lost(order=order, parcel=parcel.number, want=want)


def test_a_parcel_is_given_its_time(order):
    (parcel,) = shipping.track(order.id)
    with pytest.raises(returns.ClaimTooEarly):
        returns.claim_lost(order=order, parcel=parcel.number, want="refund")
    assert claim(order).status == "open"


@pytest.mark.parametrize("parcel", ["NONE-0000-1", "\0", ""])
def test_a_parcel_that_is_not_the_order_s_or_has_arrived_is_not_lost(order, parcel):
    with clock.shifted(LATE), pytest.raises(returns.ClaimNotPossible):
        returns.claim_lost(order=order, parcel=parcel, want="refund")
    deliver(order)
    with pytest.raises(returns.ClaimNotPossible):
        claim(order)


def test_telling_it_many_times_at_once_is_one_claim(order):
    results = at_once([lambda: claim(order) for _ in range(4)], threads=4)
    assert kinds(results) == {"ClaimView": 4}
    assert LostParcel.objects.count() == 1


def test_it_is_sent_again_once_with_the_same_goods(order, goods):
    made = claim(order)
    results = at_once([lambda: claims.resend(made.id, actor_id=None) for _ in range(3)], threads=3)
    assert kinds(results) == {"NoneType": 1, "ReturnCannotChange": 2}
    lost, parcel = shipping.track(order.id)
    assert (parcel.lines, parcel.instead_of) == (((goods, 2),), lost.id)
    assert free(goods) == 5 - 2 - 2


def test_what_was_sent_again_brings_the_order_home_and_may_come_back(order, goods):
    claims.resend(claim(order).id, actor_id=None)
    send_one(shipping.track(order.id)[1])
    deliver(order)
    found = orders.order_by_id(order.id)
    assert found.status == "delivered"
    assert not inventory.discrepancies()
    line = returns.Asked(found.lines[0].id, 1)
    made = returns.request_return(order=found, lines=[line], reason="too_big", note="", photos=(), key="k")
    assert made.status == "approved"


def test_one_that_is_lost_twice_is_sent_a_third_time(order, goods):
    inventory.receive(variant_id=goods, warehouse_id=place(goods), quantity=5, reason="x", actor_id=None)
    claims.resend(claim(order).id, actor_id=None)
    second = shipping.track(order.id)[1]
    send_one(second)
    with clock.shifted(2 * LATE):
        again = returns.claim_lost(order=order, parcel=second.number, want="resend")
    claims.resend(again.id, actor_id=None)
    third = next(one for one in shipping.track(order.id) if one.instead_of == second.id)
    send_one(third)
    deliver(order)
    assert orders.order_by_id(order.id).status == "delivered"
    assert not inventory.discrepancies()


def test_a_lost_exchange_is_refunded_once_for_what_came_back():
    small, large = two_sizes()
    order = delivered_order(small)
    line = returns.Asked(order.lines[0].id, 1, large)
    made = returns.request_return(order=order, lines=[line], reason="too_small", note="", photos=(), key="k")
    returns.receive(made.id, sellable={}, actor_id=None)
    returns.settle(made.id, actor_id=None)
    parcel = next(one for one in shipping.track(order.id) if one.in_exchange)
    send_one(parcel)
    with clock.shifted(LATE):
        told = returns.claim_lost(order=order, parcel=parcel.number, want="refund")
    claims.refund(told.id, actor_id=None)
    found = OrderLine.objects.get(order=order.id)
    assert (found.refunded_quantity, found.returning_quantity) == (1, 0)
    assert not orders.refunds_of(order.id)[0].shipping


def test_it_is_refunded_whole_with_its_delivery(order):
    made = claim(order, "refund")
    claims.refund(made.id, actor_id=None)
    with pytest.raises(returns.ReturnCannotChange):
        claims.resend(made.id, actor_id=None)
    refund = OrderRefund.objects.get()
    assert refund.amount_minor == order.totals.total.minor
    assert OrderLine.objects.get().refunded_quantity == 2


def test_what_was_refunded_by_hand_is_not_sent_again(order, goods):
    made = claim(order)
    refund_one(order, "a")
    claims.resend(made.id, actor_id=None)
    assert shipping.track(order.id)[1].lines == ((goods, 1),)
    assert free(goods) == 5 - 2 - 1


def test_of_an_order_that_is_wholly_refunded_nothing_is_sent_again(order):
    refund_one(order, "a")
    refund_one(order, "b")
    made = claim(order)
    with pytest.raises(NothingToSendAgain):
        claims.resend(made.id, actor_id=None)
    assert len(shipping.track(order.id)) == 1
    assert LostParcel.objects.get().status == "open"


def test_what_came_after_all_closes_its_claim_and_is_neither_sent_again_nor_refunded(order):
    made = claim(order)
    deliver(order)
    assert LostParcel.objects.get().status == "refused"
    LostParcel.objects.all().delete()
    late = LostParcel.objects.create(
        shipment_id=made.shipment_id, order_id=order.id, parcel=made.parcel, market="US", want="resend"
    )
    for settle in (claims.resend, claims.refund):
        with pytest.raises(returns.ClaimNotPossible):
            settle(late.pk, actor_id=None)
    assert len(shipping.track(order.id)) == 1
    claims.refuse(late.pk, actor_id=None)


@pytest.mark.parametrize("lost_first", [True, False])
def test_one_of_two_parcels_refunded_as_lost_does_not_keep_the_order_from_being_delivered(goods, lost_first):
    far = sell(3, warehouse="CN-SZX")
    bought = checkout.buy(request_for((checkout.Wanted(goods, 1), checkout.Wanted(far, 1))))
    pay(bought)
    order = orders.order_by_id(bought.order_id)
    send(order)
    here, lost = sorted(shipping.track(order.id), key=lambda one: one.ship_from != "US")
    with clock.shifted(LATE):
        told = returns.claim_lost(order=order, parcel=lost.number, want="refund")
    if lost_first:
        claims.refund(told.id, actor_id=None)
        assert orders.order_by_id(order.id).status == "shipped"
    deliver_one(here)
    if not lost_first:
        claims.refund(told.id, actor_id=None)
    found = orders.order_by_id(order.id)
    assert found.status == "delivered"
    line = next(one for one in found.lines if one.variant_id == goods)
    asked = [returns.Asked(line.id, 1)]
    made = returns.request_return(order=found, lines=asked, reason="too_big", note="", photos=(), key="k")
    assert made.status == "approved"


def refund_one(order, key, units=1):
    lines = [orders.RefundLine(order.lines[0].id, units)]
    orders.refund_order(order_id=order.id, lines=lines, shipping_too=False, reason="x", key=key, actor_id=None)


def test_without_stock_it_stays_open_for_a_refund(order, goods):
    made = claim(order)
    inventory.adjust(variant_id=goods, warehouse_id=place(goods), quantity=-2, reason="broken", actor_id=None)
    with pytest.raises(inventory.OutOfStock):
        claims.resend(made.id, actor_id=None)
    assert LostParcel.objects.get().status == "open"
