"""What listings derive from products, variants and offers: one statement that makes any number of them right again."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

# Every write to a product first takes its row. The refresh is then a statement of its own, begun after the lock is
# held, so that its snapshot holds what the previous holder committed.
_LOCK = "SELECT id FROM catalog_product WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE"

# What changes the counts of a shelf is noted beside it, in rows of its own, so that no two writers wait for each other.
_REFRESH = """
WITH fresh AS MATERIALIZED (
  SELECT target.id, target.shelf_id AS was_on, target.live AS was_live, target.tokens AS had,
         target.visible AND product.status = 'active' AND sale.from_minor IS NOT NULL AS live,
         coalesce(sale.in_stock, false) AS in_stock,
         sale.from_minor,
         coalesce(sale.from_minor < sale.to_minor, false) AS from_price,
         coalesce(sale.currency, '') AS currency,
         CASE WHEN sale.landed ->> 'currency' = sale.currency
              THEN (sale.landed ->> 'total')::bigint END AS all_in_minor,
         coalesce((sale.landed ->> 'estimate')::boolean, false) AS all_in_estimate,
         coalesce(product.category_id, '00000000-0000-0000-0000-000000000000') AS shelf_id,
         ARRAY['m=' || target.market] || placed.tokens || coalesce(chosen.tokens, '{}') AS tokens
  FROM catalog_listing AS target
  JOIN catalog_product AS product ON product.id = target.product_id
  LEFT JOIN LATERAL (
    SELECT min(offer.price_minor) AS from_minor, max(offer.price_minor) AS to_minor, min(offer.currency) AS currency,
           bool_or(variant.in_stock) AS in_stock,
           (array_agg(offer.landed ORDER BY offer.price_minor, variant.position, variant.id))[1] AS landed
    FROM catalog_variant AS variant JOIN catalog_offer AS offer ON offer.variant_id = variant.id
    WHERE variant.product_id = target.product_id AND variant.active AND offer.market = target.market AND offer.visible
  ) AS sale ON true
  CROSS JOIN LATERAL (
    -- A category token names the market as well, so that the index on tokens alone finds a category of a market.
    SELECT coalesce(array_agg(CASE WHEN NOT starts_with(token, 'c=') THEN token
                                   ELSE 'c=' || target.market || '/' || substr(token, 3) END), '{}') AS tokens
    FROM unnest(product.tokens) AS token
  ) AS placed
  LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT (option.key || '=' || option.value)) AS tokens
    FROM catalog_variant AS variant
    JOIN catalog_offer AS offer ON offer.variant_id = variant.id
    CROSS JOIN LATERAL jsonb_each_text(variant.options) AS option
    JOIN catalog_attribute AS attribute ON attribute.code = option.key AND attribute.is_facet
    WHERE variant.product_id = target.product_id AND variant.active AND offer.market = target.market AND offer.visible
  ) AS chosen ON true
  WHERE target.product_id = ANY(%s::uuid[]) AND (%s::text[] IS NULL OR target.market = ANY(%s::text[]))
), changed AS (
  UPDATE catalog_listing AS listing
  SET live = fresh.live, in_stock = fresh.in_stock, from_minor = fresh.from_minor, from_price = fresh.from_price,
      currency = fresh.currency, all_in_minor = fresh.all_in_minor, all_in_estimate = fresh.all_in_estimate,
      tokens = fresh.tokens, shelf_id = fresh.shelf_id
  FROM fresh
  WHERE listing.id = fresh.id
    AND (listing.live, listing.in_stock, listing.from_minor, listing.from_price, listing.currency,
         listing.all_in_minor, listing.all_in_estimate, listing.tokens, listing.shelf_id)
        IS DISTINCT FROM (fresh.live, fresh.in_stock, fresh.from_minor, fresh.from_price, fresh.currency,
         fresh.all_in_minor, fresh.all_in_estimate, fresh.tokens, fresh.shelf_id)
  RETURNING listing.market, fresh.was_on, fresh.shelf_id,
            (fresh.live OR fresh.was_live) AND (fresh.live, fresh.tokens, fresh.shelf_id)
              IS DISTINCT FROM (fresh.was_live, fresh.had, fresh.was_on) AS is_counted
)
INSERT INTO catalog_shelfchange (market, shelf_id)
SELECT DISTINCT changed.market, shelf.id
FROM changed CROSS JOIN LATERAL unnest(ARRAY[was_on, shelf_id]) AS shelf(id) WHERE is_counted
"""


def lock(product_ids: Iterable[UUID]) -> None:
    """Hold the products until the transaction ends, taken in key order."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(set(product_ids))])


def refresh(product_ids: Iterable[UUID], market_codes: Iterable[str] | None = None) -> None:
    """Work out the derived columns of the products' listings (None: in all markets).

    Rows that were right are not written. Call it last, with the products locked.
    """
    codes = sorted(set(market_codes)) if market_codes is not None else None
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [sorted(set(product_ids)), codes, codes])
