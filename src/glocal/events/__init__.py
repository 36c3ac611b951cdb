"""The published language: what packages tell one another, one module per publishing package.

Events are frozen dataclasses of plain values (text, whole numbers, UUIDs, aware times), past tense, and never change
meaning once published; a new meaning is a new event. ``key_field`` names the field whose events keep their order.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    key_field: ClassVar[str]

    @classmethod
    def name(cls) -> str:
        """The stable name under which the event is stored: ``orders.OrderPaid``."""
        return f"{cls.__module__.rsplit('.', 1)[-1]}.{cls.__name__}"

    @property
    def key(self) -> str:
        return str(getattr(self, self.key_field))
