"""Lists of products as pages of cards. ``shelves`` and ``finds`` say which products, in which order; what their cards
say is read anew for every request, so that no price, stock or withdrawal is shown late.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from glocal.content.catalog import caches, finds, searching, shelves, statements, vocabulary
from glocal.content.catalog.errors import CategoryNotFound, UnknownSort
from glocal.content.catalog.selections import IN_ITS_DATES, NOT_FACETS, ORDERS, Selection, choices_of
from glocal.content.catalog.types import Card, CardPage, Facet, FacetValue
from glocal.content.media.facade import Picture
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets

MOST_PAGES = 50
MOST_SIZE = 100
MOST_FACET_VALUES = 40

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

_BY_IDS = """
SELECT {columns} FROM catalog_listing AS listing
WHERE listing.product_id = ANY({ids}) AND listing.market = %(market)s AND listing.live AND {dates}
"""


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

    At most three statements, one when order and labels are warm. Values inside a facet widen, facets narrow. With
    a query "popular" means best match first. There are at most fifty pages; out of range gives the nearest.

    Raises UnknownMarket, CategoryNotFound, UnknownSort.
    """
    if sort not in ORDERS:
        raise UnknownSort(field="sort", sort=sort[:40])
    markets.get(market)
    words = vocabulary.current()
    path = (category or "").strip("/")
    if path and path not in words.categories:
        raise CategoryNotFound(field="category", category=path[:200])
    parsed = (searching.query(query) if query.strip() else None) if isinstance(query, str) else query
    if parsed is None and isinstance(query, str) and query.strip():
        return CardPage((), 0, 1, 1, ())
    selection = Selection(
        market,
        path,
        parsed,
        language if parsed else "",
        choices_of(facets or {}, words),
        words.shelf_ids(path) if path else (),
    )
    size = min(max(1, size), MOST_SIZE)
    order = finds.found(selection, sort) if parsed else shelves.standing(selection, sort)
    total = order.counts.get(f"m={market}", 0)
    pages = min(MOST_PAGES, max(1, -(-(min(total, finds.MOST_RANKED) if parsed else total) // size)))
    page = min(max(1, page), pages)
    labelled = caches.facets.get((selection, language), lambda: _facets(order.counts, selection, words, language))
    if parsed or page * size <= shelves.KEPT:
        shown = cards_of(market, language, order.page((page - 1) * size, size))
    else:
        shown = tuple(map(_card, _browse(selection, language, sort, size, (page - 1) * size)))
    return CardPage(shown, total, page, pages, labelled, capped=order.capped)


def cards_of(market: str, language: str, product_ids: Sequence[UUID]) -> tuple[Card, ...]:
    """Cards of those of the products that are on sale in the market, in the order asked for; one statement."""
    if not product_ids:
        return ()
    ids, parameters = statements.array_of(product_ids)
    parameters |= {"market": market, "now": clock.now(), "language": language}
    found = _BY_IDS.format(columns=_COLUMNS, ids=ids, dates=IN_ITS_DATES)
    by_id = {row[0]: row for row in _fetch(_PAGE.format(found=found, order="1"), parameters)}
    return tuple(_card(by_id[key]) for key in dict.fromkeys(product_ids) if key in by_id)


def similar_to(market: str, language: str, category: str, product_id: UUID, limit: int = 8) -> tuple[Card, ...]:
    """The most popular others of the same category, kept for fifteen seconds."""

    def make() -> list[Card]:
        shelf = vocabulary.current().shelf_ids(category) if category else ()
        selection = Selection(market, category, shelf_ids=shelf)
        return [_card(row) for row in _browse(selection, language, "popular", limit + 1, 0)]

    kept = caches.similar.get((market, language, category), make)
    return tuple(card for card in kept if card.product_id != product_id)[:limit]


def popular_in(market: str, language: str, category: str) -> tuple[Card, ...]:
    """The most popular few of a category, kept for fifteen seconds; one statement when cold."""
    return similar_to(market, language, category, UUID(int=0))


def _browse(selection: Selection, language: str, sort: str, limit: int, offset: int) -> list[tuple[Any, ...]]:
    order = ", ".join(f"listing.{term}" for term in ORDERS[sort].split(", "))
    found = _BROWSE.format(
        columns=_COLUMNS,
        where=selection.where(with_choices=True),
        order=order,
        limit=f"LIMIT {limit:d} OFFSET {offset:d}",
    )
    return _fetch(_PAGE.format(found=found, order=order), {"language": language, "now": clock.now()})


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


def _facets(
    counts: Mapping[str, int], selection: Selection, words: vocabulary.Vocabulary, language: str
) -> tuple[Facet, ...]:
    """Facets in the order of the dictionary, brands first; values by how many they list, chosen ones always there."""
    chosen = {token for _, values in selection.choices for token in values}
    by_facet: dict[str, list[FacetValue]] = {}
    for token in counts.keys() | chosen:
        facet, _, code = token.partition("=")
        number = counts.get(token, 0)
        if facet in NOT_FACETS or not (number or token in chosen):
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
