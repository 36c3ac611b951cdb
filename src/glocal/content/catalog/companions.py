"""Which products stand beside one on its page: those most alike, and those bought together with it.

Both are worked out by jobs and kept; a page reads them with the product.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from glocal.content.catalog.likeness import Traits, best
from glocal.content.catalog.models import Companion
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock

BATCH, KEPT, SHOWN = 100, 16, 8
RENEWED_AFTER = timedelta(days=7)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_NOTE = """
INSERT INTO catalog_companion (product_id, alike, reasons, made_at)
SELECT id, '{}', '{}', %(never)s FROM catalog_product WHERE id = ANY(%(ids)s::uuid[]) ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET made_at = excluded.made_at
"""
# Who is compared: the best sellers of the same shelf, others of the same maker, best sellers with words of the title;
# in the market where the product sells most.
_CANDIDATES = """
WITH target AS (
  SELECT product.id, product.category_id, product.brand_id, home.market, title.query
  FROM catalog_product AS product
  CROSS JOIN LATERAL (
    SELECT market FROM catalog_listing WHERE product_id = product.id AND live ORDER BY sold_count DESC, market LIMIT 1
  ) AS home
  CROSS JOIN LATERAL (
    SELECT coalesce(string_agg(quote_literal(lexeme), ' | '), '')::tsquery AS query FROM (
      SELECT lexeme FROM unnest(ts_filter(product.search, '{a}')) ORDER BY length(lexeme) DESC, lexeme LIMIT 8
    ) AS longest
  ) AS title
  WHERE product.id = ANY(%(ids)s::uuid[]) AND product.status = 'active'
)
SELECT target.id, target.market, near.id
FROM target CROSS JOIN LATERAL (
  (SELECT listing.product_id AS id FROM catalog_listing AS listing
   WHERE listing.live AND listing.market = target.market AND listing.shelf_id = target.category_id
   ORDER BY listing.position, listing.popularity DESC, listing.product_id LIMIT 60)
  UNION
  (SELECT other.id FROM catalog_product AS other
   WHERE other.brand_id = target.brand_id AND other.status = 'active' LIMIT 40)
  UNION
  (SELECT other.id FROM catalog_product AS other
   WHERE NOT (other.head_in = '{}') AND other.head_in @> ARRAY[target.market::text] AND other.search @@ target.query
   LIMIT 40)
) AS near
WHERE near.id <> target.id
"""
_TRAITS = """
SELECT product.id, coalesce(category.path, ''), coalesce(product.brand_id::text, ''), product.tokens,
       coalesce(tsvector_to_array(ts_filter(product.search, '{a}')), '{}'),
       coalesce((SELECT jsonb_object_agg(listing.market, listing.from_minor)
                 FROM catalog_listing AS listing WHERE listing.product_id = product.id AND listing.live), '{}')::text,
       coalesce((SELECT max(listing.popularity)
                 FROM catalog_listing AS listing WHERE listing.product_id = product.id AND listing.live), 0)
FROM catalog_product AS product
LEFT JOIN catalog_category AS category ON category.id = product.category_id
WHERE product.id = ANY(%(ids)s::uuid[])
"""
_KEEP = """
INSERT INTO catalog_companion AS known (product_id, alike, reasons, made_at)
SELECT product_id, alike, reasons, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given(product_id uuid, alike uuid[], reasons text[])
ORDER BY product_id
ON CONFLICT (product_id) DO UPDATE
SET alike = excluded.alike, reasons = excluded.reasons, made_at = excluded.made_at
"""
_TOGETHER = """
INSERT INTO catalog_together (product_id, other_id, orders, lift)
SELECT given.product_id, given.other_id, given.orders, given.lift
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given(product_id uuid, other_id uuid, orders int, lift float8)
JOIN catalog_product AS product ON product.id = given.product_id
"""


class BoughtTogether(NamedTuple):
    """In how many orders both stood; ``lift``: how many times as often as if one had nothing to do with the other."""

    product_id: UUID
    other_id: UUID
    orders: int
    lift: float


@transactional
def note(product_ids: Sequence[UUID]) -> None:
    """The products are new or have changed: what stands beside them is to be worked out anew."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, {"ids": list(product_ids), "never": NEVER})


def find_alike(limit: int = 500) -> int:
    """Work out what is most alike for products that changed, then for those longest ago; returns how many."""
    done = 0
    while done < limit and (count := _find_some(min(BATCH, limit - done))):
        done += count
    return done


@transactional
def _find_some(limit: int) -> int:
    now = clock.now()
    due = Companion.objects.filter(made_at__lt=now - RENEWED_AFTER).order_by("made_at", "product_id")
    ids = list(due.select_for_update(skip_locked=True).values_list("product_id", flat=True)[:limit])
    if not ids:
        return 0
    candidates: dict[UUID, tuple[str, list[UUID]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"ids": ids})
        for product_id, market, other in cursor.fetchall():
            candidates.setdefault(product_id, (market, []))[1].append(other)
        cursor.execute(_TRAITS, {"ids": list({*ids, *(other for _, found in candidates.values() for other in found)})})
        traits = {str(row[0]): _traits(row) for row in cursor.fetchall()}
        rows = []
        for product_id in ids:
            market, found = candidates.get(product_id, ("", []))
            others = {str(other): traits[str(other)] for other in found}
            alike, reasons = best(traits[str(product_id)], others, market, KEPT, SHOWN)
            rows.append({"product_id": str(product_id), "alike": alike, "reasons": reasons})
        cursor.execute(_KEEP, {"rows": json.dumps(rows), "now": now})
    return len(ids)


def _traits(row: Sequence[Any]) -> Traits:
    _, path, brand, tokens, words, prices, popularity = row
    chosen = frozenset(token for token in tokens if not token.startswith(("c=", "brand=")))
    return Traits(
        tuple(path.split("/")) if path else (), brand, chosen, frozenset(words), json.loads(prices), popularity
    )


@transactional
def set_together(pairs: Iterable[BoughtTogether]) -> None:
    """What is bought together from now on, as told by orders; what was known before goes."""
    rows = [
        {"product_id": str(pair.product_id), "other_id": str(pair.other_id), "orders": pair.orders, "lift": pair.lift}
        for pair in pairs
    ]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_together")
        for start in range(0, len(rows), 5_000):
            cursor.execute(_TOGETHER, {"rows": json.dumps(rows[start : start + 5_000])})
