"""What a payment does to its order. Payment events may come late, twice or out of order; each takes effect once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
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
from glocal.transaction.orders.rules import LINK_LIVES
from glocal.transaction.orders.selectors import content_of
from glocal.transaction.payments import facade as payments

log = logging.getLogger(__name__)

_MARK_PAID = """
WITH told AS (
  SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[]) WITH ORDINALITY
    AS capture(order_id, payment_id, minor, position)
), mine AS MATERIALIZED (
  SELECT o.id, (
    SELECT payment_id FROM told WHERE order_id = o.id AND minor >= o.total_minor ORDER BY position LIMIT 1
  ) AS payment_id
  FROM orders_order o WHERE o.id = ANY(%s) AND o.status IN ('placed', 'expired') ORDER BY o.id FOR UPDATE
)
UPDATE orders_order AS o SET status = 'paid', paid_at = %s, payment_id = mine.payment_id, closed_at = NULL,
  close_reason = '', link_until = NULL
FROM mine WHERE o.id = mine.id AND mine.payment_id IS NOT NULL RETURNING o.*
"""

_PAID_ALREADY = gettext_noop("The order was paid already.")

_LINES = "SELECT * FROM orders_orderline WHERE order_id = ANY(%s) ORDER BY id"


@dataclass(frozen=True, slots=True)
class Capture:
    """Money that a payment took for an order."""

    order_id: UUID
    payment_id: UUID
    captured: Money


@transactional
def mark_paid(captures: Sequence[Capture]) -> frozenset[UUID]:
    """Take orders as paid once their whole totals were captured; returns those that this call did it for.

    When a reservation had run out the stock is taken again; when it is gone, the order is cancelled and the money
    goes back. Less money than the total leaves an order as it is, on record for a person. The number of statements
    does not depend on the number of orders unless something is wrong with one of them.
    """
    told = _once_each(captures)
    ids = [one.order_id for one in told]
    columns = [ids, [one.payment_id for one in told], [one.captured.minor for one in told], ids]
    marked = {order.pk: order for order in Order.objects.raw(_MARK_PAID, [*columns, clock.now()])}
    held = inventory.commit_all(marked) if marked else frozenset()
    paid = []
    for one in told:
        order = marked.get(one.order_id)
        if order is None or order.payment_id != one.payment_id:
            _why_not(one)
        elif order.pk in held or _take_again(order, one):
            paid.append(order)
    if paid:
        _go_on(paid)
        _send_back_others([order for order in paid if order.short_payment])
    return frozenset(order.pk for order in paid)


def _send_back_others(paid: Sequence[Order]) -> None:
    """What other attempts had taken of these orders, too little to pay them, goes back."""
    payers = {order.pk: order for order in paid}
    for one in payments.left_of_orders(payers) if payers else ():
        order = payers[one.order_id]
        if one.id == order.payment_id:
            continue
        payments.refund(payment_id=one.id, amount=one.refundable, reason=_PAID_ALREADY, key=f"late:{one.id}")
        audit.record(
            actor_id=None,
            action="orders.short_payment_returned",
            object_type="order",
            object_id=str(order.pk),
            after={
                "amount_minor": one.refundable.minor,
                "currency": one.refundable.currency,
                "payment_id": str(one.id),
            },
            market=order.market,
        )


def _once_each(captures: Sequence[Capture]) -> Sequence[Capture]:
    """What is told of a payment several times, once, with all that it took."""
    most: dict[tuple[UUID, UUID], Capture] = {}
    for one in captures:
        known = most.setdefault((one.order_id, one.payment_id), one)
        if one.captured.minor > known.captured.minor:
            most[one.order_id, one.payment_id] = one
    return tuple(most.values())


def _go_on(paid: Sequence[Order]) -> None:
    """Everything that follows from a payment."""
    lines: dict[UUID, list[OrderLine]] = {order.pk: [] for order in paid}
    for line in OrderLine.objects.raw(_LINES, [list(lines)]):
        lines[line.order_id].append(line)
    shipping.plan_shipments([_shipment_plan(order, lines[order.pk]) for order in paid])
    letters.confirm([(order, lines[order.pk]) for order in paid])
    publish(*(_paid(order, lines[order.pk]) for order in paid))


def _why_not(one: Capture) -> None:
    order = Order.objects.filter(pk=one.order_id).first()
    if order is None:
        log.error("payment %s is for order %s, which does not exist", one.payment_id, one.order_id)
    elif order.payment_id == one.payment_id:
        return  # told again
    elif order.payment_id is not None:
        _send_back(one, _PAID_ALREADY)
    elif order.status == Order.Status.CANCELLED:
        _send_back(one, gettext_noop("The order was cancelled before the payment arrived."))
    elif order.status in {Order.Status.PLACED, Order.Status.EXPIRED}:
        waiting = Order.objects.filter(pk=order.pk, status__in=[Order.Status.PLACED, Order.Status.EXPIRED])
        if not waiting.update(short_payment=True):
            _why_not(one)  # it was paid, or called off, this moment
            return
        audit.record(
            actor_id=None,
            action="orders.underpaid",
            object_type="order",
            object_id=str(order.pk),
            after={
                "captured_minor": one.captured.minor,
                "total_minor": order.total_minor,
                "payment_id": str(one.payment_id),
            },
            market=order.market,
        )


def _take_again(order: Order, one: Capture) -> bool:
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
            link_until=clock.now() + LINK_LIVES,
            refunded_minor=order.total_minor,
        )
        _send_back(one, gettext_noop("Sold out before the payment arrived."))
        letters.sold_out(order)
        publish(OrderCancelled(order_id=order.pk, reason="sold_out"))
        return False
    return True


def _send_back(one: Capture, reason: str) -> None:
    """All of it that has not gone back yet: the provider may have let go of it by itself."""
    left = min(payments.payment(one.payment_id).refundable, one.captured)
    if left:
        payments.refund(payment_id=one.payment_id, amount=left, reason=reason, key=f"late:{one.payment_id}")


def _shipment_plan(order: Order, lines: Sequence[OrderLine]) -> shipping.ShipmentPlan:
    return shipping.ShipmentPlan(
        order_id=order.pk,
        number=order.number,
        market=order.market,
        currency=order.currency,
        address=order.address,
        parcels=order.parcels,
        contents=[content_of(line) for line in lines],
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
        status=Order.Status.EXPIRED,
        closed_at=clock.now(),
        close_reason="not_paid_in_time",
        link_until=clock.now() + LINK_LIVES,
    )
    if expired:
        payments.call_off(order_id)
        publish(OrderExpired(order_id=order_id))
    return bool(expired)
