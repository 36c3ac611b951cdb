"""Money that goes back without our asking: somebody refunds in the provider's own dashboard, or the provider does."""

from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_noop

from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel.money import Money
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import letters
from glocal.transaction.orders.models import Order, OrderRefund
from glocal.transaction.orders.rules import CANCELLABLE
from glocal.transaction.orders.services.cancelling import cancel_order, tell_refunded
from glocal.transaction.orders.services.links import prolong
from glocal.transaction.payments import facade as payments

_KEY = "elsewhere:"
REASON = gettext_noop("Refunded by the payment provider.")


@transactional
def reflect(order_id: UUID, payment_id: UUID) -> None:
    """Count in the order what went back of its payment elsewhere; repeating it changes nothing.

    When nothing of the total is left with us and no goods have left either, the order is cancelled: what nobody pays
    for is not sent.
    """
    order = Order.objects.select_for_update().filter(pk=order_id, payment_id=payment_id).first()
    if order is None:
        return  # money for an order that it did not pay: payments shows it
    counted = order.refunds.filter(key__startswith=_KEY).aggregate(sum=Sum("amount_minor", default=0))["sum"]
    gone = payments.given_back_elsewhere(payment_id).minor
    amount = Money(min(gone - counted, order.total_minor - order.refunded_minor), order.currency)
    if amount.minor <= 0:
        return
    OrderRefund.objects.create(order=order, key=f"{_KEY}{payment_id}:{gone}", amount_minor=amount.minor, reason=REASON)
    order.refunded_minor += amount.minor
    order.save(update_fields=["refunded_minor"])
    _note("orders.refunded_elsewhere", order, payment_id, amount)
    tell_refunded(order, amount, REASON)
    prolong(order)
    if order.refunded != order.total or not _cancelled(order):
        letters.refunded(order, amount)


@transactional
def note_unpaid(order_id: UUID, payment_id: UUID, captured: Money) -> None:
    """Keep on record that money came and went back before we heard of either."""
    order = Order.objects.filter(pk=order_id).first()
    if order is not None:
        _note("orders.payment_went_back", order, payment_id, captured)


def _cancelled(order: Order) -> bool:
    if order.status not in CANCELLABLE:
        return False
    try:
        with transaction.atomic():
            cancel_order(order_id=order.pk, reason="refunded_elsewhere", actor_id=None)
    except shipping.ShipmentCannotChange:
        return False  # a part of the goods has left: a person must look
    return True


def _note(action: str, order: Order, payment_id: UUID, amount: Money) -> None:
    audit.record(
        actor_id=None,
        action=action,
        object_type="order",
        object_id=str(order.pk),
        after={"amount_minor": amount.minor, "currency": amount.currency, "payment_id": str(payment_id)},
        market=order.market,
    )
