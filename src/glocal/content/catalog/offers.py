"""Where and for how much products are sold, and what is known of their sales and stock."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from glocal.content.catalog import caches, listings, rollups
from glocal.content.catalog.errors import InvalidPrice, UnknownVariant, WrongCurrency
from glocal.content.catalog.models import Product, Variant
from glocal.content.catalog.types import LandedChange, PriceChange, Sold
from glocal.events.catalog import OffersChanged
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets

_LIST = """
INSERT INTO catalog_listing AS listing (id, product_id, market, visible, visible_from, visible_to, position, sold_count,
  popularity, listed_at, live, in_stock, from_price, currency, all_in_estimate, tokens)
SELECT id, product_id, market, true, %s, %s, 0, 0, 0, %s, false, false, false, '', false, '{}'
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, product_id uuid, market text)
ON CONFLICT (product_id, market) DO UPDATE
SET visible = true, visible_from = excluded.visible_from, visible_to = excluded.visible_to
WHERE (listing.visible, listing.visible_from, listing.visible_to)
      IS DISTINCT FROM (true, excluded.visible_from, excluded.visible_to)
RETURNING product_id
"""
_HIDE = """
UPDATE catalog_listing SET visible = false
WHERE product_id = ANY(%s::uuid[]) AND market = ANY(%s::text[]) AND visible
"""
_SET_PRICES = """
INSERT INTO catalog_offer AS offer
  (id, variant_id, market, price_minor, currency, visible, updated_at, prior_minor, reduced_at)
SELECT id, variant_id, market, minor, currency, true, %s, prior_minor, reduced_at
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, variant_id uuid, market text, minor bigint, currency text,
  prior_minor bigint, reduced_at timestamptz)
ON CONFLICT (variant_id, market) DO UPDATE
SET price_minor = excluded.price_minor, currency = excluded.currency, visible = true, updated_at = excluded.updated_at,
    prior_minor = excluded.prior_minor, reduced_at = excluded.reduced_at,
    -- A whole price belongs to the price it was worked out from.
    landed = CASE WHEN offer.price_minor = excluded.price_minor THEN offer.landed END
WHERE (offer.price_minor, offer.currency, offer.visible, offer.prior_minor, offer.reduced_at)
      IS DISTINCT FROM (excluded.price_minor, excluded.currency, true, excluded.prior_minor, excluded.reduced_at)
RETURNING variant_id, market
"""
_STOP_OFFERS = """
UPDATE catalog_offer AS offer SET visible = false, updated_at = %s
FROM jsonb_to_recordset(%s::jsonb) AS given(variant_id uuid, market text)
WHERE offer.variant_id = given.variant_id AND offer.market = given.market AND offer.visible
RETURNING offer.variant_id, offer.market
"""
_SET_LANDED = """
UPDATE catalog_offer AS offer SET landed = given.landed
FROM jsonb_to_recordset(%s::jsonb) AS given(variant_id uuid, market text, landed jsonb)
WHERE offer.variant_id = given.variant_id AND offer.market = given.market
  AND offer.price_minor = coalesce((given.landed ->> 'goods')::bigint, offer.price_minor)
  AND offer.landed IS DISTINCT FROM given.landed
