"""Lists of products: a page of cards in one indexed statement, facet counts in another that is kept for a while."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from glocal.content.catalog import caches, searching, vocabulary
from glocal.content.catalog.errors import CategoryNotFound, UnknownSort
from glocal.content.catalog.types import Card, CardPage, Facet, FacetValue
from glocal.content.media.facade import Picture
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets

MOST_COUNTED = 5_000
MOST_RANKED = 1_000
MOST_PAGES = 50
MOST_SIZE = 100
MOST_FACET_VALUES = 40
MOST_CHOICES = 50
_NOT_FACETS = {"m", "c"}

_SHOWN = """listing.live AND listing.market = %(market)s
  AND (listing.visible_from IS NULL OR listing.visible_from <= %(now)s)
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
_BROWSE = (
    "SELECT {columns} FROM catalog_listing AS listing WHERE {where} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"
)

# The most popular thousand of what matches are ranked by how well they match.
_SEARCH = """
SELECT *, ts_rank(search, {query}) AS rank FROM (
  SELECT {columns}, product.search
  FROM catalog_listing AS listing JOIN catalog_product AS product ON product.id = listing.product_id
  WHERE {where} ORDER BY listing.popularity DESC, listing.product_id LIMIT %(most_ranked)s
) AS matched ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s
"""
_BY_RANK = "rank DESC, popularity DESC, product_id"

_BY_IDS = "SELECT {columns} FROM catalog_listing AS listing WHERE {where} AND listing.product_id = ANY(%(ids)s::uuid[])"

# A row says for each facet with choices whether it meets them; a value is counted over the rows that meet all other
# facets.
_COUNT = """
WITH found AS MATERIALIZED (
  SELECT listing.tokens{meets} FROM catalog_listing AS listing {join} WHERE {where} LIMIT %(most_counted)s
)
SELECT token, count(*) FILTER (WHERE {counted}) AS number, (SELECT count(*) FROM found) AS all_found
FROM found CROSS JOIN LATERAL unnest(tokens) AS token GROUP BY token
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a market is asked for. ``choices`` maps facet code to tokens (``colour=red``), any of which will do."""

    market: str
    category: str
    query: searching.SearchQuery | None
    choices: tuple[tuple[str, tuple[str, ...]], ...]


