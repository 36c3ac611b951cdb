"""What stock tells the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceCrossedZero(Event):
    """A stock row of the variant ran empty or got its first free unit; inventory itself judges the total."""

    key_field: ClassVar[str] = "variant_id"
    variant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRanOut(Event):
    """Nothing of the variant is free in any warehouse any more."""

    key_field: ClassVar[str] = "variant_id"
    variant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCameBack(Event):
    """The variant has free units again (or for the first time)."""

    key_field: ClassVar[str] = "variant_id"
    variant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationExpired(Event):
    """Some or all units held for ``owner`` went back to stock; it may be told more than once."""

    key_field: ClassVar[str] = "owner"
    owner: UUID
