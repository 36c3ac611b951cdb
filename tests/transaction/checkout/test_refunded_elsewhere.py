"""Somebody gives money back in the provider's own dashboard: the order hears of it, and goods unpaid are not sent."""

import pytest

from glocal.platform.audit import facade as audit
from glocal.platform.eventing.models import Delivery, OutboxEvent
from glocal.platform.eventing.relay import drain
from glocal.platform.mail.models import OutgoingMail
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import DaySales
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments import gateway
from tests.factories.inventory import free
from tests.factories.sale import request_for, sell, wanted
from tests.sandbox.server import RunningSandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


@pytest.fixture
def variant_id():
    return sell(10)


def settled():
    drain()
    assert not Delivery.objects.exclude(state="done").exists(), list(Delivery.objects.values_list("error", flat=True))


def bought(sandbox: RunningSandbox, variant_id, *, heard: bool = True):
    """An order whose payment the provider has taken; unless ``heard``, nobody told us."""
    order = checkout.buy(request_for(wanted(variant_id, 2)))
    if heard:
        payments.start(order.payment_id, return_url="http://localhost/", language="en", token=sandbox.token())
        settled()
    else:
        amount = payments.payment(order.payment_id).amount
        asked = {"reference": str(order.payment_id), "token": sandbox.token(), "exponent": 2}
        answer = sandbox.pay(amount=amount.minor, currency=amount.currency, **asked)
        assert answer.json()["status"] == "captured"
    return order


def give_back_elsewhere(sandbox: RunningSandbox, order, amount: int | None = None):
    (found,) = sandbox.api.get("/v1/payments", params={"reference": str(order.payment_id)}).json()["data"]
    asked = {} if amount is None else {"amount": amount}
    assert sandbox.api.post(f"/v1/payments/{found['id']}/refunds", json=asked).status_code == 201


def parcels(order):
    return {parcel.status for parcel in shipping.shipments_of([order.order_id]).get(order.order_id, ())}


def letters():
    return list(OutgoingMail.objects.order_by("id").values_list("template", flat=True))


def test_a_part_given_back_elsewhere_counts_in_the_order_once_by_webhook_and_poller(sandbox, hook, variant_id):
    order = bought(sandbox, variant_id)
    give_back_elsewhere(sandbox, order, 300)
    assert set(hook(order.payment_id, 2)) == {204}
    settled()
    payments.ask_refunds()
    settled()
    seen = orders.order_by_id(order.order_id)
    assert (seen.status, seen.refunded.minor, parcels(order)) == ("paid", 300, {"planned"})
    assert [row.refunded_minor for row in DaySales.objects.all()] == [300]
    assert letters() == ["order_paid", "order_refunded"]
    assert "orders.refunded_elsewhere" in {entry.action for entry in audit.trail("order", order.order_id)}


def test_without_a_webhook_the_poller_hears_of_it(sandbox, variant_id):
    order = bought(sandbox, variant_id)
    for amount in (100, 250):
        give_back_elsewhere(sandbox, order, amount)
    assert payments.ask_refunds() >= 2
    settled()
    assert orders.order_by_id(order.order_id).refunded.minor == 350


def test_what_was_paid_back_whole_elsewhere_is_not_sent(sandbox, variant_id):
    order = bought(sandbox, variant_id)
    give_back_elsewhere(sandbox, order)
    payments.ask_refunds()
    settled()
    seen = orders.order_by_id(order.order_id)
    assert (seen.status, seen.close_reason, seen.refunded) == ("cancelled", "refunded_elsewhere", seen.totals.total)
    assert (parcels(order), free(variant_id)) == ({"cancelled"}, 10)
    assert letters() == ["order_paid", "order_cancelled"]
    assert not payments.refunds_of([order.payment_id])


def test_what_has_left_stays_on_its_way_and_the_refund_counts(sandbox, variant_id):
    from glocal.supply.shipping.models import Shipment

    order = bought(sandbox, variant_id)
    Shipment.objects.filter(order_id=order.order_id).update(status="shipped")
    give_back_elsewhere(sandbox, order)
    payments.ask_refunds()
    settled()
    seen = orders.order_by_id(order.order_id)
    assert (seen.status, seen.refunded) == ("paid", seen.totals.total)
    assert letters() == ["order_paid", "order_refunded"]


