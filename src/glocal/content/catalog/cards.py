"""Lists of products: a page of cards in one indexed statement, facet counts in another that is kept for a while."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from glocal.content.catalog import caches, searching, statements, vocabulary
from glocal.content.catalog.errors import CategoryNotFound, UnknownSort
from glocal.content.catalog.types import Card, CardPage, Facet, FacetValue
from glocal.content.media.facade import Picture
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets

MOST_COUNTED = 5_000
MOST_RANKED, MOST_RANKED_OF_COMMON = 1_000, 300
MOST_PAGES = 50
MOST_SIZE = 100
MOST_FACET_VALUES = 40
MOST_CHOICES = 50
_NOT_FACETS = {"m", "c"}

_IN_ITS_DATES = """(listing.visible_from IS NULL OR listing.visible_from <= %(now)s)
  AND (listing.visible_to IS NULL OR listing.visible_to > %(now)s)"""

_ORDERS = {
    "popular": "position, popularity DESC, product_id",
    "new": "listed_at DESC, product_id",
    "price": "from_minor, product_id",
    "-price": "from_minor DESC, product_id DESC",
}

# The page is found in the listing's own index first; only its 24 rows are joined to their products.
_PAGE = """
SELECT listing.product_id, product.slug,
       coalesce(product.title ->> %(language)s, product.title ->> 'en',
                (SELECT min(value) FROM jsonb_each_text(product.title))),
       coalesce(brand.name, ''), product.cover::text, listing.from_minor, listing.currency, listing.from_price,
       listing.all_in_minor, listing.all_in_estimate, listing.in_stock, listing.sold_count
FROM ({found}) AS listing
JOIN catalog_product AS product ON product.id = listing.product_id
LEFT JOIN catalog_brand AS brand ON brand.id = product.brand_id
ORDER BY {order}
"""
_COLUMNS = """listing.product_id, listing.from_minor, listing.currency, listing.from_price, listing.all_in_minor,
  listing.all_in_estimate, listing.in_stock, listing.sold_count, listing.position, listing.popularity,
  listing.listed_at"""
_BROWSE = "SELECT {columns} FROM catalog_listing AS listing WHERE {where} ORDER BY {order} {limit}"

# What matches is ranked: how well it matches x how well it sells x whether there is any. Up to 5,000 matches are taken
# from the index of words and their most popular thousand ranked; of more, the popular order is walked until it has met
# 300. Left alone, PostgreSQL walks for rare words as well, past nearly every listing.
_SEARCH = """
{matches}SELECT *, ts_rank(search, {query}) * (1 + ln(1 + greatest(popularity, 0)) / 12)
          * CASE WHEN in_stock THEN 1 ELSE 0.4 END AS rank
