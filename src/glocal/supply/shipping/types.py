"""What the facade takes and gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from glocal.platform.kernel.money import Money

PROMISES = ("economy", "standard", "express")
"""Slowest first; the faster one also keeps the slower one's promise."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the goods go; ``region`` and ``postcode`` are empty until they are known."""

    country: str
    region: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """``quantity`` units of a variant; ``weight_g`` and ``value`` are of one unit."""

    variant_id: UUID
    quantity: int
    weight_g: int
    value: Money


@dataclass(frozen=True, slots=True)
class RateUsed:
    """Where a parcel's cost comes from: the tariff's row and its price, and the exchange rate if it was exchanged."""

    row_id: UUID
    price: Money
    fx_rate: Decimal | None = None
    fx_on: date | None = None
    fx_source: str = ""


@dataclass(frozen=True, slots=True)
class PlannedParcel:
    """One parcel of a plan; ``weight_g`` is of the goods in it."""

    warehouse_id: UUID
    ship_from: str
    service_code: str
    lines: tuple[tuple[UUID, int], ...]
    cost: Money
    weight_g: int
    rate: RateUsed | None = None
    way: tuple[int, int] = (0, 0)
    """Working days from leaving to arriving, at least and at most."""


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """The cheapest plan that keeps a promise. The first parcel may come on ``earliest``, the last by ``latest``."""

    code: str  # economy | standard | express
    cost: Money
    earliest: date
    latest: date
    parcels: tuple[PlannedParcel, ...]


@dataclass(frozen=True, slots=True)
class MissingOption:
    """A promise that is not on offer. ``reason``: out_of_stock, no_service, no_stock_there, too_heavy, value_cap,
    cannot_combine, not_cheaper or not_faster; ``details`` carry its figures (``facade.explain`` makes a sentence).
    """

    code: str
    reason: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShippingOptions:
    """What can be chosen, slowest first, and why the rest is missing."""

    options: tuple[ShippingOption, ...]
    missing: tuple[MissingOption, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What the customs declaration says of one variant; ``unit_minor`` in the shipment's currency."""

    variant_id: UUID
    sku: str
    description: str
    hs_code: str
    origin: str
    unit_minor: int
    weight_g: int


@dataclass(frozen=True, slots=True)
class ShipmentPlan:
    """The parcels of one paid order. ``parcels`` are ``PlannedParcel`` as JSON keeps them; theirs is ``currency``.

    What goes out later, in exchange or ``instead_of`` a lost parcel, has an owner of its own: its goods' reservation's.
    """

    order_id: UUID
    number: str
    market: str
    currency: str
    address: Mapping[str, str]
    parcels: Sequence[Mapping[str, Any]]
    contents: Sequence[Content]
    promised_from: date
    promised_to: date
    owner_id: UUID | None = None
    instead_of: UUID | None = None
    in_exchange: bool = False


@dataclass(frozen=True, slots=True)
class CarrierEvent:
    """One step of a parcel as a carrier tells it; ``code`` is one of ``rules.STEPS``, ``id`` the same on a repeat."""

    id: str
    code: str
    at: datetime
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TrackedStep:
    """One line of a parcel's timeline."""

    code: str
    at: datetime
    place: str
    note: str


@dataclass(frozen=True, slots=True)
class ShipmentInfo:
    """A parcel as shop and console show it, with its timeline, newest step first."""

    id: UUID
    order_id: UUID
    number: str
    market: str
    warehouse_id: UUID
    ship_from: str
    service_code: str
    service_name: Mapping[str, str]
    status: str
    lines: tuple[tuple[UUID, int], ...]
    cost: Money
    weight_g: int
    promised_from: date
    promised_to: date
    tracking_number: str
    tracking_url: str
    has_label: bool
    problem: str
    steps: tuple[TrackedStep, ...]
    owner_id: UUID | None = None
    instead_of: UUID | None = None
    in_exchange: bool = False
