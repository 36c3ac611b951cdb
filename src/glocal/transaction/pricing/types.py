"""What the pricing package takes and gives. Times are aware; a price holds from ``valid_from`` until ``valid_to``."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from glocal.platform.kernel.money import Money


@dataclass(frozen=True, slots=True)
class NewPrice:
    """What a variant shall cost in a market, as the shopper sees it there (with tax or without, as the market does).

    ``valid_from`` None is now, ``valid_to`` None is until another price is set. ``source`` says who or what set it.
    """

    variant_id: UUID
    market: str
    money: Money
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class PastPrice:
    """One span of a price's history; ``valid_to`` None is open-ended."""

    money: Money
    valid_from: datetime
    valid_to: datetime | None
    source: str


@dataclass(frozen=True, slots=True)
class Reduction:
    """A cut that may be announced: ``was`` is the lowest price of the 30 days before it began (98/6/EC, Art. 6a)."""

    price: Money
    was: Money
    since: datetime
