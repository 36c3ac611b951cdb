"""What a search finds in a market: one statement gives the order, the total and the facet counts.

The best sellers of each market stand in an index of words of their own (``Product.head_in``), the best thousand apart.
A word that many products have is answered from those: at least 120 have it, and the total is a lower bound. Only rarer
words go on, first to the best five thousand, then to the whole catalogue. So what a search reads does not grow with it.
"""

import json
from collections.abc import Iterator

from django.db import connection

from glocal.content.catalog import caches, searching, statements
from glocal.content.catalog.selections import ORDERS, InOrder, Selection
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.parts import tidy

TOP, HEAD = 1_000, 5_000
ENOUGH = 120
MOST_MATCHED, MOST_OTHERS, MOST_OTHERS_SORTED = 5_000, 600, 3_000
MOST_RANKED = 1_000

# Ranked by how well it matches x how well it sells x whether there is any.
_RANK = """ts_rank(search, {query}) * (1 + ln(1 + greatest(popularity, 0)) / 12)
  * CASE WHEN in_stock THEN 1 ELSE 0.4 END DESC, popularity DESC, product_id"""
# Matches are taken from an index of words before listings are looked at: left alone, PostgreSQL walks the popular order
# past nearly every listing for a rare word. A level is not even begun when those before it found enough.
_LEVEL = """{level}_match AS MATERIALIZED (
  SELECT id, search FROM catalog_product WHERE {few_before} AND {standing} AND search @@ {query} LIMIT {most}
), {level} AS MATERIALIZED (
  SELECT {columns}{meets}
  FROM {level}_match AS product JOIN catalog_listing AS listing ON listing.product_id = product.id WHERE {where}
)"""
_ALL_OF, _COUNT_OF = "SELECT * FROM {}", "(SELECT count(*) FROM {} WHERE {meets_all})"
_FIND = """
WITH {levels}, found AS MATERIALIZED ({all_levels}
), best AS (
  SELECT * FROM found WHERE {meets_all} ORDER BY position, popularity DESC, product_id LIMIT {most_ranked}
), counted AS (
  SELECT token, count(*) FILTER (WHERE {counted}) AS number
  FROM found CROSS JOIN LATERAL unnest(tokens) AS token GROUP BY token
)
SELECT (SELECT jsonb_object_agg(token, number) FROM counted)::text,
       (SELECT string_agg(uuid_send(product_id), '' ORDER BY {order}) FROM best),
       NOT ({few_in_head}) OR (SELECT count(*) FROM other_match) >= {most_others}
"""
_COLUMNS = """listing.product_id, listing.tokens, listing.position, listing.popularity, listing.in_stock,
  listing.from_minor, listing.listed_at, product.search"""
# The head of each market by its popular order. What changes sides is told anew to the indexes of words: few at a time.
_CHOOSE = tidy("""
WITH head AS MATERIALIZED (
  SELECT best.product_id, array_agg(code.code::text ORDER BY code.code) AS codes
  FROM (SELECT DISTINCT market FROM catalog_listing) AS place
  CROSS JOIN LATERAL (
    SELECT product_id, row_number() OVER (ORDER BY position, popularity DESC, product_id) AS place
    FROM catalog_listing WHERE live AND market = place.market
    ORDER BY position, popularity DESC, product_id LIMIT %(head)s
  ) AS best
  CROSS JOIN LATERAL unnest(CASE WHEN best.place <= %(top)s THEN ARRAY[market, market || '1'] ELSE ARRAY[market] END)
    AS code(code)
  GROUP BY best.product_id
), changed AS (
  SELECT product.id, coalesce(head.codes, '{}') AS codes
  FROM catalog_product AS product LEFT JOIN head ON head.product_id = product.id
  WHERE product.head_in <> coalesce(head.codes, '{}')
  ORDER BY product.id LIMIT %(limit)s FOR NO KEY UPDATE OF product
)
UPDATE catalog_product AS product SET head_in = changed.codes FROM changed WHERE product.id = changed.id
""")


def found(selection: Selection, sort: str) -> InOrder:
    """What matches the selection's query; kept for half a minute."""
    order: InOrder = caches.finds.get((selection, sort), lambda: _find(selection, sort))
    return order


def _find(selection: Selection, sort: str) -> InOrder:
    if selection.query is None:
        raise ValueError("a search has a query")
    query = searching.tsquery(selection.query, selection.language)
    is_best = sort == "popular"
    most_others = MOST_OTHERS if is_best else MOST_OTHERS_SORTED
    levels = list(_levels(selection.market, with_top=is_best, most_others=most_others))
    said: list[str] = []
    before: list[str] = []
    for level, standing, most in levels:
        said.append(
            _LEVEL.format(
                level=level,
                standing=standing,
                most=most,
                few_before=_few(before, selection),
                query=query,
                columns=_COLUMNS,
                meets=selection.meets(),
                where=selection.where(with_choices=False),
            )
        )
        before.append(level)
    statement = _FIND.format(
        levels=", ".join(said),
        all_levels=" UNION ALL ".join(map(_ALL_OF.format, before)),
        few_in_head=_few(before[:-1], selection),
        meets_all=selection.meets_all(),
        counted=selection.counted(),
        order=_RANK.format(query=query) if is_best else ORDERS[sort],
        most_others=most_others,
        most_ranked=MOST_RANKED,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": clock.now()})
        counts, ids, capped = cursor.fetchone()
    return InOrder(json.loads(counts) if counts else {}, bytes(ids or b""), capped)


def _levels(market: str, *, with_top: bool, most_others: int) -> Iterator[tuple[str, str, int]]:
    """(name, condition on products, most matches): the best thousand, the other best, the others."""
    top, head = standing_in(f"{market}1"), standing_in(market)
    if with_top:
        yield "top", top, TOP
    yield "head", f"{head} AND NOT ({top})" if with_top else head, MOST_MATCHED
    yield "other", f"NOT (head_in @> ARRAY[{statements.quoted(market)}])", most_others


def standing_in(code: str) -> str:
    """SQL: in the head of a market (``TH``), or in its best thousand (``TH1``); as the index on it is written."""
    return f"NOT (head_in = '{{}}') AND head_in @> ARRAY[{statements.quoted(code)}]"


def _few(levels: list[str], selection: Selection) -> str:
    """SQL: too few were found in those levels to stop there."""
    counts = [_COUNT_OF.format(level, meets_all=selection.meets_all()) for level in levels]
    return f"{' + '.join(counts)} < {ENOUGH}" if counts else "true"


def choose_head() -> int:
    """Let ``Product.head_in`` follow the popular orders, some at a time; returns how many products changed sides."""
    changed = 0
    while batch := _choose(2_000):
        changed += batch
    return changed


@transactional
def _choose(limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CHOOSE, {"head": HEAD, "top": TOP, "limit": limit})
        return int(cursor.rowcount)
