"""What goes in and out of collections. Texts are mappings of language code to text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from glocal.content.catalog.facade import CardPage


@dataclass(frozen=True, slots=True)
class CollectionInput:
    """A collection as console, API or import give it; market and slug say which one it is.

    What it holds: ``product_ids`` in that order, else what a rule finds (``category``, with choices in ``facets``).
    When it is shown: while ``festival`` (a code of the calendar) is, within ``starts_on`` to ``ends_on`` (days of the
    market, both counted, each may be open).
    """

    market: str
    slug: str
    title: Mapping[str, str]
    text: Mapping[str, str] = field(default_factory=dict)
    festival: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    product_ids: Sequence[UUID] = ()
    category: str = ""
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    position: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A collection that is in use, in all languages."""

    id: UUID
    market: str
    slug: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    festival: str
    starts_on: date | None
    ends_on: date | None
    product_ids: tuple[UUID, ...]
    category: str
    facets: Mapping[str, Sequence[str]]
    position: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection as a shopper reads it; ``festival`` is its code in the calendar, empty for none."""

    slug: str
    title: str
    text: str
    festival: str


@dataclass(frozen=True, slots=True)
class ShelfPage:
    shelf: Shelf
    page: CardPage
