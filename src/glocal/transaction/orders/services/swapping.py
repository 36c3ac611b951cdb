"""Another variant for a line of an order that nobody packs yet, at the same price."""

from uuid import UUID

from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import letters
from glocal.transaction.orders.errors import OrderCannotChange, OrderNotFound
from glocal.transaction.orders.models import Order, OrderLine
from glocal.transaction.orders.selectors import content_of, view_of
from glocal.transaction.orders.types import OrderView, Swap


@transactional
def swap_variant(*, order_id: UUID, line_id: int, swap: Swap, actor_id: UUID | None) -> None:
    """Give a whole line of a paid order another variant and write to its buyer; that it costs the same is the caller's.

    Raises OrderNotFound, OrderCannotChange (also for a line of which units went back), shipping's ShipmentCannotChange
    and inventory's OutOfStock.
    """
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    line = OrderLine.objects.select_for_update().filter(pk=line_id, order=order_id).first()
    if order is None or line is None:
        raise OrderNotFound(order_id=order_id)
    if line.variant_id == swap.variant_id:
        return
    taken = OrderLine.objects.filter(order=order_id, variant_id=swap.variant_id).exists()
    if order.status != Order.Status.PAID or line.refunded_quantity or line.returning_quantity or taken:
        raise OrderCannotChange(status=order.status)
    before = line.variant_id, line.sku, line.options
    line.variant_id, line.sku, line.options = swap.variant_id, swap.sku, swap.options
    line.weight_g, line.hs_code, line.origin, line.cover = swap.weight_g, swap.hs_code, swap.origin, swap.cover
    line.save()
    shipping.swap_goods(order_id, before[0], content_of(line), actor_id=actor_id)
    audit.record(
        actor_id=actor_id,
        action="orders.swap_variant",
        object_type="order",
        object_id=str(order_id),
        before={"sku": before[1]},
        after={"sku": line.sku, "quantity": line.quantity},
        market=order.market,
    )
    letters.swapped(order, line, markets.pick(before[2], order.language) if before[2] else before[1])


def hold(order_id: UUID) -> OrderView:
    """The order as it is, and stays until the transaction ends. Raises OrderNotFound."""
    order = Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(order_id=order_id)
    return view_of(order)
