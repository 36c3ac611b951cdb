"""What the facade takes and gives."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

MOST_PER_LINE = 1_000_000
MOST_ON_HAND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class WarehouseInfo:
    """A warehouse. ``cutoff`` is local time in ``time_zone``: what is paid before it leaves the same working day."""

    id: UUID
    code: str
    name: str
    country: str
    kind: str  # home | overseas
    time_zone: str
    cutoff: time
    active: bool


@dataclass(frozen=True, slots=True)
class StockAt:
    """Free units of a variant in one warehouse (flash allocations are not among them)."""

    warehouse_id: UUID
    country: str
    kind: str
    available: int


@dataclass(frozen=True, slots=True)
class ReserveLine:
    """``quantity`` units wanted from a warehouse, or from the flash allocation ``pool`` in it."""

    variant_id: UUID
    warehouse_id: UUID
    quantity: int
    pool: UUID | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Goods that arrived; ``reference`` (say, a delivery note's number) makes a repeat harmless."""

    variant_id: UUID
    warehouse_id: UUID
    quantity: int
    reason: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Reserved:
    """One line of an owner's reservation."""

    variant_id: UUID
    warehouse_id: UUID
    pool: UUID | None
    quantity: int
    state: str  # held | committed | shipped | released
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Level:
    """One stock row as the console shows it."""

    variant_id: UUID
    warehouse_id: UUID
    warehouse_code: str
    pool: UUID | None
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class LevelPage:
    """A page of stock rows; ``total`` counts all that match."""

    rows: tuple[Level, ...]
    total: int


@dataclass(frozen=True, slots=True)
class MovementInfo:
    """One line of the stock journal; ``quantity`` is signed."""

    id: UUID
    variant_id: UUID
    warehouse_code: str
    pool: UUID | None
    kind: str
    quantity: int
    reason: str
    actor_id: UUID | None
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A stock row whose counters do not equal its journal or its open reservations. There should be none."""

    variant_id: UUID
    warehouse_id: UUID
    pool: UUID | None
    on_hand: int
    moved: int
    reserved: int
    promised: int
