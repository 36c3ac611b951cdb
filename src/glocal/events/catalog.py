"""What the catalogue tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersChanged(Event):
    """Prices, weights, origins or markets of products changed: what was worked out from them is out of date.

    One event tells of a whole batch of writes. ``markets`` empty means any market.
    """

    key_field: ClassVar[str] = "change_id"
    change_id: UUID
    product_ids: tuple[UUID, ...]
    markets: tuple[str, ...] = ()