FROM (
  SELECT {columns}, product.search
  FROM {products} AS product JOIN catalog_listing AS listing ON product.id = listing.product_id
  WHERE {where} ORDER BY listing.position, listing.popularity DESC, listing.product_id LIMIT {most_ranked}
) AS matched ORDER BY {order} {limit}
"""
_MATCHES = """WITH product AS MATERIALIZED (
  SELECT id, search FROM catalog_product WHERE search @@ {query} LIMIT {most_counted}
) """
_BY_RANK = "rank DESC, popularity DESC, product_id"

_BY_IDS = """
SELECT {columns} FROM catalog_listing AS listing
WHERE listing.product_id = ANY({ids}) AND listing.market = %(market)s AND listing.live AND {dates}
"""

# A row says for each facet with choices whether it meets them; a value is counted over the rows that meet all other
# facets.
_COUNT = """
WITH found AS MATERIALIZED (
  SELECT listing.tokens{meets} FROM catalog_listing AS listing {join} WHERE {where} LIMIT {most_counted}
)
SELECT token, count(*) FILTER (WHERE {counted}) AS number, (SELECT count(*) FROM found) AS all_found
FROM found CROSS JOIN LATERAL unnest(tokens) AS token GROUP BY token
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a market is asked for; ``language`` only with a query.

    ``choices`` pairs a facet with tokens (``colour=red``), any of which will do.
    """

    market: str
    category: str = ""
    query: searching.SearchQuery | None = None
    language: str = ""
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()


def cards(
    *,
    market: str,
    language: str,
    category: str | None = None,
    query: str | searching.SearchQuery = "",
    facets: Mapping[str, Sequence[str]] | None = None,
    sort: str = "popular",
    page: int = 1,
    size: int = 24,
) -> CardPage:
    """A page of what a market sells, in a category (with all below it), by search, by choices in facets.

    At most three statements, one when counts and labels are warm. Values inside a facet widen, facets narrow. With
    a query "popular" means best match first. There are at most fifty pages; out of range gives the nearest.

    Raises UnknownMarket, CategoryNotFound, UnknownSort.
    """
    if sort not in _ORDERS:
        raise UnknownSort(field="sort", sort=sort[:40])
    markets.get(market)
    words = vocabulary.current()
    path = (category or "").strip("/")
    if path and path not in words.categories:
        raise CategoryNotFound(field="category", category=path[:200])
    parsed = (searching.query(query) if query.strip() else None) if isinstance(query, str) else query
    if parsed is None and isinstance(query, str) and query.strip():
        return CardPage((), 0, 1, 1, ())
    selection = Selection(market, path, parsed, language if parsed else "", _choices(facets or {}, words))
    counts, found = caches.counts.get(selection, lambda: _counts(selection))
    size = min(max(1, size), MOST_SIZE)
    total = counts.get(f"m={market}", 0)
    pages = min(MOST_PAGES, max(1, -(-total // size)))
    page = min(max(1, page), pages)
    labelled = caches.facets.get((selection, language), lambda: _facets(counts, selection, words, language))
    shown = _page(selection, language, sort, size, page, found >= MOST_COUNTED) if total else ()
    return CardPage(shown, total, page, pages, labelled, capped=found >= MOST_COUNTED)


def _page(selection: Selection, language: str, sort: str, size: int, page: int, is_common: bool) -> tuple[Card, ...]:
    """Which products a page holds is kept for ten seconds; what their cards say is always read anew."""
    rows: list[tuple[Any, ...]] = []

    def make() -> list[UUID]:
        rows.extend(_find(selection, language, sort, size, (page - 1) * size, is_common=is_common))
        return [row[0] for row in rows]

    ids = caches.pages.get((selection, sort, size, page), make)
    return tuple(map(_card, rows)) if rows else cards_of(selection.market, language, ids)


def cards_of(market: str, language: str, product_ids: Sequence[UUID]) -> tuple[Card, ...]:
    """Cards of those of the products that are on sale in the market, in the order asked for; one statement."""
    if not product_ids:
        return ()
    ids, parameters = statements.array_of(product_ids)
    parameters |= {"market": market, "now": clock.now(), "language": language}
    found = _BY_IDS.format(columns=_COLUMNS, ids=ids, dates=_IN_ITS_DATES)
    by_id = {row[0]: row for row in _fetch(_PAGE.format(found=found, order="1"), parameters)}
    return tuple(_card(by_id[key]) for key in dict.fromkeys(product_ids) if key in by_id)


def similar_to(market: str, language: str, category: str, product_id: UUID, limit: int = 8) -> tuple[Card, ...]:
    """The most popular others of the same category, kept for fifteen seconds."""

    def make() -> list[Card]:
        return [_card(row) for row in _find(Selection(market, category), language, "popular", limit + 1, 0)]

    kept = caches.similar.get((market, language, category), make)
    return tuple(card for card in kept if card.product_id != product_id)[:limit]


def _choices(
    facets: Mapping[str, Sequence[str]], words: vocabulary.Vocabulary
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What narrows the list. A name that is no facet, such as the utm_source of a shared link, does not."""
    kept = []
    for code in sorted(code for code in facets if code == "brand" or code in words.attributes)[:MOST_CHOICES]:
        values = sorted({value for value in facets[code] if value and "\0" not in value})[:MOST_CHOICES]
        if values and code not in _NOT_FACETS:
            kept.append((code, tuple(f"{code}={value}"[:240] for value in values)))
    return tuple(kept)


def _where(selection: Selection, *, with_choices: bool) -> str:
    """The condition, with its values written into it.

    Whether to walk the popular order or to collect a rare category first depends on the values, which PostgreSQL does
    not know when it plans for parameters.
    """
    quoted = statements.quoted
    where = ["listing.live", f"listing.market = {quoted(selection.market)}", _IN_ITS_DATES]
    if selection.category:
        where.append(f"listing.tokens @> ARRAY[{quoted(f'c={selection.market}/{selection.category}')}]")
    if with_choices:
        where += [f"listing.tokens && {_array(tokens)}" for _, tokens in selection.choices]
    if selection.query is not None:
        where.append(f"product.search @@ {searching.tsquery(selection.query, selection.language)}")
    return " AND ".join(where)


