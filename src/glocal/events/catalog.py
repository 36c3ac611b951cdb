"""What the catalogue tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersChanged(Event):
    """Products' facts (weight, origin, tariff number, variants) or markets changed: whole prices are out of date.

    Price changes are told by pricing. One event tells of a whole batch of writes; ``markets`` empty means any market.
    """

    key_field: ClassVar[str] = "change_id"
    change_id: UUID
    product_ids: tuple[UUID, ...]
    markets: tuple[str, ...] = ()
