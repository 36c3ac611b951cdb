"""What a search finds in a market: one statement gives the order, the total and the facet counts.

The best sellers of every market (``Product.is_head``) have an index of words of their own. A word that many products
have is answered from there: at least 120 of the best sellers have it, and the total is a lower bound. Only rarer words
go on to the whole catalogue, where there are few by then. So what a search reads does not grow with the catalogue.
"""

import json

from django.db import connection

from glocal.content.catalog import caches, searching
from glocal.content.catalog.selections import ORDERS, InOrder, Selection
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.parts import tidy

HEAD = 5_000
ENOUGH = 120
MOST_MATCHED = 5_000
MOST_RANKED = 1_000

# Ranked by how well it matches x how well it sells x whether there is any.
_RANK = """ts_rank(search, {query}) * (1 + ln(1 + greatest(popularity, 0)) / 12)
  * CASE WHEN in_stock THEN 1 ELSE 0.4 END DESC, popularity DESC, product_id"""
# Matches are taken from an index of words before listings are looked at: left alone, PostgreSQL walks the popular order
# past nearly every listing for a rare word. What is no head is not even begun when enough of the head was found.
_FIND = """
WITH head_match AS MATERIALIZED (
  SELECT id, search FROM catalog_product WHERE is_head AND search @@ {query} LIMIT {most_matched}
), head AS MATERIALIZED (
  SELECT {columns}{meets}
  FROM head_match AS product JOIN catalog_listing AS listing ON listing.product_id = product.id WHERE {where}
), other_match AS MATERIALIZED (
  SELECT id, search FROM catalog_product
  WHERE (SELECT count(*) FROM head WHERE {meets_all}) < {enough} AND NOT is_head AND search @@ {query}
  LIMIT {most_matched}
), found AS MATERIALIZED (
  SELECT * FROM head
  UNION ALL
  SELECT {columns}{meets}
  FROM other_match AS product JOIN catalog_listing AS listing ON listing.product_id = product.id WHERE {where}
), best AS (
  SELECT * FROM found WHERE {meets_all} ORDER BY position, popularity DESC, product_id LIMIT {most_ranked}
), counted AS (
  SELECT token, count(*) FILTER (WHERE {counted}) AS number
  FROM found CROSS JOIN LATERAL unnest(tokens) AS token GROUP BY token
)
SELECT (SELECT jsonb_object_agg(token, number) FROM counted)::text,
       (SELECT string_agg(uuid_send(product_id), '' ORDER BY {order}) FROM best),
       (SELECT count(*) FROM head WHERE {meets_all}) >= {enough}
         OR (SELECT count(*) FROM other_match) >= {most_matched}
"""
_COLUMNS = """listing.product_id, listing.tokens, listing.position, listing.popularity, listing.in_stock,
  listing.from_minor, listing.listed_at, product.search"""
# The head of each market by its popular order. What changes sides is told anew to the indexes of words: few at a time.
_CHOOSE = tidy("""
WITH head AS MATERIALIZED (
  SELECT DISTINCT best.product_id
  FROM (SELECT DISTINCT market FROM catalog_listing) AS place
  CROSS JOIN LATERAL (
    SELECT product_id FROM catalog_listing WHERE live AND market = place.market
    ORDER BY position, popularity DESC, product_id LIMIT %(head)s
  ) AS best
), changed AS (
  SELECT product.id FROM catalog_product AS product LEFT JOIN head ON head.product_id = product.id
  WHERE product.is_head <> (head.product_id IS NOT NULL)
  ORDER BY product.id LIMIT %(limit)s FOR NO KEY UPDATE OF product
)
UPDATE catalog_product AS product SET is_head = NOT is_head FROM changed WHERE product.id = changed.id
""")


def found(selection: Selection, sort: str) -> InOrder:
    """What matches the selection's query; kept for half a minute."""
    finds: InOrder = caches.finds.get((selection, sort), lambda: _find(selection, sort))
    return finds


def _find(selection: Selection, sort: str) -> InOrder:
    if selection.query is None:
        raise ValueError("a search has a query")
    query = searching.tsquery(selection.query, selection.language)
    statement = _FIND.format(
        query=query,
        columns=_COLUMNS,
        meets=selection.meets(),
        meets_all=selection.meets_all(),
        counted=selection.counted(),
        where=selection.where(with_choices=False),
        order=_RANK.format(query=query) if sort == "popular" else ORDERS[sort],
        enough=ENOUGH,
        most_matched=MOST_MATCHED,
        most_ranked=MOST_RANKED,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": clock.now()})
        counts, ids, capped = cursor.fetchone()
    return InOrder(json.loads(counts) if counts else {}, bytes(ids or b""), capped)


def choose_head() -> int:
    """Let ``Product.is_head`` follow the popular orders, some at a time; returns how many products changed sides."""
    changed = 0
    while batch := _choose(2_000):
        changed += batch
    return changed


@transactional
def _choose(limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CHOOSE, {"head": HEAD, "limit": limit})
        return int(cursor.rowcount)
