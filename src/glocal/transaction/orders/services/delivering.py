"""How an order follows its parcels."""

from uuid import UUID

from glocal.events.orders import OrderDelivered, OrderShipped
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import letters
from glocal.transaction.orders.models import Order
from glocal.transaction.orders.rules import LINK_LIVES

_GONE = frozenset({"shipped", "delivered", "exception"})


@transactional
def follow_parcels(order_id: UUID) -> str | None:
    """Bring the order's status up to its parcels'; returns the new status, None when nothing changed."""
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        return None
    parcels = shipping.track(order_id)
    over = {parcel.instead_of for parcel in parcels}  # the new parcel counts, wherever the lost one is
    over |= set(order.refunds.exclude(lost_shipment_id=None).values_list("lost_shipment_id", flat=True))
    states = {parcel.status for parcel in parcels if parcel.id not in over} - {"cancelled"}
    before = order.status
    if states and states <= {"delivered"}:
        if order.status in {Order.Status.PAID, Order.Status.PACKING}:
            _move(order, Order.Status.SHIPPED)
        if order.status == Order.Status.SHIPPED:
            _move(order, Order.Status.DELIVERED)
    elif states and states <= _GONE and order.status in {Order.Status.PAID, Order.Status.PACKING}:
        _move(order, Order.Status.SHIPPED)
    elif states - {"planned"} and order.status == Order.Status.PAID:
        _move(order, Order.Status.PACKING)
    return order.status if order.status != before else None


def _move(order: Order, status: str) -> None:
    order.status = status
    order.link_until = clock.now() + LINK_LIVES if status == Order.Status.DELIVERED else None
    order.save(update_fields=["status", "link_until"])
    if status == Order.Status.SHIPPED:
        letters.shipped(order)
        publish(OrderShipped(order_id=order.pk))
    elif status == Order.Status.DELIVERED:
        letters.delivered(order)
        publish(OrderDelivered(order_id=order.pk))
