"""How many products stand on each shelf, by facet: kept in ``ShelfCount``, renewed where ``ShelfChange`` says so."""

import json
from collections.abc import Collection
from uuid import UUID

from django.db import connection

from glocal.content.catalog.rules import ancestors
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock

MOST_VALUES = 60
"""Of a facet; lists show fewer."""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('catalog.count_shelves'))"
_NOTE_DATES = """
INSERT INTO catalog_shelfchange (market, shelf_id)
SELECT DISTINCT listing.market, listing.shelf_id
FROM catalog_listing AS listing
LEFT JOIN catalog_category AS category ON category.id = listing.shelf_id
JOIN catalog_shelfcount AS counted ON counted.market = listing.market AND counted.path = coalesce(category.path, '')
WHERE listing.live AND (listing.visible_from IS NOT NULL OR listing.visible_to IS NOT NULL)
  AND (listing.visible_from > counted.counted_at AND listing.visible_from <= %(now)s
       OR listing.visible_to > counted.counted_at AND listing.visible_to <= %(now)s)
"""
_NOTE_ALL = "INSERT INTO catalog_shelfchange (market, shelf_id) SELECT DISTINCT market, shelf_id FROM catalog_listing"
_NOTE = """
INSERT INTO catalog_shelfchange (market, shelf_id)
SELECT DISTINCT market, shelf_id FROM catalog_listing
WHERE live AND product_id = ANY(%s::uuid[]) AND market = ANY(%s::text[])
"""
_TAKE = """
WITH taken AS (DELETE FROM catalog_shelfchange RETURNING market, shelf_id)
SELECT DISTINCT taken.market, taken.shelf_id::text, coalesce(category.path, '')
FROM taken LEFT JOIN catalog_category AS category ON category.id = taken.shelf_id
"""
# A category token is no facet; a listing has one for each category above it, and they would be most of what is kept.
_COUNT_OWN = """
INSERT INTO catalog_shelfcount AS known (market, path, own, counts, total, counted_at)
SELECT given.market, given.path, (
         SELECT coalesce(jsonb_object_agg(token, number), '{}')
         FROM (
           SELECT token, count(*) AS number
           FROM catalog_listing AS listing CROSS JOIN LATERAL unnest(listing.tokens) AS token
           WHERE listing.live AND listing.market = given.market AND listing.shelf_id = given.shelf_id
             AND (listing.visible_from IS NULL OR listing.visible_from <= %(now)s)
             AND (listing.visible_to IS NULL OR listing.visible_to > %(now)s)
             AND NOT starts_with(token, 'c=')
           GROUP BY token
         ) AS counted
       ), '{}', 0, %(now)s
FROM jsonb_to_recordset(%(changed)s::jsonb) AS given(market text, shelf_id uuid, path text)
ON CONFLICT (market, path) DO UPDATE SET own = excluded.own, counted_at = excluded.counted_at
"""
_ADD_UP = """
WITH wanted AS (
  SELECT market, path FROM jsonb_to_recordset(%(above)s::jsonb) AS given(market text, path text)
), summed AS (
  SELECT wanted.market, wanted.path, token.key AS token, sum(token.value::int)::int AS number
  FROM wanted
  JOIN catalog_shelfcount AS below ON below.market = wanted.market
    AND (wanted.path = '' OR below.path = wanted.path OR starts_with(below.path, wanted.path || '/'))
  CROSS JOIN LATERAL jsonb_each_text(below.own) AS token
  GROUP BY wanted.market, wanted.path, token.key
), ranked AS (
  SELECT *, row_number() OVER (
    PARTITION BY market, path, split_part(token, '=', 1) ORDER BY number DESC, token
  ) AS place
  FROM summed
)
INSERT INTO catalog_shelfcount AS known (market, path, own, counts, total, counted_at)
SELECT wanted.market, wanted.path, '{}',
       coalesce(jsonb_object_agg(token, number) FILTER (WHERE place <= %(most_values)s), '{}'),
       coalesce(sum(number) FILTER (WHERE token = 'm=' || wanted.market), 0), %(now)s
FROM wanted LEFT JOIN ranked ON ranked.market = wanted.market AND ranked.path = wanted.path
GROUP BY wanted.market, wanted.path
ON CONFLICT (market, path) DO UPDATE SET counts = excluded.counts, total = excluded.total
"""


@transactional
def count_shelves(*, all_of_them: bool = False) -> int:
    """Count anew the shelves that something came to or left, and those above them; returns how many had changed."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        if all_of_them:
            cursor.execute(_NOTE_ALL)
        else:
            cursor.execute(_NOTE_DATES, {"now": now})
        cursor.execute(_TAKE)
        changed = cursor.fetchall()
        if not changed:
            return 0
        rows = [{"market": market, "shelf_id": shelf_id, "path": path} for market, shelf_id, path in changed]
        cursor.execute(_COUNT_OWN, {"changed": json.dumps(rows), "now": now})
        above = sorted({(market, path) for market, _, below in changed for path in ("", *ancestors(below))})
        asked = [{"market": market, "path": path} for market, path in above]
        cursor.execute(_ADD_UP, {"above": json.dumps(asked), "now": now, "most_values": MOST_VALUES})
    return len(changed)


def note(product_ids: Collection[UUID], market_codes: Collection[str]) -> None:
    """The products' shelves are to be counted anew: when they are shown has changed."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [list(product_ids), list(market_codes)])
