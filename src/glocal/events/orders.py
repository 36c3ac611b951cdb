"""What orders tells. Amounts are whole minor units of ``currency``; times are aware UTC."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfOrder(Event):
    key_field: ClassVar[str] = "order_id"

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(_OfOrder):
    """A shopper has confirmed a purchase; its stock is reserved and its payment begins."""

    market: str
    currency: str
    total_minor: int
    person_id: UUID | None
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """What was sold on one line of an order."""

    variant_id: UUID
    product_id: UUID
    quantity: int
    line_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid(_OfOrder):
    """The whole total has been taken and the stock is the shopper's."""

    market: str
    currency: str
    total_minor: int
    goods_minor: int
    person_id: UUID | None
    visitor_id: UUID | None
    paid_at: datetime
    lines: tuple[SoldLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExpired(_OfOrder):
    """The reservation ran out before the payment came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(_OfOrder):
    """The order will not be delivered; what was paid goes back."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShipped(_OfOrder):
    """The last parcel of the order has left its warehouse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDelivered(_OfOrder):
    """The last parcel of the order has arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefunded(_OfOrder):
    """A part or all of an order's money was promised back; below zero when the provider would not give it after all."""

    market: str
    amount_minor: int
    currency: str
    reason: str
    refunded_at: datetime
