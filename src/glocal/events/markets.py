"""What the table of markets tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesChanged(Event):
    """The newest exchange rates of some pairs (``USD/THB``) are others now. One event tells of a whole load."""

    key_field: ClassVar[str] = "change_id"
    change_id: UUID
    pairs: tuple[str, ...]
