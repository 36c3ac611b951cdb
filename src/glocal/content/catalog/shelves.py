"""What stands on a shelf (a category of a market, or all of it): one statement gives its order and its counts.

The popular order of a category is read from its own index (``listing_on_shelf``), category by category where others
stand below it; counts come from what ``rollups`` keeps while nothing has changed since, else they are counted up to a
limit. So what a shelf costs does not grow with what stands on it.
"""

import json
from typing import Any

from django.db import connection

from glocal.content.catalog import caches
from glocal.content.catalog.selections import IN_ITS_DATES, ORDERS, InOrder, Selection
from glocal.platform.kernel import clock

KEPT = 1_200
"""Products that have a place, which is fifty pages; what comes after them is read page by page."""
MOST_COUNTED, MOST_COUNTED_NARROWED = 1_000, 5_000

_STANDING = """
WITH best AS MATERIALIZED ({best}),
kept AS MATERIALIZED ({kept}),
found AS MATERIALIZED (
  SELECT listing.tokens{meets} FROM catalog_listing AS listing WHERE {where} LIMIT {most_counted}
), counted AS (
  SELECT token, count(*) FILTER (WHERE {counted}) AS number
  FROM found CROSS JOIN LATERAL unnest(tokens) AS token GROUP BY token
)
SELECT coalesce((SELECT counts FROM kept), (SELECT jsonb_object_agg(token, number) FROM counted))::text,
       (SELECT string_agg(uuid_send(product_id), '' ORDER BY {order}) FROM best),
       CASE WHEN NOT EXISTS (SELECT FROM kept) THEN (SELECT count(*) FROM found) >= {most_counted} ELSE false END
"""
_BEST = """
SELECT listing.product_id, listing.position, listing.popularity, listing.listed_at, listing.from_minor
FROM catalog_listing AS listing WHERE {where} ORDER BY {order} LIMIT {most}
"""
_BEST_OF_EACH = """
SELECT placed.* FROM unnest(%(shelves)s::uuid[]) AS shelf(id) CROSS JOIN LATERAL (
  SELECT listing.product_id, listing.position, listing.popularity FROM catalog_listing AS listing
  WHERE listing.live AND listing.market = %(market)s AND listing.shelf_id = shelf.id AND {dates}
  ORDER BY listing.position, listing.popularity DESC, listing.product_id LIMIT {most}
) AS placed ORDER BY {order} LIMIT {most}
"""
# A large shelf is told as it was counted a minute ago; of a small one every product matters.
_KEPT = """
SELECT counts FROM catalog_shelfcount
WHERE market = %(market)s AND path = %(path)s AND (total > {most_counted} OR NOT EXISTS (
  SELECT FROM catalog_shelfchange AS change
  WHERE change.market = %(market)s AND (%(path)s = '' OR change.shelf_id = ANY(%(below)s::uuid[]))
))
"""
_NOT_KEPT = "SELECT NULL::jsonb AS counts WHERE false"


def standing(selection: Selection, sort: str) -> InOrder:
    """What the selection has, in order; kept for half a minute."""
    order: InOrder = caches.shelves.get((selection, sort), lambda: _standing(selection, sort))
    return order


def _standing(selection: Selection, sort: str) -> InOrder:
    parameters: dict[str, Any] = {"market": selection.market, "now": clock.now()}
    if selection.is_narrow and not selection.choices and sort == "popular":
        best = _BEST_OF_EACH.format(dates=IN_ITS_DATES, order=ORDERS[sort], most=KEPT)
        parameters["shelves"] = list(selection.shelf_ids)
    else:
        best = _BEST.format(where=selection.where(with_choices=True), order=ORDERS[sort], most=KEPT)
    most = MOST_COUNTED_NARROWED if selection.choices else MOST_COUNTED
    kept = _NOT_KEPT
    if not selection.choices:
        kept = _KEPT.format(most_counted=most)
        parameters |= {"path": selection.category, "below": list(selection.shelf_ids)}
    statement = _STANDING.format(
        best=best,
        kept=kept,
        meets=selection.meets(),
        where=selection.where(with_choices=False),
        counted=selection.counted(),
        order=ORDERS[sort],
        most_counted=most,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        counts, ids, capped = cursor.fetchone()
    return InOrder(json.loads(counts) if counts else {}, bytes(ids or b""), capped)