RETURNING offer.variant_id
"""
_COUNT_SOLD = """
WITH counted AS MATERIALIZED (
  SELECT listing.id, given.quantity
  FROM jsonb_to_recordset(%s::jsonb) AS given(product_id uuid, market text, quantity int)
  JOIN catalog_listing AS listing ON listing.product_id = given.product_id AND listing.market = given.market
  ORDER BY listing.id FOR NO KEY UPDATE OF listing
)
UPDATE catalog_listing AS listing SET sold_count = greatest(0, listing.sold_count + counted.quantity)
FROM counted WHERE listing.id = counted.id
"""
_SET_IN_STOCK = """
UPDATE catalog_variant AS variant SET in_stock = given.in_stock
FROM jsonb_to_recordset(%s::jsonb) AS given(variant_id uuid, in_stock boolean)
WHERE variant.id = given.variant_id AND variant.in_stock <> given.in_stock
RETURNING variant.product_id
"""
_FOLLOW_SALES = """
UPDATE catalog_listing SET popularity = sold_count
WHERE id IN (SELECT id FROM catalog_listing WHERE popularity <> sold_count ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
"""


@transactional
def list_in_markets(
    product_ids: Sequence[UUID],
    market_codes: Iterable[str],
    *,
    visible_from: datetime | None = None,
    visible_to: datetime | None = None,
) -> None:
    """Show products in markets as soon as they have a price there, from and to those moments (aware; None: no limit).

    Raises UnknownMarket.
    """
    codes = sorted({markets.get(code).code for code in market_codes})
    pairs = [(product_id, code) for product_id in sorted(set(product_ids)) for code in codes]
    rows = [{"id": str(uuid7()), "product_id": str(product_id), "market": code} for product_id, code in pairs]
    listings.lock(product_ids)
    with connection.cursor() as cursor:
        cursor.execute(_LIST, [visible_from, visible_to, clock.now(), json.dumps(rows)])
        changed = {row[0] for row in cursor.fetchall()}
    _after(changed, codes)
    if changed:
        rollups.note(changed, codes)
        publish(OffersChanged(change_id=uuid7(), product_ids=tuple(sorted(changed)), markets=tuple(codes)))


@transactional
def hide_in_markets(product_ids: Sequence[UUID], market_codes: Iterable[str]) -> None:
    """Stop showing products in markets; prices and sales figures stay.

    Raises UnknownMarket.
    """
    codes = sorted({markets.get(code).code for code in market_codes})
    listings.lock(product_ids)
    with connection.cursor() as cursor:
        cursor.execute(_HIDE, [list(product_ids), codes])
    _after(set(product_ids), codes)


@transactional
def archive_products(product_ids: Sequence[UUID]) -> None:
    """Take products off sale everywhere; importing or saving one again brings it back."""
    listings.lock(product_ids)
    Product.objects.filter(pk__in=product_ids).update(status=Product.Status.ARCHIVED, updated_at=clock.now())
    _after(set(product_ids), ())


@transactional
def set_prices(changes: Sequence[PriceChange]) -> None:
    """What variants cost from now on; a price of None takes the variant off sale in that market.

    Only pricing calls this: it keeps the history. A changed price drops the whole price worked out from the old one.
    Raises UnknownMarket, UnknownVariant, WrongCurrency, InvalidPrice (``field`` ``changes[2].price``).
    """
    for position, change in enumerate(changes):
        _check(change, f"changes[{position}].price")
    products = _products_of({change.variant_id for change in changes})
    listings.lock(products.values())
    last = {(change.variant_id, change.market): change for change in changes}
    rows = [_price_row(last[key]) for key in sorted(last)]
    changed: list[tuple[UUID, str]] = []
    for statement, part in (
        (_SET_PRICES, [row for row in rows if "minor" in row]),
        (_STOP_OFFERS, [row for row in rows if "minor" not in row]),
    ):
        if part:
            with connection.cursor() as cursor:
                cursor.execute(statement, [clock.now(), json.dumps(part)])
                changed += cursor.fetchall()
    _after({products[variant_id] for variant_id, _ in changed}, {market for _, market in changed})


def _price_row(change: PriceChange) -> dict[str, Any]:
    row: dict[str, Any] = {"id": str(uuid7()), "variant_id": str(change.variant_id), "market": change.market}
    if change.price is None:
        return row
    row |= {"minor": change.price.minor, "currency": change.price.currency}
    if change.prior is not None and change.reduced_at is not None:
        row |= {"prior_minor": change.prior.minor, "reduced_at": change.reduced_at.isoformat()}
    return row


def _check(change: PriceChange, field: str) -> None:
    expected = markets.get(change.market).currency
    if change.price is None:
        return
    if change.price.currency != expected:
        raise WrongCurrency(field=field, market=change.market, expected=expected, currency=change.price.currency)
    if change.price.minor <= 0:
        raise InvalidPrice(field=field)


@transactional
def set_landed(changes: Sequence[LandedChange]) -> None:
    """Keep whole prices that checkout worked out; those whose goods price is no longer the price are ignored."""
    products = _products_of({change.variant_id for change in changes})
    listings.lock(products.values())
    rows = [
        {"variant_id": str(change.variant_id), "market": change.market, "landed": change.landed and dict(change.landed)}
        for change in sorted(changes, key=lambda change: (change.variant_id, change.market))
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SET_LANDED, [json.dumps(rows)])
        changed = {products[row[0]] for row in cursor.fetchall()}
    if changed:
        listings.refresh(changed, {change.market for change in changes})
        caches.forget_cards()


@transactional
def set_in_stock(rows: Mapping[UUID, bool]) -> None:
    """Whether variants are to be had anywhere; unknown variants are ignored."""
    owners = dict(Variant.objects.filter(pk__in=rows).values_list("pk", "product_id"))
    if not owners:
        return
    listings.lock(owners.values())
    given = [{"variant_id": str(key), "in_stock": rows[key]} for key in sorted(owners)]
    with connection.cursor() as cursor:
        cursor.execute(_SET_IN_STOCK, [json.dumps(given)])
        changed = {row[0] for row in cursor.fetchall()}
    if changed:
        listings.refresh(changed)


@transactional
def count_sold(rows: Sequence[Sold | tuple[UUID, str, int]]) -> None:
    """From (product id, market, quantity): add to what was sold, in one statement.

    Products that are not listed in the market are ignored.
    """
    quantities: dict[tuple[UUID, str], int] = defaultdict(int)
    for product_id, market, quantity in rows:
        quantities[product_id, market] += quantity
    given = [
        {"product_id": str(product_id), "market": market, "quantity": quantity}
        for (product_id, market), quantity in quantities.items()
        if quantity
    ]
    if given:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT_SOLD, [json.dumps(given)])


@transactional
def follow_sales(limit: int = 5000) -> int:
    """Let the popular order follow what was sold; returns how many listings moved."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW_SALES, [limit])
        return int(cursor.rowcount)


def lock_variants(variant_ids: Iterable[UUID]) -> None:
    """Hold the products of the variants until the transaction ends, in key order. Raises UnknownVariant."""
    listings.lock(_products_of(variant_ids).values())


def _products_of(variant_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    wanted = set(variant_ids)
    products = dict(Variant.objects.filter(pk__in=wanted).values_list("pk", "product_id"))
    if missing := wanted - products.keys():
        raise UnknownVariant(field="variant_id", variant_id=min(missing))
    return products


def _after(product_ids: set[UUID], market_codes: Iterable[str]) -> None:
    if product_ids:
        codes = tuple(sorted(set(market_codes)))
        listings.refresh(product_ids, codes or None)
        caches.forget()
