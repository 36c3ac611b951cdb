"""What the accounts package tells the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedUp(Event):
    """Somebody opened an account of their own."""

    key_field: ClassVar[str] = "person_id"

    person_id: UUID
    market: str
    language: str
