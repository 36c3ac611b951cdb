"""What tax tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRulesChanged(Event):
    """The rules of some markets are others now: by a correction, or by a release that brought new rule files."""

    key_field: ClassVar[str] = "version_id"
    version_id: UUID
    markets: tuple[str, ...]
