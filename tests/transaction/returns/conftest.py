"""A delivered order, on its real way through warehouse and carrier."""

import pytest

from glocal.content.catalog import facade as catalog
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.supply.shipping import facade as shipping
from glocal.supply.shipping import services as parcels
from glocal.supply.shipping.ports import Accepted, News
from glocal.transaction.orders import facade as orders
from tests.factories.catalog import make_product
from tests.factories.inventory import stock
from tests.factories.sale import open_shop
from tests.transaction.invoices.conftest import paid_order


@pytest.fixture
def shop(db):
    open_shop()


def send(order):
    """Pick, pack and hand over every parcel of an order."""
    for parcel in shipping.track(order.id):
        send_one(parcel)


def send_one(parcel):
    shipping.start_picking(parcel.id, actor_id=None)
    shipping.pack(parcel.id, actor_id=None)
    parcels.record_offered(parcel.id)
    assert parcels.record_handed_over(parcel.id, Accepted(f"T{parcel.number}", "/label", ""), b"%PDF")
    drain()


def deliver(order):
    """Of an order's parcels, those that are on their way and not lost."""
    found = shipping.track(order.id)
    lost = {parcel.instead_of for parcel in found}
    for parcel in found:
        if parcel.id in lost or not parcel.tracking_number:
            continue
        deliver_one(parcel)


def deliver_one(parcel):
    event = shipping.CarrierEvent(f"{parcel.number}-done", "delivered", clock.now())
    parcels.take_news("sandbox", News(shipping.shipment(parcel.id).tracking_number, (event,)))
    drain()


def delivered_order(variant_id, quantity=1, **changes):
    order = paid_order(variant_id, quantity, **changes)
    send(order)
    deliver(order)
    return orders.order_by_id(order.id)


def two_sizes():
    """A cup in two sizes, two of each in Los Angeles; the ids of small and large."""
    size = catalog.AttributeInput(
        "size", {"en": "Size"}, [catalog.ValueInput("s", {"en": "Small"}), catalog.ValueInput("l", {"en": "Large"})]
    )
    catalog.save_attributes([size])
    made = make_product(skus={"CUP-S": {"size": "s"}, "CUP-L": {"size": "l"}})
    for variant_id in made.variants.values():
        stock(2, code="US-LAX", variant_id=variant_id)
    return tuple(made.variants.values())
