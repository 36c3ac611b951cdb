"""A delivered order, on its real way through warehouse and carrier."""

import pytest

from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.supply.shipping import facade as shipping
from glocal.supply.shipping import services as parcels
from glocal.supply.shipping.ports import Accepted, News
from glocal.transaction.orders import facade as orders
from tests.factories.sale import open_shop
from tests.transaction.invoices.conftest import paid_order


@pytest.fixture
def shop(db):
    open_shop()


def send(order):
    """Pick, pack and hand over every parcel of an order."""
    for parcel in shipping.track(order.id):
        shipping.start_picking(parcel.id, actor_id=None)
        shipping.pack(parcel.id, actor_id=None)
        parcels.record_offered(parcel.id)
        assert parcels.record_handed_over(parcel.id, Accepted(f"T{parcel.number}", "/label", ""), b"%PDF")
    drain()


def deliver(order):
    for parcel in shipping.track(order.id):
        event = shipping.CarrierEvent(f"{parcel.number}-done", "delivered", clock.now())
        parcels.take_news("sandbox", News(parcel.tracking_number, (event,)))
    drain()


def delivered_order(variant_id, quantity=1, **changes):
    order = paid_order(variant_id, quantity, **changes)
    send(order)
    deliver(order)
    return orders.order_by_id(order.id)
