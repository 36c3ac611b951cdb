"""What orders hands out and takes in. All money of one order is in its one currency."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from glocal.platform.kernel.money import Money
from glocal.platform.kernel.paging import Position
from glocal.supply.shipping import facade as shipping


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line of an order to be placed; ``tax`` and ``duty`` are this line's share of the order's."""

    variant_id: UUID
    product_id: UUID
    sku: str
    title: dict[str, str]
    options: dict[str, str]
    quantity: int
    unit: Money
    line: Money
    tax: Money
    duty: Money
    weight_g: int
    hs_code: str
    origin: str
    cover: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Totals:
    """total = goods + shipping + tax_added + duty + fees; ``tax_included`` is the tax inside goods and shipping."""

    goods: Money
    shipping: Money
    tax_added: Money
    tax_included: Money
    duty: Money
    fees: Money
    estimate: bool

    @property
    def total(self) -> Money:
        return self.goods + self.shipping + self.tax_added + self.duty + self.fees


@dataclass(frozen=True, slots=True)
class DraftParcel:
    """A parcel that was planned when the shopper saw the total; ``rate`` is the ground of its cost."""

    warehouse_id: UUID
    ship_from: str
    service_code: str
    lines: tuple[tuple[UUID, int], ...]
    cost: Money
    weight_g: int
    rate: shipping.RateUsed | None


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """Everything a purchase needs, computed and checked by checkout.

    ``key`` makes a repeat harmless; ``digest`` of what was asked for tells a repeat from another purchase.
    """

    order_id: UUID
    key: str
    digest: str
    person_id: UUID | None
    visitor_id: UUID
    email: str
    market: str
    language: str
    totals: Totals
    lines: tuple[DraftLine, ...]
    parcels: tuple[DraftParcel, ...]
    address: dict[str, str]
    delivery_code: str
    earliest: date
    latest: date
    reserved_until: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """The receipt of ``place``: what a repeated request gets again."""

    order_id: UUID
    number: str
    token: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    id: int
    variant_id: UUID
    product_id: UUID
    sku: str
    title: dict[str, str]
    options: dict[str, str]
    quantity: int
    refunded_quantity: int
    returning_quantity: int
    unit: Money
    line: Money
    cover: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its shopper or an operator may see it."""

    id: UUID
    number: str
    token: str
    status: str
    person_id: UUID | None
    email: str
    market: str
    language: str
    totals: Totals
    refunded: Money
    address: dict[str, str]
    delivery_code: str
    earliest: date | None
    latest: date | None
    placed_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None
    close_reason: str
    lines: tuple[LineView, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """One row of a shopper's list."""

    id: UUID
    number: str
    token: str
    status: str
    total: Money
    placed_at: datetime
    quantity: int
    cover: dict[str, Any] | None
    title: dict[str, str]

    @property
    def position(self) -> Position:
        return Position(self.placed_at, self.id)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One row of an operator's list."""

    id: UUID
    number: str
    status: str
    market: str
    total: Money
    placed_at: datetime

    @property
    def position(self) -> Position:
        return Position(self.placed_at, self.id)


@dataclass(frozen=True, slots=True)
class DaySalesRow:
    """What was sold (``gross``: totals with shipping, tax and duty) and given back in a market on a day of its own."""

    day: date
    market: str
    orders: int
    units: int
    gross: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line of an order made elsewhere, before."""

    variant_id: UUID
    product_id: UUID
    sku: str
    title: dict[str, str]
    quantity: int
    unit: Money


@dataclass(frozen=True, slots=True)
class HistoryOrder:
    """An order made elsewhere: it is kept and counted, never charged, packed or mailed. ``kind`` is sale or return."""

    external_id: str
    kind: str
    person_id: UUID | None
    market: str
    country: str
    currency: str
    placed_at: datetime
    lines: tuple[HistoryLine, ...]


@dataclass(frozen=True, slots=True)
class HistoryKept:
    """External ids of the orders that are new, and of those that were here with another total or time and stay so."""

    new: frozenset[str]
    differing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Swap:
    """The variant that a line gets instead of its own, as it is on sale."""

    variant_id: UUID
    sku: str
    options: dict[str, str]
    weight_g: int
    hs_code: str
    origin: str
    cover: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class RefundedLine:
    """Units of a line that were refunded, and what was given back for them with their tax and duty."""

    line_id: int
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundInfo:
    """Money that went back of an order: ``state`` is promised, done (since ``done_at``) or failed.

    ``method`` is what it was paid by, empty where the provider gave it back by itself.
    """

    id: UUID
    amount: Money
    shipping: Money
    lines: tuple[RefundedLine, ...]
    reason: str
    state: str
    created_at: datetime
    done_at: datetime | None
    key: str
    method: str = ""


@dataclass(frozen=True, slots=True)
class RefundLine:
    """How many units of a line to refund."""

    line_id: int
    quantity: int
