"""Another address for an order that nobody packs yet."""

from uuid import UUID

from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import letters
from glocal.transaction.orders.errors import OrderCannotChange, OrderNotFound
from glocal.transaction.orders.models import Order


@transactional
def change_address(*, order_id: UUID, address: markets.Address, actor_id: UUID | None) -> None:
    """Send a paid order's parcels elsewhere and write to its buyer; what that costs is checkout's to check.

    The trail does not keep the addresses: they name a person. Raises OrderNotFound, OrderCannotChange and shipping's
    ShipmentCannotChange.
    """
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(order_id=order_id)
    if order.status != Order.Status.PAID:
        raise OrderCannotChange(state=order.status)
    shipping.readdress(order_id, address.as_dict(), actor_id=actor_id)
    order.address = address.as_dict()
    order.save(update_fields=["address"])
    audit.record(
        actor_id=actor_id,
        action="orders.change_address",
        object_type="order",
        object_id=str(order_id),
        market=order.market,
    )
    letters.readdressed(order)
