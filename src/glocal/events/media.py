"""What the picture store tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RenditionsReady(Event):
    """The sizes of a picture are published; copies of the picture elsewhere can be renewed."""

    key_field: ClassVar[str] = "asset_id"
    asset_id: UUID
