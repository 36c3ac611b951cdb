"""What of a market is asked for, as a condition on listings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from glocal.content.catalog import searching, statements, vocabulary

MOST_CHOICES = 50
MOST_SHELVES = 24
"""Categories that are read one by one; more of them are a large part of the market, whose own order leads there."""
_ID_BYTES = 16
NOT_FACETS = {"m", "c"}
IN_ITS_DATES = """(listing.visible_from IS NULL OR listing.visible_from <= %(now)s)
  AND (listing.visible_to IS NULL OR listing.visible_to > %(now)s)"""
ORDERS = {
    "popular": "position, popularity DESC, product_id",
    "new": "listed_at DESC, product_id",
    "price": "from_minor, product_id",
    "-price": "from_minor DESC, product_id DESC",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a market is asked for; ``language`` only with a query.

    ``choices`` pairs a facet with tokens (``colour=red``), any of which will do. ``shelf_ids`` are the ids of the
    category and of all below it.
    """

    market: str
    category: str = ""
    query: searching.SearchQuery | None = None
    language: str = ""
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    shelf_ids: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_narrow(self) -> bool:
        """Whether it is a few categories, each with an order of its own."""
        return 0 < len(self.shelf_ids) <= MOST_SHELVES

    def meets(self) -> str:
        """Columns that say of a row, for each facet with choices, whether it has one of them: meets0, meets1..."""
        return "".join(
            f", listing.tokens && {array(chosen)} AS meets{at}" for at, (_, chosen) in enumerate(self.choices)
        )

    def meets_all(self) -> str:
        return " AND ".join(f"meets{at}" for at in range(len(self.choices))) or "true"

    def counted(self) -> str:
        """Whether a row counts for ``token``: it meets the choices in all other facets."""
        of_others = [
            f"(meets{at} OR starts_with(token, {statements.quoted(f'{code}=')}))"
            for at, (code, _) in enumerate(self.choices)
        ]
        return " AND ".join(of_others) or "true"

    def where(self, *, with_choices: bool) -> str:
        """The condition on ``listing``, with its values written into it.

        Whether to walk the popular order or to collect a rare category first depends on the values, which PostgreSQL
        does not know when it plans for parameters.
        """
        quoted = statements.quoted
        parts = ["listing.live", f"listing.market = {quoted(self.market)}", IN_ITS_DATES]
        if self.is_narrow:
            parts.append(f"listing.shelf_id = ANY({array(self.shelf_ids)}::uuid[])")
        elif self.category:
            parts.append(f"listing.tokens @> ARRAY[{quoted(f'c={self.market}/{self.category}')}]")
        if with_choices:
            parts += [f"listing.tokens && {array(tokens)}" for _, tokens in self.choices]
        return " AND ".join(parts)


@dataclass(frozen=True, slots=True)
class InOrder:
    """The products of a selection, best first: as many as have a place, as 16 bytes each.

    ``counts``: products that each token would list. ``capped``: there are more, and counts are lower bounds.
    """

    counts: dict[str, int]
    ids: bytes
    capped: bool

    def page(self, offset: int, size: int) -> list[UUID]:
        """The products from place ``offset`` on."""
        end = min((offset + size) * _ID_BYTES, len(self.ids))
        return [UUID(bytes=self.ids[at : at + _ID_BYTES]) for at in range(offset * _ID_BYTES, end, _ID_BYTES)]


def choices_of(
    facets: Mapping[str, Sequence[str]], words: vocabulary.Vocabulary
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What narrows the list. A name that is no facet, such as the utm_source of a shared link, does not."""
    kept = []
    for code in sorted(code for code in facets if code == "brand" or code in words.attributes)[:MOST_CHOICES]:
        values = sorted({value for value in facets[code] if value and "\0" not in value})[:MOST_CHOICES]
        if values and code not in NOT_FACETS:
            kept.append((code, tuple(f"{code}={value}"[:240] for value in values)))
    return tuple(kept)


def array(tokens: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(statements.quoted, tokens))}]"
