"""Carriers' messages, worked after they were stored."""

from dataclasses import asdict

from glocal.events.shipping import CarrierNewsReceived
from glocal.platform.eventing import handles
from glocal.supply.shipping import services
from glocal.supply.shipping.ports import News
from glocal.supply.shipping.types import CarrierEvent


@handles(CarrierNewsReceived)
def take_carrier_news(event: CarrierNewsReceived) -> None:
    """Add a message to the timeline. One that is faster than our own record of the parcel is kept for it."""
    steps = tuple(CarrierEvent(**asdict(step)) for step in event.steps)
    services.take_news(event.carrier, News(event.tracking_number, steps))
