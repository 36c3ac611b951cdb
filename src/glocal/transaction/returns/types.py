"""What returns take and hand out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from glocal.platform.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Asked:
    """Units of a line to send back; ``exchange``: the variant to have for them."""

    line_id: int
    quantity: int
    exchange: UUID | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant that a line can be exchanged for, at the same price and in stock where the line came from."""

    variant_id: UUID
    sku: str
    options: Mapping[str, str]
    warehouse_id: UUID
    service_code: str
    weight_g: int
    hs_code: str
    origin: str


@dataclass(frozen=True, slots=True)
class Returnable:
    """A line of an order that can be sent back: how many of it, until when, and what for instead."""

    line_id: int
    title: Mapping[str, str]
    options: Mapping[str, str]
    cover: Mapping[str, Any] | None
    unit: Money
    left: int
    choices: tuple[Choice, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    line_id: int
    title: Mapping[str, str]
    options: Mapping[str, str]
    quantity: int
    exchange: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A return as its shopper sees it; ``status`` is one of ``rules``."""

    id: UUID
    number: str
    order_id: UUID
    status: str
    want: str
    reason: str
    answer: str
    lines: tuple[ReturnedLine, ...]
    tracking_number: str
    has_label: bool
    requested_at: datetime
    received_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A parcel told of as lost; ``status`` open, resent, refunded or refused."""

    id: UUID
    shipment_id: UUID
    parcel: str
    want: str
    status: str
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when an order's things may be sent back, by whose fault; both in the market's own days."""

    changed_mind: date
    faulty: date
