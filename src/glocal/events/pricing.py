"""What pricing tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True)
class MarketPrice:
    """The price that holds in a market from now on and the one before it, in minor units; None: not for sale."""

    market: str
    currency: str
    minor: int | None
    minor_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChanged(Event):
    """A variant costs something else from now on, in one market or several."""

    key_field: ClassVar[str] = "variant_id"
    variant_id: UUID
    prices: tuple[MarketPrice, ...]
