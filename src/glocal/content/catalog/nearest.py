"""What comes nearest when nothing has all that was asked for: products that have most of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from uuid import UUID

from django.db import connection

from glocal.content.catalog import searching, statements
from glocal.content.catalog.cards import cards_of
from glocal.content.catalog.finds import standing_in
from glocal.content.catalog.rules import ancestors
from glocal.content.catalog.selections import IN_ITS_DATES
from glocal.content.catalog.selectors import crumbs_in
from glocal.content.catalog.types import Card, Crumb
from glocal.platform.kernel import clock

MOST_MATCHED, LEAST_OTHERS, MOST_LOOKED_AT = 1_200, 400, 600
MOST_TERMS = 24
_LEAST_SHARE = 0.34
"""Of the weight of all terms; what has less of them is no help."""

# The indexes of words answer the condition first, that of the best sellers before that of all; of what they give, the
# most popular are looked at.
_FIND = """
WITH head AS MATERIALIZED (
  SELECT id, search FROM catalog_product WHERE {in_head} AND search @@ ({any_of}) LIMIT {most_matched} - {least_others}
), other AS MATERIALIZED (
  SELECT id, search FROM catalog_product WHERE NOT ({in_head}) AND search @@ ({any_of})
  LIMIT {most_matched} - (SELECT count(*) FROM head)
), product AS (SELECT * FROM head UNION ALL SELECT * FROM other)
SELECT product_id, ARRAY[{has}], popularity, in_stock
FROM (
  SELECT listing.product_id, product.search, listing.popularity, listing.in_stock
  FROM product JOIN catalog_listing AS listing ON listing.product_id = product.id
  WHERE listing.live AND listing.market = {market}
    AND (listing.visible_from IS NULL OR listing.visible_from <= %(now)s)
    AND (listing.visible_to IS NULL OR listing.visible_to > %(now)s)
  ORDER BY listing.position, listing.popularity DESC, listing.product_id LIMIT {most}
) AS popular
"""

# Only what is on sale in some market counts, so that nothing is told of goods that no shop shows.
_SHELVES = """
SELECT category.path, count(*)
FROM (
  SELECT id, category_id FROM catalog_product WHERE search @@ ({any_of}) AND status = 'active' LIMIT {most}
) AS product
JOIN catalog_category AS category ON category.id = product.category_id
WHERE EXISTS (
  SELECT FROM catalog_listing AS listing WHERE listing.product_id = product.id AND listing.live AND {dates}
)
GROUP BY category.path ORDER BY count(*) DESC, category.path LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class _Candidate:
    product_id: UUID
    has: Sequence[bool]
    popularity: int
    in_stock: bool


def nearest(market: str, language: str, terms: Sequence[searching.SearchTerm], *, limit: int = 24) -> tuple[Card, ...]:
    """Products that have the rarest and the most of the terms, best first; at most two statements.

    The first 24 terms count, among the 600 most popular of 1,200 products that have any of them,
    of which at least 400 are no best sellers.
    """
    asked = list(dict.fromkeys(terms))[:MOST_TERMS]
    if not asked:
        return ()
    each = [searching.tsquery(searching.SearchQuery((term,)), language) for term in asked]
    statement = _FIND.format(
        has=", ".join(f"search @@ {query}" for query in each),
        any_of=" || ".join(each),
        market=statements.quoted(market),
        in_head=standing_in(market),
        most=MOST_LOOKED_AT,
        most_matched=MOST_MATCHED,
        least_others=LEAST_OTHERS,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": clock.now()})
        found = [_Candidate(*row) for row in cursor.fetchall()]
    return cards_of(market, language, _best(found, len(asked))[:limit])


def shelf_of(market: str, language: str, terms: Sequence[searching.SearchTerm]) -> Crumb | None:
    """The category where products with any of the terms stand in other markets, if this one has something there.

    None when it has nothing there nor on the shelf above. One statement; the first 24 terms count.
    """
    asked = list(dict.fromkeys(terms))[:MOST_TERMS]
    if not asked:
        return None
    any_of = " || ".join(searching.tsquery(searching.SearchQuery((term,)), language) for term in asked)
    with connection.cursor() as cursor:
        statement = _SHELVES.format(any_of=any_of, most=LEAST_OTHERS, dates=IN_ITS_DATES)
        cursor.execute(statement, {"now": clock.now()})
        paths = [row[0] for row in cursor.fetchall()]
    offered = {crumb.path: crumb for crumb in crumbs_in(market, language)}
    return next((offered[above] for path in paths for above in reversed(ancestors(path)) if above in offered), None)


def _best(found: Sequence[_Candidate], terms: int) -> list[UUID]:
    """By the weight of what they have; a term weighs more the fewer have it, and nothing if none does."""
    counts = [sum(candidate.has[at] for candidate in found) for at in range(terms)]
    weights = [log(1 + (len(found) + 1) / count) if count else 0.0 for count in counts]
    least = _LEAST_SHARE * sum(weights)

    def score(candidate: _Candidate) -> float:
        had = sum(weight for weight, has in zip(weights, candidate.has, strict=True) if has)
        return had if had >= least else 0.0

    def rank(candidate: _Candidate) -> tuple[float, UUID]:
        liked = (1 + log(1 + max(0, candidate.popularity)) / 12) * (1 if candidate.in_stock else 0.4)
        return -score(candidate) * liked, candidate.product_id

    return [candidate.product_id for candidate in sorted(found, key=rank) if score(candidate)]