def _array(tokens: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(statements.quoted, tokens))}]"


def _find(
    selection: Selection, language: str, sort: str, limit: int, offset: int, *, is_common: bool = True
) -> list[tuple[Any, ...]]:
    where = _where(selection, with_choices=True)
    by_rank = selection.query is not None and sort == "popular"
    order = _BY_RANK if by_rank else _ORDERS[sort]
    of_listing = ", ".join(f"listing.{term}" for term in order.split(", "))
    limits = f"LIMIT {limit:d} OFFSET {offset:d}"
    if selection.query is None:
        found = _BROWSE.format(columns=_COLUMNS, where=where, order=of_listing, limit=limits)
    else:
        query = searching.tsquery(selection.query, language)
        found = _SEARCH.format(
            matches="" if is_common else _MATCHES.format(query=query, most_counted=MOST_COUNTED),
            products="catalog_product" if is_common else "product",
            columns=_COLUMNS,
            where=where,
            order=order,
            limit=limits,
            query=query,
            most_ranked=MOST_RANKED_OF_COMMON if is_common else MOST_RANKED,
        )
    return _fetch(_PAGE.format(found=found, order=of_listing), {"language": language, "now": clock.now()})


def _fetch(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@lru_cache(maxsize=8192)
def _picture(stored: str) -> Picture:
    return Picture.from_dict(json.loads(stored))


def _card(row: tuple[Any, ...]) -> Card:
    key, slug, title, brand, cover, minor, currency, from_price, all_in, estimate, in_stock, sold = row
    return Card(
        key,
        slug,
        title,
        brand,
        _picture(cover) if cover else None,
        Money(minor, currency),
        from_price,
        Money(all_in, currency) if all_in is not None else None,
        estimate,
        in_stock,
        sold,
    )


def _counts(selection: Selection) -> tuple[dict[str, int], int]:
    """How many products each token would list, and how many were looked at (at most 5,000)."""
    choices = selection.choices
    meets = [f", listing.tokens && {_array(tokens)} AS meets{at}" for at, (_, tokens) in enumerate(choices)]
    counted = [
        f"(meets{at} OR starts_with(token, {statements.quoted(f'{code}=')}))" for at, (code, _) in enumerate(choices)
    ]
    statement = _COUNT.format(
        meets="".join(meets),
        join="JOIN catalog_product AS product ON product.id = listing.product_id" if selection.query else "",
        where=_where(selection, with_choices=False),
        counted=" AND ".join(counted) or "true",
        most_counted=MOST_COUNTED,
    )
    rows = _fetch(statement, {"now": clock.now()})
    return {token: number for token, number, _ in rows}, rows[0][2] if rows else 0


def _facets(
    counts: Mapping[str, int], selection: Selection, words: vocabulary.Vocabulary, language: str
) -> tuple[Facet, ...]:
    """Facets in the order of the dictionary, brands first; values by how many they list, chosen ones always there."""
    chosen = {token for _, values in selection.choices for token in values}
    by_facet: dict[str, list[FacetValue]] = {}
    for token in counts.keys() | chosen:
        facet, _, code = token.partition("=")
        number = counts.get(token, 0)
        if facet in _NOT_FACETS or not (number or token in chosen):
            continue
        if facet == "brand":
            brand = words.brands.get(code)
            value = FacetValue(code, brand.name if brand else code, number, token in chosen)
        else:
            term = words.attributes.get(facet)
            known = term.values.get(code) if term else None
            if known is None:
                continue
            value = FacetValue(code, markets.pick(known.name, language), number, token in chosen, known.hex)
        by_facet.setdefault(facet, []).append(value)
    return tuple(
        Facet(
            code,
            "" if code == "brand" else words.attribute_label(code, language),
            tuple(
                sorted(values, key=lambda value: (not value.selected, -value.count, value.label))[:MOST_FACET_VALUES]
            ),
        )
        for code, values in sorted(
            by_facet.items(), key=lambda item: (item[0] != "brand", words.rank(item[0]), item[0])
        )
    )


def _shown_first(value: FacetValue) -> tuple[bool, int, str]:
    return not value.selected, -value.count, value.label
