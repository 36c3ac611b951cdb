"""Payment, sweeper, shopper and operator meet on one order: whoever is first, money and goods add up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from glocal.platform.eventing.models import Delivery, OutboxEvent
from glocal.platform.eventing.relay import drain, retry_due
from glocal.platform.kernel import clock
from glocal.supply.inventory import facade as inventory
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.services import paying
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments.models import Payment
from glocal.transaction.payments.types import ProviderState
from tests.factories.inventory import free
from tests.factories.sale import request_for, sell, wanted
from tests.transaction.checkout.test_concurrency import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


def tell(bought: checkout.Bought) -> None:
    payment = payments.payment(bought.payment_id)
    said = ProviderState("captured", payment.amount, captured=payment.amount.minor, reference=f"pay_{payment.id}")
    payments.apply(bought.payment_id, said)


def paid(variant_id: Any, quantity: int = 1) -> checkout.Bought:
    bought = checkout.buy(request_for(wanted(variant_id, quantity)))
    tell(bought)
    drain()
    return bought


def settle() -> None:
    drain()
    with clock.shifted(timedelta(minutes=2)):
        retry_due()
    drain()
    assert not Delivery.objects.exclude(state="done").exists(), list(Delivery.objects.values_list("error", flat=True))


def books_balance(bought: checkout.Bought, variant_id: Any, units: int) -> str:
    """Either the goods are the shopper's and the money ours, or both are back."""
    order, payment = orders.order_by_id(bought.order_id), Payment.objects.get(pk=bought.payment_id)
    if order.status == "paid":
        assert (free(variant_id), payment.promised_minor) == (units - 1, 0)
    else:
        assert order.status == "cancelled"
        assert (free(variant_id), payment.promised_minor) == (units, payment.captured_minor)
    return order.status


def test_webhook_browser_and_poller_at_the_same_time_pay_once():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id)))
    results = at_once([lambda: tell(bought)] * 12 + [drain] * 4, 16)
    assert not [result for result in results if isinstance(result, Exception)]
    settle()
    assert OutboxEvent.objects.filter(name="payments.PaymentCaptured").count() == 1
    assert OutboxEvent.objects.filter(name="orders.OrderPaid").count() == 1
    assert books_balance(bought, variant_id, 10) == "paid"


def test_a_capture_told_while_the_shopper_cancels_keeps_either_goods_or_money_never_neither():
    variant_id, outcomes = sell(40), set()
    for _ in range(6):
        bought = checkout.buy(request_for(wanted(variant_id)))
        before = free(variant_id) + 1
        calls: list[Callable[[], Any]] = [
            lambda one=bought: (tell(one), drain()),
            lambda one=bought: orders.cancel_order(order_id=one.order_id, reason="by the shopper", actor_id=None),
            drain,
        ]
        assert not [result for result in at_once(calls, 3) if isinstance(result, Exception)]
        settle()
        outcomes.add(books_balance(bought, variant_id, before))
    assert outcomes == {"cancelled"}  # cancelling works before and after paying


def test_a_capture_told_while_the_sweeper_runs_is_paid_for_goods_that_are_there():
    variant_id = sell(40)
    for _ in range(6):
        bought = checkout.buy(request_for(wanted(variant_id)))
        before = free(variant_id) + 1
        payment = payments.payment(bought.payment_id)

        def later(call: Callable[[], Any]) -> Callable[[], Any]:
            def run() -> Any:
                with clock.shifted(timedelta(hours=1)):
                    return call()

            return run

        calls = [
            later(inventory.sweep_expired),
            later(lambda one=bought: paying.expire(one.order_id)),
            later(
                lambda one=bought, amount=payment.amount: orders.mark_paid(
                    [orders.Capture(one.order_id, one.payment_id, amount)]
                )
            ),
            later(lambda one=bought: tell(one)),
        ]
        assert not [result for result in at_once(calls, 4) if isinstance(result, Exception)]
        settle()
        assert books_balance(bought, variant_id, before) == "paid"


def test_refunds_of_one_order_at_the_same_time_never_give_more_than_it_cost():
    variant_id = sell(10)
    bought = paid(variant_id, 3)
    order = orders.order_by_id(bought.order_id)

    def refund(number: int) -> Any:
        return orders.refund_order(
            order_id=order.id,
            lines=[orders.RefundLine(order.lines[0].id, 1)],
            shipping_too=True,
            reason="broken",
            key=f"{order.id}:refund-{number}",
            actor_id=None,
        )

    results = at_once([lambda number=number: refund(number) for number in range(12)], 12)
    assert kinds(results) == {"Money": 3, "RefundTooMuch": 9}
    settle()
    now = orders.order_by_id(order.id)
    assert now.refunded == order.totals.total
    assert Payment.objects.get(pk=bought.payment_id).promised_minor == order.totals.total.minor


def test_refund_and_cancel_at_the_same_time_give_back_exactly_the_total():
    variant_id = sell(40)
    for _ in range(4):
        bought = paid(variant_id, 2)
        order = orders.order_by_id(bought.order_id)
        calls: list[Callable[[], Any]] = [
            lambda one=order: orders.cancel_order(order_id=one.id, reason="twice", actor_id=None),
            lambda one=order: orders.refund_order(
                order_id=one.id,
                lines=[orders.RefundLine(one.lines[0].id, 1)],
                shipping_too=False,
                reason="broken",
                key=f"{one.id}:once",
                actor_id=None,
            ),
        ]
        results = at_once(calls, 2)
        assert set(kinds(results)) <= {"NoneType", "Money", "NotRefundable", "RefundTooMuch"}, results
        settle()
        now = orders.order_by_id(order.id)
        assert (now.status, now.refunded) == ("cancelled", order.totals.total)
        assert Payment.objects.get(pk=bought.payment_id).promised_minor == order.totals.total.minor
    assert free(variant_id) == 40
