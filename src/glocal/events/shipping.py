"""What happens to an order's parcels."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _ParcelEvent(Event):
    key_field: ClassVar[str] = "order_id"
    order_id: UUID
    shipment_id: UUID
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPicking(_ParcelEvent):
    """Somebody began to collect the parcel's goods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentShipped(_ParcelEvent):
    """The carrier has taken the parcel on; its goods have left the books."""

    tracking_number: str
    shipped_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentDelivered(_ParcelEvent):
    """The parcel arrived, says the carrier."""

    delivered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentException(_ParcelEvent):
    """The parcel is in trouble on its way: held, damaged, refused or sent back."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierStep:
    """A step of a parcel; ``id`` is the same when it is told again."""

    id: str
    code: str
    at: datetime
    place: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierNewsReceived(Event):
    """A carrier's signed message, stored before anybody acts on it: as it came (``body``), and what was read in it."""

    key_field: ClassVar[str] = "tracking_number"
    carrier: str
    tracking_number: str
    body: str
    steps: tuple[CarrierStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffsChanged(Event):
    """Rates, zones or days of some services are others now. One event tells of a whole table."""

    key_field: ClassVar[str] = "change_id"
    change_id: UUID
    services: tuple[str, ...]
