"""What questions take and hand out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a person, or a guest by e-mail address. ``place`` is the IP address, kept for a day.

    ``name`` only if its first letter may be shown with the question.
    """

    place: str
    person_id: UUID | None = None
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question that everybody may read, with its answer. ``initial`` is empty when nothing of who asked is shown."""

    text: str
    language: str
    initial: str
    asked_at: datetime
    answer: str
    answer_language: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class ShownPage:
    items: tuple[Shown, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as its asker sees it; ``status`` is one of ``rules``, ``reason`` why it was declined.

    ``token`` opens its own page; for a guest it is also the proof that the address is theirs: only letters carry it.
    """

    id: UUID
    token: str
    product_id: UUID
    market: str
    status: str
    text: str
    language: str
    asked_at: datetime
    answer: str
    answer_language: str
    closed_at: datetime | None
    is_public: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question as operators and their programs see it: not who asked it."""

    id: UUID
    product_id: UUID
    market: str
    language: str
    status: str
    text: str
    queued_at: datetime
    answer: str
    is_public: bool
