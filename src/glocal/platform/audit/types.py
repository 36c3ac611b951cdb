"""What the audit package hands out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: ``actor_id`` None is the system itself, ``before`` and ``after`` hold what changed."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    action: str
    object_type: str
    object_id: str
    market: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    note: str
