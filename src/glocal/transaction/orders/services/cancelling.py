"""Cancelling and refunding."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from glocal.events.orders import OrderCancelled, OrderRefunded
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import letters
from glocal.transaction.orders.errors import (
    NothingToRefund,
    OrderCannotChange,
    OrderNotFound,
    OrderNotPaid,
    RefundTooMuch,
)
from glocal.transaction.orders.models import Order, OrderLine, OrderRefund
from glocal.transaction.orders.rules import CANCELLABLE, LINK_LIVES, part_of, units_within
from glocal.transaction.orders.services.delivering import follow_parcels
from glocal.transaction.orders.services.links import prolong
from glocal.transaction.orders.types import RefundLine
from glocal.transaction.payments import facade as payments

_CLOSED = ("status", "closed_at", "close_reason", "link_until")


@transactional
def cancel_order(*, order_id: UUID, reason: str, actor_id: UUID | None, person_id: UUID | None = None) -> None:
    """Cancel an order that has not left: give its stock back, send what was paid back, tell the other packages.

    ``person_id`` limits the call to that shopper's own orders. Repeating it changes nothing.
    Raises OrderNotFound, OrderCannotChange.
    """
    orders = Order.objects.select_for_update()
    order = (orders.filter(person_id=person_id) if person_id else orders).filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(order_id=order_id)
    if order.status == Order.Status.CANCELLED:
        return
    if order.status not in CANCELLABLE:
        raise OrderCannotChange(state=order.status)
    before = order.status
    was_paid = before in {Order.Status.PAID, Order.Status.PACKING}
    left = order.total - order.refunded
    _close(order, reason)
    if was_paid:
        shipping.cancel_shipments(order_id)
        if left:
            _pay_back(order, left, reason, f"cancel:{order_id}", actor_id)
    else:
        payments.call_off(order_id)
    inventory.release(order_id)
    order.save(update_fields=[*_CLOSED, "refunded_minor"])
    audit.record(
        actor_id=actor_id,
        action="orders.cancel",
        object_type="order",
        object_id=str(order_id),
        before={"status": before},
        after={"status": order.status, "reason": reason},
        market=order.market,
    )
    letters.cancelled(order, left if was_paid else None)
    publish(OrderCancelled(order_id=order_id, reason=reason))


@transactional
def refund_order(
    *,
    order_id: UUID,
    lines: Sequence[RefundLine],
    shipping_too: bool,
    reason: str,
    key: str,
    actor_id: UUID | None,
    returned: bool = False,
    lost: UUID | None = None,
) -> Money:
    """Give back a part of a paid order and return how much: whole units with their tax and duty, and shipping if asked.

    Units that have not left are not sent: they are taken out of their parcels and their stock is free. When nothing
    of the order is left to send, it is cancelled, and its shipping goes back as well. ``lost``: the units have left
    with this parcel, which was lost and which the order waits for no more, whatever else waits;
    ``returned``: they were held by ``hold_for_return``, and others
    can be refunded only as far as no return holds them.
    ``key`` makes a repeat harmless: it returns the same amount and gives back nothing more.
    Raises OrderNotFound, OrderNotPaid, NothingToRefund, RefundTooMuch and shipping's ParcelIsLeaving.
    """
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(order_id=order_id)
    done = OrderRefund.objects.filter(key=key).first()
    if done is not None:
        return Money(done.amount_minor, order.currency)
    if order.paid_at is None:
        raise OrderNotPaid()
    kept = _refund_lines(order, lines, returned=returned)
    called_off = not (lost or returned) and _keep_here(order, kept, actor_id)
    amount = Money(sum(line["minor"] for line in kept), order.currency)
    shipping_part = _shipping_left(order) if shipping_too or called_off else Money.zero(order.currency)
    amount += shipping_part
    if not amount:
        raise NothingToRefund(field="lines")
    _pay_back(order, amount, reason, key, actor_id, kept, shipping_part, lost)
    order.save(update_fields=[*_CLOSED, "refunded_minor"])
    prolong(order)
    audit.record(
        actor_id=actor_id,
        action="orders.refund",
        object_type="order",
        object_id=str(order_id),
        after={"amount_minor": amount.minor, "currency": amount.currency, "reason": reason},
        market=order.market,
    )
    if called_off:
        letters.cancelled(order, amount)
        publish(OrderCancelled(order_id=order_id, reason=order.close_reason))
    else:
        letters.refunded(order, amount)
        follow_parcels(order_id)  # those that are left may all be on their way, or there
    return amount


@transactional
def take_back_refund(*, order_id: UUID, payment_id: UUID, key: str, amount: Money, code: str) -> None:
    """The provider would not give what was promised: the order owes it again, so that a person can refund it anew.

    Repeating it changes nothing.
    """
    order = Order.objects.select_for_update().filter(pk=order_id, payment_id=payment_id).first()
    if order is None:
        return  # money for an order that it did not pay: payments shows it
    refund = OrderRefund.objects.filter(key=key, order=order).first()
    if refund is not None and refund.failed:
        return
    order.refunded_minor -= amount.minor
    order.save(update_fields=["refunded_minor"])
    audit.record(
        actor_id=None,
        action="orders.refund_failed",
        object_type="order",
        object_id=str(order_id),
        after={"amount_minor": amount.minor, "currency": amount.currency, "code": code},
        market=order.market,
    )
    if refund is None:
        return
    refund.failed = code[:60] or "refused"
    refund.save(update_fields=["failed"])
    for line in refund.lines:
        OrderLine.objects.filter(pk=line["line_id"], order=order).update(
            refunded_quantity=F("refunded_quantity") - line["quantity"]
        )
    tell_refunded(order, -amount, code)


def _close(order: Order, reason: str) -> None:
    order.status, order.closed_at, order.close_reason = Order.Status.CANCELLED, clock.now(), reason[:40]
    order.link_until = clock.now() + LINK_LIVES


def _refund_lines(order: Order, wanted: Sequence[RefundLine], *, returned: bool) -> list[dict[str, int]]:
    """Count the units as given back; what the refund keeps of each line."""
    kept: list[dict[str, int]] = []
    money_left = order.total_minor - order.refunded_minor
    rows = {row.pk: row for row in OrderLine.objects.select_for_update().filter(order=order).order_by("pk")}
    for line in wanted:
        row = rows.get(line.line_id)
        if row is None or line.quantity < 1:
            raise NothingToRefund(field="lines")
        left = row.returning_quantity if returned else row.quantity - row.refunded_quantity - row.returning_quantity
        if line.quantity > left:
            raise RefundTooMuch(field="lines", left=left)
        whole = Money(row.line_minor + row.tax_minor + row.duty_minor, order.currency)
        amount = part_of(whole, line.quantity, row.refunded_quantity, row.quantity)
        if amount.minor > money_left:  # money went back that was of no line: elsewhere, or beyond a cancelled part
            paid_for = units_within(Money(money_left, order.currency), whole, row.refunded_quantity, row.quantity)
            raise RefundTooMuch(field="lines", left=min(paid_for, left))
        money_left -= amount.minor
        kept.append({"line_id": row.pk, "quantity": line.quantity, "minor": amount.minor})
        row.refunded_quantity += line.quantity
        row.returning_quantity -= line.quantity if returned else 0
        row.save(update_fields=["refunded_quantity", "returning_quantity"])
    return kept


def _keep_here(order: Order, refunded: Sequence[dict[str, int]], actor_id: UUID | None) -> bool:
    """Take refunded units out of parcels that have not left; True when that calls the whole order off."""
    variants = dict(OrderLine.objects.filter(order=order).values_list("pk", "variant_id"))
    units: dict[UUID, int] = {}
    for line in refunded:
        variant_id = variants[line["line_id"]]
        units[variant_id] = units.get(variant_id, 0) + line["quantity"]
    taken = shipping.take_out(order.pk, units, actor_id=actor_id) if units else 0
    if not taken or order.status not in CANCELLABLE:
        return False
    if any(parcel.status != "cancelled" for parcel in shipping.track(order.pk)):
        return False
    _close(order, "refunded")
    return True


def _shipping_left(order: Order) -> Money:
    """What was charged beyond the lines (shipping with its tax, fees), less what of it was given back before."""
    lines = OrderLine.objects.filter(order=order)
    on_lines = sum(line.line_minor + line.tax_minor + line.duty_minor for line in lines)
    given_back = sum(refund.shipping_minor for refund in order.refunds.filter(failed=""))
    return Money(max(order.total_minor - on_lines - given_back, 0), order.currency)


def _pay_back(
    order: Order,
    amount: Money,
    reason: str,
    key: str,
    actor_id: UUID | None,
    lines: Sequence[dict[str, int]] = (),
    shipping_part: Money | None = None,
    lost: UUID | None = None,
) -> None:
    if order.payment_id is None:
        raise OrderNotPaid()
    payments.refund(payment_id=order.payment_id, amount=amount, reason=reason, key=key)
    OrderRefund.objects.create(
        order=order,
        key=key,
        amount_minor=amount.minor,
        shipping_minor=shipping_part.minor if shipping_part else 0,
        lines=list(lines),
        reason=reason[:200],
        actor_id=actor_id,
        lost_shipment_id=lost,
    )
    order.refunded_minor += amount.minor
    tell_refunded(order, amount, reason)


def tell_refunded(order: Order, amount: Money, reason: str) -> None:
    publish(
        OrderRefunded(
            order_id=order.pk,
            market=order.market,
            amount_minor=amount.minor,
            currency=amount.currency,
            reason=reason,
            refunded_at=clock.now(),
        )
    )
