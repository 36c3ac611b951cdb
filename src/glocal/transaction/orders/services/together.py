"""What people buy together, told to the catalogue: from paid orders of the last year, without who bought."""

from datetime import timedelta

from django.db import connection

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel import clock

WINDOW = timedelta(days=365)
MOST_ORDERS, LARGEST = 200_000, 30
LEAST_ORDERS, LEAST_LIFT = 3, 1.2
"""A pair in fewer orders could be one person's own; one of little lift stands together because both sell well."""
MOST_OTHERS = 12

# An order of very many products says little of any two of them, and has most of all pairs.
_COUNT = """
WITH basket AS MATERIALIZED (
  SELECT array_agg(DISTINCT line.product_id) AS items
  FROM (
    SELECT id FROM orders_order
    WHERE kind = 'sale' AND status IN ('paid', 'packing', 'shipped', 'delivered') AND placed_at > %(since)s
    ORDER BY placed_at DESC, id DESC LIMIT %(most_orders)s
  ) AS bought
  JOIN orders_orderline AS line ON line.order_id = bought.id
  WHERE line.refunded_quantity < line.quantity
  GROUP BY line.order_id
), single AS MATERIALIZED (
  SELECT item, count(*) AS orders FROM basket CROSS JOIN LATERAL unnest(items) AS item GROUP BY item
), pair AS (
  SELECT one, other, count(*) AS orders
  FROM basket CROSS JOIN LATERAL unnest(items) AS one CROSS JOIN LATERAL unnest(items) AS other
  WHERE one <> other AND cardinality(items) <= %(largest)s
  GROUP BY one, other HAVING count(*) >= %(least_orders)s
), lifted AS (
  SELECT pair.one, pair.other, pair.orders,
         pair.orders::float8 * (SELECT count(*) FROM basket) / (first.orders * second.orders) AS lift
  FROM pair JOIN single AS first ON first.item = pair.one JOIN single AS second ON second.item = pair.other
), placed AS (
  SELECT *, row_number() OVER (PARTITION BY one ORDER BY orders * ln(lift) DESC, other) AS place
  FROM lifted WHERE lift >= %(least_lift)s
)
SELECT one, other, orders, lift FROM placed WHERE place <= %(most_others)s ORDER BY one, place
"""


def count_together() -> int:
    """Count the pairs anew; returns how many were told."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "since": clock.now() - WINDOW,
                "most_orders": MOST_ORDERS,
                "largest": LARGEST,
                "least_orders": LEAST_ORDERS,
                "least_lift": LEAST_LIFT,
                "most_others": MOST_OTHERS,
            },
        )
        pairs = [catalog.BoughtTogether(*row) for row in cursor.fetchall()]
    catalog.set_together(pairs)
    return len(pairs)