def test_money_taken_and_given_back_before_we_hear_of_either_pays_nothing(sandbox, variant_id):
    order = bought(sandbox, variant_id, heard=False)
    give_back_elsewhere(sandbox, order)
    payments.look_up(order.payment_id)
    settled()
    seen = orders.order_by_id(order.order_id)
    assert (seen.status, seen.paid_at, seen.refunded.minor, parcels(order)) == ("placed", None, 0, set())
    assert not OutboxEvent.objects.filter(name="orders.OrderPaid").exists()
    assert "orders.payment_went_back" in {entry.action for entry in audit.trail("order", order.order_id)}
    again = checkout.pay_again(
        order=seen, method="card", key="again-1234", return_url="http://localhost/", token=sandbox.token()
    )
    settled()
    seen = orders.order_by_id(order.order_id)
    assert (seen.status, seen.refunded.minor, again.payment_id == order.payment_id) == ("paid", 0, False)


def test_money_taken_and_partly_given_back_before_we_hear_pays_the_order_and_counts(sandbox, variant_id):
    order = bought(sandbox, variant_id, heard=False)
    give_back_elsewhere(sandbox, order, 100)
    payments.look_up(order.payment_id)
    settled()
    seen = orders.order_by_id(order.order_id)
    assert (seen.status, seen.refunded.minor) == ("paid", 100)


def test_our_own_refunds_are_counted_once_whatever_else_goes_back(sandbox, hook, variant_id):
    order = bought(sandbox, variant_id)
    seen = orders.order_by_id(order.order_id)
    ours = orders.refund_order(
        order_id=order.order_id,
        lines=[orders.RefundLine(seen.lines[0].id, 1)],
        shipping_too=False,
        reason="broken",
        key="k",
        actor_id=None,
    )
    give_back_elsewhere(sandbox, order, 77)
    payments.ask_refunds()  # ours has not gone out yet: all that went back may be ours
    settled()
    assert orders.order_by_id(order.order_id).refunded == ours
    (promised,) = payments.refunds_of([order.payment_id])[order.payment_id]
    gateway.send_refund(promised.id)
    hook(order.payment_id, 3)
    settled()
    assert orders.order_by_id(order.order_id).refunded.minor == ours.minor + 77


def test_a_refund_of_ours_that_came_too_late_is_not_counted_beside_the_one_made_elsewhere(sandbox, variant_id):
    order = bought(sandbox, variant_id)
    seen = orders.order_by_id(order.order_id)
    orders.refund_order(
        order_id=order.order_id,
        lines=[orders.RefundLine(seen.lines[0].id, 1)],
        shipping_too=False,
        reason="broken",
        key="k",
        actor_id=None,
    )
    give_back_elsewhere(sandbox, order)
    (promised,) = payments.refunds_of([order.payment_id])[order.payment_id]
    gateway.send_refund(promised.id)
    payments.ask_refunds()
    settled()
    seen = orders.order_by_id(order.order_id)
    assert (seen.refunded, seen.status) == (seen.totals.total, "cancelled")


def test_units_that_the_money_left_does_not_pay_for_cannot_be_refunded_by_line_and_the_answer_says_how_many(
    sandbox, variant_id
):
    order = bought(sandbox, variant_id)
    line = orders.order_by_id(order.order_id).lines[0]
    give_back_elsewhere(
        sandbox, order, orders.order_by_id(order.order_id).totals.total.minor - line.unit.minor * 3 // 2
    )
    payments.ask_refunds()
    settled()
    asked = {"order_id": order.order_id, "shipping_too": False, "reason": "x", "actor_id": None}
    with pytest.raises(orders.RefundTooMuch) as refused:
        orders.refund_order(lines=[orders.RefundLine(line.id, 2)], key="two", **asked)
    assert refused.value.details["left"] == 1
    orders.refund_order(lines=[orders.RefundLine(line.id, 1)], key="one", **asked)
    with pytest.raises(orders.RefundTooMuch):
        orders.refund_order(lines=[orders.RefundLine(line.id, 1)], key="three", **asked)
    seen = orders.order_by_id(order.order_id)
    assert seen.refunded.minor <= seen.totals.total.minor
    assert seen.lines[0].refunded_quantity == 1
