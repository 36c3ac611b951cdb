"""What a payment does to its order. Payment events may come late, twice or out of order; each takes effect once."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from glocal.events.orders import OrderCancelled, OrderExpired, OrderPaid, SoldLine
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import letters
from glocal.transaction.orders.models import Order, OrderLine
from glocal.transaction.payments import facade as payments

log = logging.getLogger(__name__)

_MARK_PAID = """
UPDATE orders_order SET status = 'paid', paid_at = %s, payment_id = %s
WHERE id = %s AND status IN ('placed', 'expired') AND total_minor <= %s RETURNING *
"""


@transactional
def mark_paid(*, order_id: UUID, payment_id: UUID, captured: Money) -> bool:
    """Take an order as paid once its whole total was captured; True when this call did it.

    When the reservation had run out the stock is taken again; when it is gone, the order is cancelled and the money
    goes back. Less money than the total leaves the order as it is, on record for a person.
    """
    order = next(iter(Order.objects.raw(_MARK_PAID, [clock.now(), payment_id, order_id, captured.minor])), None)
    if order is None:
        _why_not(order_id, payment_id, captured)
        return False
    lines = list(order.lines.order_by("id"))
    if not (inventory.commit(order_id) or _take_again(order, payment_id, captured)):
        return False
    _start_delivery(order, lines)
    letters.confirm(order, lines)
    publish(_paid(order, lines))
    return True


def _why_not(order_id: UUID, payment_id: UUID, captured: Money) -> None:
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        log.error("payment %s is for order %s, which does not exist", payment_id, order_id)
    elif order.payment_id == payment_id:
        return  # told again
    elif order.payment_id is not None:
        _send_back(payment_id, captured, gettext_noop("The order was paid already."))
    elif order.status == Order.Status.CANCELLED:
        _send_back(payment_id, captured, gettext_noop("The order was cancelled before the payment arrived."))
    elif order.status in {Order.Status.PLACED, Order.Status.EXPIRED}:
        audit.record(
            actor_id=None,
            action="orders.underpaid",
            object_type="order",
            object_id=str(order_id),
            after={"captured_minor": captured.minor, "total_minor": order.total_minor, "payment_id": str(payment_id)},
            market=order.market,
        )


def _take_again(order: Order, payment_id: UUID, captured: Money) -> bool:
    """Reserve the stock of an order whose reservation ran out; when it is gone, cancel and give the money back."""
    wanted = [
        inventory.ReserveLine(UUID(variant), UUID(parcel["warehouse_id"]), quantity)
        for parcel in order.parcels
        for variant, quantity in parcel["lines"]
    ]
    try:
        with transaction.atomic():
            inventory.recommit(owner=order.pk, lines=wanted)
    except inventory.OutOfStock:
        # The guard lets a paid order be cancelled; the money goes back and the shopper is told.
        Order.objects.filter(pk=order.pk).update(
            status=Order.Status.CANCELLED,
            closed_at=clock.now(),
            close_reason="sold_out",
            refunded_minor=order.total_minor,
        )
        _send_back(payment_id, captured, gettext_noop("Sold out before the payment arrived."))
        letters.sold_out(order)
        publish(OrderCancelled(order_id=order.pk, reason="sold_out"))
        return False
    return True


def _send_back(payment_id: UUID, captured: Money, reason: str) -> None:
    """All of it that has not gone back yet: the provider may have let go of it by itself."""
    left = min(payments.payment(payment_id).refundable, captured)
    if left:
        payments.refund(payment_id=payment_id, amount=left, reason=reason, key=f"late:{payment_id}")


def _start_delivery(order: Order, lines: Sequence[OrderLine]) -> None:
    shipping.plan_shipments(
        order_id=order.pk,
        number=order.number,
        market=order.market,
        currency=order.currency,
        address=order.address,
        parcels=order.parcels,
        contents=[
            shipping.Content(
                variant_id=line.variant_id,
                sku=line.sku,
                description=line.title.get("en") or next(iter(line.title.values()), line.sku),
                hs_code=line.hs_code,
                origin=line.origin,
                unit_minor=line.unit_minor,
                weight_g=line.weight_g,
            )
            for line in lines
        ],
        promised_from=order.earliest or order.placed_at.date(),
        promised_to=order.latest or order.placed_at.date(),
    )


def _paid(order: Order, lines: Sequence[OrderLine]) -> OrderPaid:
    return OrderPaid(
        order_id=order.pk,
        market=order.market,
        currency=order.currency,
        total_minor=order.total_minor,
        goods_minor=order.goods_minor,
        person_id=order.person_id,
        visitor_id=order.visitor_id,
        paid_at=order.paid_at or clock.now(),
        lines=tuple(
            SoldLine(
                variant_id=line.variant_id,
                product_id=line.product_id,
                quantity=line.quantity,
                line_minor=line.line_minor,
            )
            for line in lines
        ),
    )


@transactional
def expire(order_id: UUID) -> bool:
    """Close an unpaid order whose stock went back on sale; its payment, if one is under way, is called off."""
    expired = Order.objects.filter(pk=order_id, status=Order.Status.PLACED).update(
        status=Order.Status.EXPIRED, closed_at=clock.now(), close_reason="not_paid_in_time"
    )
    if expired:
        payments.call_off(order_id)
        publish(OrderExpired(order_id=order_id))
    return bool(expired)