def cards(
    *,
    market: str,
    language: str,
    category: str | None = None,
    query: str = "",
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
    parsed = searching.query(query) if query.strip() else None
    if query.strip() and parsed is None:
        return CardPage((), 0, 1, 1, ())
    selection = Selection(market, path, parsed, _choices(facets or {}))
    counts, found = caches.counts.get(selection, lambda: _counts(selection))
    size = min(max(1, size), MOST_SIZE)
    total = counts.get(f"m={market}", 0)
    pages = min(MOST_PAGES, max(1, -(-total // size)))
    page = min(max(1, page), pages)
    rows = _page(selection, language, sort, size, (page - 1) * size) if total else []
    return CardPage(
        tuple(map(_card, rows)),
        total,
        page,
        pages,
        _facets(counts, selection, words, language),
        capped=found >= MOST_COUNTED,
    )


def cards_of(market: str, language: str, product_ids: Sequence[UUID]) -> tuple[Card, ...]:
    """Cards of those of the products that are on sale in the market, in the order asked for; one statement."""
    if not product_ids:
        return ()
    parameters = {"market": market, "now": clock.now(), "language": language, "ids": list(product_ids)}
    found = _BY_IDS.format(columns=_COLUMNS, where=_SHOWN)
    by_id = {row[0]: row for row in _fetch(_PAGE.format(found=found, order="1"), parameters)}
    return tuple(_card(by_id[key]) for key in dict.fromkeys(product_ids) if key in by_id)


def similar_to(market: str, language: str, category: str, product_id: UUID, limit: int = 8) -> tuple[Card, ...]:
    """The most popular others of the same category, kept for fifteen seconds."""

    def make() -> list[Card]:
        selection = Selection(market, category, None, ())
        return [_card(row) for row in _page(selection, language, "popular", limit + 1, 0)]

    kept = caches.similar.get((market, language, category), make)
    return tuple(card for card in kept if card.product_id != product_id)[:limit]


def _choices(facets: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    kept = []
    for code in sorted(facets)[:MOST_CHOICES]:
        values = sorted({value for value in facets[code] if value and "\0" not in value})[:MOST_CHOICES]
        if values and code not in _NOT_FACETS and "\0" not in code:
            kept.append((code, tuple(f"{code}={value}"[:240] for value in values)))
    return tuple(kept)


def _where(selection: Selection, *, with_choices: bool) -> tuple[str, dict[str, Any]]:
    """Condition and parameters. The market is a token too: the token index alone finds a category of a market."""
    where, parameters = [_SHOWN], dict[str, Any](market=selection.market, now=clock.now())
    tokens = [f"m={selection.market}"] + ([f"c={selection.category}"] if selection.category else [])
    if selection.category or (with_choices and selection.choices):
        where.append("listing.tokens @> %(tokens)s::text[]")
        parameters["tokens"] = tokens
    for number, (_, values) in enumerate(selection.choices):
        parameters[f"choice{number}"] = list(values)
        if with_choices:
            where.append(f"listing.tokens && %(choice{number})s::text[]")
    if selection.query is not None:
        where.append(f"product.search @@ {_TSQUERY}")
        parameters |= {"plain": selection.query.plain, "stemmed": selection.query.stemmed}
    return " AND ".join(where), parameters


_TSQUERY = (
    "(%(plain)s::tsquery"
    + "".join(f" || to_tsquery('{config}', %(stemmed)s)" for config in searching.STEMMERS.values())
    + ")"
)


def _page(selection: Selection, language: str, sort: str, limit: int, offset: int) -> list[tuple[Any, ...]]:
    where, parameters = _where(selection, with_choices=True)
    parameters |= {"language": language, "limit": limit, "offset": offset}
    if selection.query is None:
        order = ", ".join(f"listing.{term}" for term in _ORDERS[sort].split(", "))
        found = _BROWSE.format(columns=_COLUMNS, where=where, order=order)
    else:
        order = _BY_RANK if sort == "popular" else _ORDERS[sort]
        parameters["most_ranked"] = MOST_RANKED
        found = _SEARCH.format(columns=_COLUMNS, where=where, order=order, query=_TSQUERY)
        order = ", ".join(f"listing.{term}" for term in order.split(", "))
    return _fetch(_PAGE.format(found=found, order=order), parameters)


def _fetch(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _card(row: tuple[Any, ...]) -> Card:
    key, slug, title, brand, cover, minor, currency, from_price, all_in, estimate, in_stock, sold = row
    return Card(
        key,
        slug,
        title,
        brand,
        Picture.from_dict(json.loads(cover)) if cover else None,
        Money(minor, currency),
        from_price,
        Money(all_in, currency) if all_in is not None else None,
        estimate,
        in_stock,
        sold,
    )


def _counts(selection: Selection) -> tuple[dict[str, int], int]:
    """How many products each token would list, and how many were looked at (at most 5,000)."""
    where, parameters = _where(selection, with_choices=False)
    meets = "".join(
        f", listing.tokens && %(choice{number})s::text[] AS meets{number}" for number in range(len(selection.choices))
    )
    counted = ["true"]
    for number, (code, _) in enumerate(selection.choices):
        parameters[f"facet{number}"] = f"{code}="
        counted.append(f"(meets{number} OR starts_with(token, %(facet{number})s))")
    join = "JOIN catalog_product AS product ON product.id = listing.product_id" if selection.query else ""
    statement = _COUNT.format(meets=meets, join=join, where=where, counted=" AND ".join(counted))
    rows = _fetch(statement, parameters | {"most_counted": MOST_COUNTED})
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
