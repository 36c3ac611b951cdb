"""What a market sells, in spans of products that fit a file each: no file costs more than its own rows."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from glocal.content.catalog.models import Listing
from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import ProcessCache

PRODUCTS_A_FILE = 5_000
MOST_IN_A_FILE = 2 * PRODUCTS_A_FILE
_LAST = UUID(int=2**128 - 1)


class Span(NamedTuple):
    """Products by their id, from ``start`` up to but without ``end``."""

    start: UUID
    end: UUID


# Reads ids from the index of products once, and then asks once for each span and market whether anything is sold there.
_SPANS = """
WITH starts AS MATERIALIZED (
  SELECT id, coalesce(lead(id) OVER (ORDER BY id), %(last)s) AS until
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM catalog_product) AS numbered
  WHERE place %% %(size)s = 1 OR %(size)s = 1
)
SELECT known.market, starts.id, starts.until
FROM (SELECT DISTINCT market FROM unnest(%(markets)s::text[]) AS market) AS known CROSS JOIN starts
WHERE EXISTS (
  SELECT FROM catalog_listing AS listing
  WHERE listing.live AND listing.market = known.market
    AND listing.product_id >= starts.id AND listing.product_id < starts.until
)
ORDER BY known.market, starts.id
"""

_spans: ProcessCache[tuple[str, ...], dict[str, tuple[Span, ...]]] = ProcessCache(seconds=3600, size=4, grace=60)


def product_spans(markets: tuple[str, ...]) -> dict[str, tuple[Span, ...]]:
    """By market the spans of at most some 5,000 products in which it sells something, oldest products first.

    In one statement, and kept for an hour: until then new products stand in the last span.
    """

    def make() -> dict[str, tuple[Span, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(_SPANS, {"last": _LAST, "size": PRODUCTS_A_FILE, "markets": list(markets)})
            rows = cursor.fetchall()
        return {market: tuple(Span(*row[1:]) for row in rows if row[0] == market) for market in markets}

    return _spans.get(markets, make)


def slugs_in(market: str, span: Span) -> tuple[tuple[str, datetime], ...]:
    """The last part of the address of each product of the span on sale in the market, and when it changed (UTC).

    Oldest product first, in one statement that reads the span's rows by an index.
    """
    now = clock.now()
    shown = Q(visible_from=None) | Q(visible_from__lte=now), Q(visible_to=None) | Q(visible_to__gt=now)
    found = Listing.objects.filter(
        *shown, live=True, market=market, product_id__gte=span.start, product_id__lt=span.end
    ).order_by("product_id")
    return tuple(found.values_list("product__slug", "product__updated_at")[:MOST_IN_A_FILE])
