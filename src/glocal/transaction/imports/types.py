"""What imports hands out."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RunView:
    """How far a run came, and what it made."""

    id: UUID
    state: str
    rows_total: int
    rows_done: int
    products_new: int
    people_new: int
    orders_new: int
    issues_count: int
    error: str


@dataclass(frozen=True, slots=True)
class IssueView:
    """A row that was left out, in words: where, what, and how to mend it."""

    line: int
    field: str
    code: str
    value: str
    text: str
