"""Units on their way back: what a return holds of an order's lines."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from glocal.platform.eventing import transactional
from glocal.transaction.orders.errors import ReturnTooMuch
from glocal.transaction.orders.models import Order, OrderLine
from glocal.transaction.orders.services.links import prolong
from glocal.transaction.orders.types import RefundLine


@transactional
def hold_for_return(order_id: UUID, lines: Sequence[RefundLine]) -> None:
    """Hold units that are neither refunded nor held by another return, all or none; the guard is in the UPDATE.

    The order is locked until the transaction ends, so that its returns are made one after another.
    Raises ReturnTooMuch, also for a line that is not the order's.
    """
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is not None:
        prolong(order)
    for line in sorted(lines, key=lambda line: line.line_id):
        row = OrderLine.objects.filter(pk=line.line_id, order=order_id)
        free = F("quantity") - F("refunded_quantity") - F("returning_quantity")
        held = row.alias(free=free).filter(free__gte=line.quantity) if line.quantity > 0 else row.none()
        if not held.update(returning_quantity=F("returning_quantity") + line.quantity):
            left = row.annotate(free=free).values_list("free", flat=True).first()
            raise ReturnTooMuch(field=f"line-{line.line_id}", left=left or 0)


@transactional
def let_go_of_return(order_id: UUID, lines: Sequence[RefundLine]) -> None:
    """The units of a return that comes to nothing can be sent back or refunded anew."""
    for line in sorted(lines, key=lambda line: line.line_id):
        held = OrderLine.objects.filter(pk=line.line_id, order=order_id)
        held.update(returning_quantity=F("returning_quantity") - line.quantity)
