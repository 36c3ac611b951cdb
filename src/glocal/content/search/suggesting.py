"""While somebody types: what others searched and found, categories, brands, products."""

from dataclasses import dataclass
from typing import Literal

from django.db import connection

from glocal.content.catalog import facade as catalog
from glocal.content.search import understanding
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.kernel.words import normal

MOST, MOST_QUERIES, LEAST_SEARCHES = 8, 3, 5
"""A query is told to others only when it was made often enough to be nobody's own."""
_kept: ProcessCache[tuple[str, str, str], "tuple[Hint, ...]"] = ProcessCache(seconds=30, size=8192)
_BEGUN = """
SELECT query FROM search_daysearches
WHERE market = %s AND language = %s AND query LIKE %s AND found > 0 AND day > current_date - 30
GROUP BY query HAVING sum(searches) >= %s ORDER BY sum(searches) DESC, query LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Hint:
    """``kind``: query (``value`` is its words), category (path), brand (facet value) or product (slug)."""

    kind: Literal["query", "category", "brand", "product"]
    label: str
    value: str


def suggest(*, market: str, language: str, text: str) -> tuple[Hint, ...]:
    """At most eight hints; two statements, four when the words had to be mended, none when asked a moment ago."""
    typed = normal(text[:200])[:80]
    if not typed:
        return ()
    return _kept.get((market, language, typed), lambda: _make(market, language, text, typed))


def _make(market: str, language: str, text: str, typed: str) -> tuple[Hint, ...]:
    pieces = understanding.pieces(text, language)
    hints = [Hint("query", query, query) for query in _queries(market, language, typed)]
    found = catalog.suggest(market, language, text, query=understanding.query(pieces))
    if not found and (mended := understanding.mended(pieces, language)):
        found = catalog.suggest(market, language, mended.text, query=mended.query)
        hints.append(Hint("query", mended.text, mended.text))
    hints += [Hint(hint.kind, hint.label, hint.value) for hint in found]
    return tuple(hints[:MOST])


def _queries(market: str, language: str, typed: str) -> list[str]:
    begun = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN, [market, language, begun, LEAST_SEARCHES, MOST_QUERIES])
        return [row[0] for row in cursor.fetchall() if row[0] != typed]
