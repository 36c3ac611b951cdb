"""Orders made elsewhere, before: kept and counted, never charged, packed or mailed."""

from collections.abc import Sequence

from glocal.platform.eventing import transactional
from glocal.platform.kernel.ids import uuid7
from glocal.transaction.orders.models import Order, OrderLine
from glocal.transaction.orders.rules import new_token
from glocal.transaction.orders.types import HistoryOrder


@transactional
def import_history(*, source: str, orders: Sequence[HistoryOrder], language: str) -> set[str]:
    """Keep ``orders`` under their external ids; those already here stay as they are. Returns the ids that are new.

    A constant number of statements for any number of orders.
    """
    rows = [_order(source, order, language) for order in orders]
    Order.objects.bulk_create(rows, ignore_conflicts=True)
    kept = set(Order.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    lines = [
        OrderLine(
            order_id=row.pk,
            variant_id=line.variant_id,
            product_id=line.product_id,
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            refunded_quantity=0,
            unit_minor=line.unit.minor,
            line_minor=line.unit.minor * line.quantity,
        )
        for row, order in zip(rows, orders, strict=True)
        if row.pk in kept
        for line in order.lines
    ]
    OrderLine.objects.bulk_create(lines, batch_size=2000)
    return {order.external_id for row, order in zip(rows, orders, strict=True) if row.pk in kept}


def _order(source: str, order: HistoryOrder, language: str) -> Order:
    goods = sum(line.unit.minor * line.quantity for line in order.lines)
    return Order(
        id=uuid7(),
        number=f"{source}-{order.external_id}"[:24],
        token=new_token(),
        key=f"{source}:{order.external_id}",
        kind=order.kind,
        status=Order.Status.DELIVERED,
        source=source,
        person_id=order.person_id,
        market=order.market,
        address={"country": order.country},
        language=language,
        currency=order.currency,
        goods_minor=goods,
        total_minor=goods,
        placed_at=order.placed_at,
        paid_at=order.placed_at,
        closed_at=order.placed_at,
        close_reason="history",
    )
