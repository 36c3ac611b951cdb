"""From the provider's word to a paid order: once, whatever comes late, twice or in another order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from glocal.platform.audit.models import AuditEntry
from glocal.platform.eventing.models import Delivery, OutboxEvent
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.models import OutgoingMail
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import DaySales, Order
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments import gateway
from glocal.transaction.payments.models import Payment, Refund
from glocal.transaction.payments.types import ProviderState
from tests.factories.inventory import free
from tests.factories.sale import BANGKOK, address, request_for, sell, wanted
from tests.transaction.returns.conftest import send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]

LONG = timedelta(hours=1)


def captured(bought, minor=None):
    """The provider says that it took the money."""
    payment = payments.payment(bought.payment_id)
    amount = payment.amount.minor if minor is None else minor
    payments.apply(
        bought.payment_id, ProviderState("captured", payment.amount, captured=amount, reference=f"pay_{payment.id}")
    )


def refunds(payment_id):
    return payments.refunds_of([payment_id]).get(payment_id, ())


def published(name):
    return OutboxEvent.objects.filter(name=name).count()


def settled():
    drain()
    assert not Delivery.objects.exclude(state="done").exists(), list(Delivery.objects.values_list("error", flat=True))


def test_a_captured_payment_makes_the_order_paid_plans_its_parcel_and_writes_to_the_shopper():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id, 2)))
    captured(bought)
    settled()
    order = orders.order_by_id(bought.order_id)
    assert (order.status, order.paid_at is not None) == ("paid", True)
    assert [parcel.status for parcel in shipping.shipments_of([order.id])[order.id]] == ["planned"]
    assert published("orders.OrderPaid") == 1
    send_batch()
    assert order.number in outbox.outbox[0].subject
    assert order.token in outbox.outbox[0].body


def test_being_told_twice_changes_nothing_more():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id)))
    for _ in range(3):
        captured(bought)
        settled()
    assert published("orders.OrderPaid") == 1
    assert free(variant_id) == 9


def test_an_unpaid_order_gives_its_stock_back_when_its_time_is_over():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id, 4)))
    with clock.shifted(LONG):
        inventory.sweep_expired()
        settled()
    assert orders.order_by_id(bought.order_id).status == "expired"
    assert free(variant_id) == 10


def test_a_payment_that_comes_late_takes_the_stock_again_when_it_is_there():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id, 4)))
    with clock.shifted(LONG):
        inventory.sweep_expired()
        settled()
        captured(bought)
        settled()
    order = orders.order_by_id(bought.order_id)
    assert (order.status, order.closed_at, order.close_reason) == ("paid", None, "")
    assert free(variant_id) == 6


def test_a_payment_that_comes_too_late_goes_back_whole():
    variant_id = sell(4)
    late = checkout.buy(request_for(wanted(variant_id, 4)))
    with clock.shifted(LONG):
        inventory.sweep_expired()
        settled()
        quick = checkout.buy(request_for(wanted(variant_id, 4)))
        captured(quick)
        captured(late)
        settled()
    assert orders.order_by_id(quick.order_id).status == "paid"
    lost = orders.order_by_id(late.order_id)
    assert (lost.status, lost.close_reason, lost.refunded) == ("cancelled", "sold_out", lost.totals.total)
    assert [refund.amount for refund in refunds(late.payment_id)] == [lost.totals.total]
    assert free(variant_id) == 0


def test_the_next_buyer_takes_over_what_an_expired_reservation_still_holds():
    variant_id = sell(4)
    first = checkout.buy(request_for(wanted(variant_id, 4)))
    with clock.shifted(LONG):  # no sweeper has run
        checkout.buy(request_for(wanted(variant_id, 4)))
        settled()
    assert orders.order_by_id(first.order_id).status == "expired"


def test_less_money_than_the_total_pays_nothing():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id)))
    captured(bought, minor=1)
    settled()
    assert orders.order_by_id(bought.order_id).status == "placed"


def test_money_for_an_order_that_was_cancelled_goes_back():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id)))
    orders.cancel_order(order_id=bought.order_id, reason="changed my mind", actor_id=None)
    captured(bought)
    settled()
    order = orders.order_by_id(bought.order_id)
    assert (order.status, free(variant_id)) == ("cancelled", 10)
    assert [refund.amount for refund in refunds(bought.payment_id)] == [order.totals.total]


def test_cancelling_a_paid_order_gives_stock_and_money_back_once():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id, 3)))
    captured(bought)
    settled()
    for _ in range(2):
        orders.cancel_order(order_id=bought.order_id, reason="too many", actor_id=None)
    settled()
    order = orders.order_by_id(bought.order_id)
    assert (order.status, order.refunded) == ("cancelled", order.totals.total)
    assert free(variant_id) == 10
    assert sum(refund.amount.minor for refund in refunds(bought.payment_id)) == order.totals.total.minor
    assert {parcel.status for parcel in shipping.shipments_of([order.id])[order.id]} == {"cancelled"}


def test_refunding_every_line_and_the_shipping_gives_back_the_total_exactly():
    first, second = sell(10), sell(10, prices={"US": 777, "TH": 9_900})
    bought = checkout.buy(request_for((*wanted(first, 3), *wanted(second, 2))))
    captured(bought)
    settled()
    order = orders.order_by_id(bought.order_id)
    send(order)  # what is here still is not sent, and its delivery goes back with the last unit
    for unit in range(5):
        line = order.lines[0] if unit < 3 else order.lines[1]
        refund(order, f"unit-{unit}", [orders.RefundLine(line.id, 1)])
    refund(order, "shipping", [], shipping_too=True)
    order = orders.order_by_id(bought.order_id)
    assert order.refunded == order.totals.total
    with pytest.raises(orders.RefundTooMuch):
        refund(order, "one-more", [orders.RefundLine(order.lines[0].id, 1)])
    with pytest.raises(orders.NothingToRefund):
        refund(order, "shipping-again", [], shipping_too=True)


def refund(order, key, lines, *, shipping_too=False):
    return orders.refund_order(
        order_id=order.id,
        lines=lines,
        shipping_too=shipping_too,
        reason="broken",
        key=f"{order.id}:{key}",
        actor_id=None,
    )


def test_a_refund_repeated_with_its_key_gives_back_once():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id, 2)))
    captured(bought)
    settled()
    order = orders.order_by_id(bought.order_id)
    line = [orders.RefundLine(order.lines[0].id, 1)]
    assert refund(order, "a", line) == refund(order, "a", line)
    assert orders.order_by_id(bought.order_id).lines[0].refunded_quantity == 1


def test_the_letter_of_a_cancellation_names_what_goes_back_with_it():
    bought = checkout.buy(request_for(wanted(sell(10), 2)))
    captured(bought)
    settled()
    order = orders.order_by_id(bought.order_id)
    first = refund(order, "one", [orders.RefundLine(order.lines[0].id, 1)])
    orders.cancel_order(order_id=order.id, reason="changed_mind", actor_id=None)
    letter = OutgoingMail.objects.get(template="order_cancelled")
    assert letter.context["refunded"] == markets.format_money(order.totals.total - first, "en", "US")


def test_the_letter_of_an_order_names_the_tax_that_is_in_its_prices():
    lines, place = wanted(sell(10, warehouse="TH-BKK")), address(BANGKOK, "TH")
    bought = checkout.buy(request_for(lines, market="TH", address=place, language="th"))
    captured(bought)
    settled()
    letter, order = OutgoingMail.objects.get(template="order_paid"), orders.order_by_id(bought.order_id)
    assert order.totals.tax_included
    assert letter.context["included"] == markets.format_money(order.totals.tax_included, "th", "TH")
    assert not letter.context["taxes"]


def test_nothing_is_refunded_of_an_order_nobody_paid():
    bought = checkout.buy(request_for(wanted(sell(10))))
    order = orders.order_by_id(bought.order_id)
    with pytest.raises(orders.OrderNotPaid):
        refund(order, "a", [orders.RefundLine(order.lines[0].id, 1)])


def test_a_declined_payment_can_be_tried_again_with_another():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id)))
    amount = payments.payment(bought.payment_id).amount
    payments.apply(
        bought.payment_id, ProviderState("declined", amount, reference="pay_x", decline_code="insufficient_funds")
    )
    settled()
    order = orders.order_by_id(bought.order_id)
    assert order.status == "placed"
    with transaction.atomic():
        second = payments.create(
            order_id=order.id, amount=amount, method="card", person_id=None, key=f"{order.id}:second"
        )
    captured(replace(bought, payment_id=second))
    settled()
    assert orders.order_by_id(bought.order_id).status == "paid"


def test_a_second_captured_payment_of_one_order_goes_back():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id)))
    captured(bought)
    settled()
    amount = payments.payment(bought.payment_id).amount
    with transaction.atomic():
        second = payments.create(
            order_id=bought.order_id, amount=amount, method="card", person_id=None, key=f"{bought.order_id}:second"
        )
    captured(replace(bought, payment_id=second))
    settled()
    assert Order.objects.get(pk=bought.order_id).status == "paid"
    assert [refund.amount for refund in refunds(second)] == [amount]
    assert not refunds(bought.payment_id)


def test_each_handler_of_a_paid_order_run_twice_has_one_effect():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id)))
    captured(bought)
    settled()
    OutboxEvent.objects.update(relayed_at=None)
    settled()
    assert published("orders.OrderPaid") == 1
    assert Payment.objects.get(pk=bought.payment_id).refunded_minor == 0
    assert len(shipping.shipments_of([bought.order_id])[bought.order_id]) == 1
    assert free(variant_id) == 9


def test_a_repeated_send_back_of_money_that_the_provider_has_given_back_itself_stops_nothing():
    bought = checkout.buy(request_for(wanted(sell(10))))
    orders.cancel_order(order_id=bought.order_id, reason="changed my mind", actor_id=None)
    amount = payments.payment(bought.payment_id).amount
    payments.apply(
        bought.payment_id,
        ProviderState("refunded", amount, captured=amount.minor, refunded=amount.minor, reference="pay_x"),
    )
    settled()
    assert not refunds(bought.payment_id)
    assert orders.order_by_id(bought.order_id).status == "cancelled"


def test_a_refund_that_the_provider_will_not_give_is_owed_again_and_can_be_given_anew():
    bought = checkout.buy(request_for(wanted(sell(10), 2)))
    captured(bought)
    settled()
    order = orders.order_by_id(bought.order_id)
    whole = [orders.RefundLine(order.lines[0].id, 2)]
    amount = refund(order, "a" * 80, whole)
    (promised,) = refunds(bought.payment_id)
    for _ in range(2):
        gateway._record_failed(Refund.objects.select_related("payment").get(pk=promised.id), "account_closed")
        settled()
    owed = orders.order_by_id(bought.order_id)
    assert (owed.refunded.minor, owed.lines[0].refunded_quantity) == (0, 0)
    assert sum(DaySales.objects.values_list("refunded_minor", flat=True)) == 0
    assert refund(order, "anew", whole, shipping_too=True) == amount  # nothing of it is sent
    assert orders.order_by_id(bought.order_id).refunded == amount


def test_a_cancelled_order_whose_refund_failed_can_still_be_refunded_to_the_last_unit():
    bought = checkout.buy(request_for(wanted(sell(10), 2)))
    captured(bought)
    settled()
    orders.cancel_order(order_id=bought.order_id, reason="too many", actor_id=None)
    (promised,) = refunds(bought.payment_id)
    gateway._record_failed(Refund.objects.select_related("payment").get(pk=promised.id), "account_closed")
    settled()
    order = orders.order_by_id(bought.order_id)
    assert not order.refunded
    refund(order, "by-hand", [orders.RefundLine(order.lines[0].id, 2)], shipping_too=True)
    order = orders.order_by_id(bought.order_id)
    assert order.refunded == order.totals.total


def capture_of(bought: checkout.Bought, minor: int | None = None) -> orders.Capture:
    total = payments.payment(bought.payment_id).amount
    return orders.Capture(bought.order_id, bought.payment_id, total if minor is None else Money(minor, total.currency))


@pytest.mark.parametrize("count", [1, 12])
def test_marking_orders_paid_takes_six_statements_however_many_they_are(count):
    variant_id = sell(20)
    captures = [capture_of(checkout.buy(request_for(wanted(variant_id)))) for _ in range(count)]
    with CaptureQueriesContext(connection) as captured_queries:
        paid = orders.mark_paid(captures)
    assert paid == {one.order_id for one in captures}
    told = [query["sql"] for query in captured_queries if not query["sql"].startswith(("BEGIN", "COMMIT"))]
    assert len(told) <= 6, [sql[:90] for sql in told]
    assert all(orders.order_by_id(one.order_id).status == "paid" for one in captures)
    assert all(len(shipping.track(one.order_id)) == 1 for one in captures)
    assert OutgoingMail.objects.filter(template="order_paid").count() == count


def test_captures_told_together_count_as_if_told_one_after_another():
    variant_id = sell(20)
    twice, grown, short = (checkout.buy(request_for(wanted(variant_id))) for _ in range(3))
    partly = capture_of(grown, 1)
    told = [capture_of(twice), partly, capture_of(twice), capture_of(short, 1), capture_of(grown)]
    assert orders.mark_paid(told) == {twice.order_id, grown.order_id}
    assert orders.order_by_id(short.order_id).status == "placed"
    assert OutgoingMail.objects.filter(template="order_paid").count() == 2
    assert len(shipping.track(twice.order_id)) == 1
    assert orders.mark_paid(told) == frozenset()


def test_of_two_payments_for_one_order_told_together_the_second_goes_back():
    bought = checkout.buy(request_for(wanted(sell(20))))
    order = orders.order_by_id(bought.order_id)
    second = payments.create(
        order_id=order.id, amount=order.totals.total, method="card", person_id=None, key=f"{order.id}:again"
    )
    total = order.totals.total
    payments.apply(second, ProviderState("captured", total, captured=total.minor, reference="pay_second"))
    orders.mark_paid([capture_of(bought), orders.Capture(order.id, second, total)])
    assert Order.objects.get(pk=order.id).payment_id == bought.payment_id
    assert not payments.payment(second).refundable


def test_money_taken_short_goes_back_when_another_payment_pays_the_order_whole():
    bought = checkout.buy(request_for(wanted(sell(20))))
    order = orders.order_by_id(bought.order_id)
    total = order.totals.total
    captured(bought, total.minor - 1)
    settled()
    assert orders.order_by_id(order.id).status == "placed"
    second = payments.create(order_id=order.id, amount=total, method="card", person_id=None, key=f"{order.id}:again")
    payments.apply(second, ProviderState("captured", total, captured=total.minor, reference="pay_second"))
    settled()
    paid = Order.objects.get(pk=order.id)
    assert (paid.status, paid.payment_id, paid.refunded_minor) == ("paid", second, 0)
    assert not payments.payment(bought.payment_id).refundable
    assert [one.amount.minor for one in refunds(bought.payment_id)] == [total.minor - 1]
    assert not refunds(second)
    assert AuditEntry.objects.get(action="orders.short_payment_returned").after["amount_minor"] == total.minor - 1


def test_money_taken_short_stays_while_nobody_pays_the_rest():
    bought = checkout.buy(request_for(wanted(sell(20))))
    captured(bought, 1)
    settled()
    assert payments.payment(bought.payment_id).refundable.minor == 1
    assert not refunds(bought.payment_id)
