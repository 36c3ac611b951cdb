"""Reading single products, trees, suggestions and what carts need."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from glocal.content.catalog import caches, rules, searching, sizing, statements, vocabulary
from glocal.content.catalog.cards import cards_of, similar_to
from glocal.content.catalog.errors import ProductNotFound
from glocal.content.catalog.models import Product, Variant
from glocal.content.catalog.types import (
    Card,
    CategoryNode,
    Crumb,
    LabelledAttribute,
    OptionValue,
    ProductName,
    ProductOption,
    ProductPage,
    SaleItem,
    SpinView,
    Suggestion,
    VariantLabel,
    VariantRef,
    VariantView,
)
from glocal.content.media.facade import Picture
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.kernel.parts import Part, Reading, tidy, together
from glocal.platform.kernel.words import normal, simplified
from glocal.platform.markets import facade as markets

_PRODUCT = """
SELECT product.id, product.slug, product.title::text, product.summary::text, product.description::text,
       product.attributes::text, product.gallery::text, product.origin, product.hs_code, listing.sold_count,
       coalesce(category.path, ''), coalesce(brand.name, ''),
       (SELECT jsonb_agg(jsonb_build_array(variant.id, variant.sku, variant.options, variant.weight_g, variant.in_stock,
                                           offer.price_minor, offer.currency, offer.landed, variant.picture_id,
                                           offer.prior_minor, offer.reduced_at)
                         ORDER BY variant.position, variant.id)
        FROM catalog_variant AS variant
        JOIN catalog_offer AS offer ON offer.variant_id = variant.id AND offer.market = listing.market AND offer.visible
        WHERE variant.product_id = product.id AND variant.active)::text,
       product.external_source,
       (SELECT jsonb_build_array(spin.frames -> 0, jsonb_array_length(spin.frames))
        FROM catalog_spin AS spin WHERE spin.product_id = product.id AND spin.ready)::text,
       (SELECT jsonb_build_array(companion.alike, companion.reasons)
        FROM catalog_companion AS companion WHERE companion.product_id = product.id)::text,
       ARRAY(SELECT together.other_id FROM catalog_together AS together WHERE together.product_id = product.id
             ORDER BY together.orders * ln(together.lift) DESC, together.other_id LIMIT 12)
FROM catalog_product AS product
JOIN catalog_listing AS listing ON listing.product_id = product.id AND listing.market = %(market)s
LEFT JOIN catalog_category AS category ON category.id = product.category_id
LEFT JOIN catalog_brand AS brand ON brand.id = product.brand_id
WHERE product.slug = %(slug)s AND listing.live
  AND (listing.visible_from IS NULL OR listing.visible_from <= %(now)s)
  AND (listing.visible_to IS NULL OR listing.visible_to > %(now)s)
"""
_VARIANTS_FROM = """
SELECT DISTINCT ON (product.id) product.external_id, variant.id, variant.sku, product.id
FROM catalog_product AS product JOIN catalog_variant AS variant ON variant.product_id = product.id
WHERE product.external_source = %s AND product.external_id = ANY(%s)
ORDER BY product.id, variant.position, variant.id
"""
_FOR_SALE = tidy("""
SELECT variant.id, product.id AS product_id, variant.sku, product.slug, product.title::text, variant.options::text,
       offer.price_minor, offer.currency, variant.weight_g, product.hs_code, product.origin,
       coalesce(category.path, '') AS category, product.cover::text
FROM catalog_offer AS offer
JOIN catalog_variant AS variant ON variant.id = offer.variant_id
JOIN catalog_product AS product ON product.id = variant.product_id
JOIN catalog_listing AS listing ON listing.product_id = product.id AND listing.market = offer.market
LEFT JOIN catalog_category AS category ON category.id = product.category_id
WHERE offer.variant_id = ANY(ARRAY[{ids}]::uuid[]) AND offer.market = %s AND offer.visible AND variant.active
  AND listing.live AND (listing.visible_from IS NULL OR listing.visible_from <= %s)
  AND (listing.visible_to IS NULL OR listing.visible_to > %s)
""")
_FOR_SALE_COLUMNS = (
    "id",
    "product_id",
    "sku",
    "slug",
    "title",
    "options",
    "price_minor",
    "currency",
    "weight_g",
    "hs_code",
    "origin",
    "category",
    "cover",
)
_FOR_SALE_ANSWER = tuple(f"catalog_for_sale.{name}" for name in _FOR_SALE_COLUMNS)
# Categories that have something for sale in them; one without, or without any below it, is not offered.
_PATHS = """
SELECT path FROM catalog_category AS category WHERE EXISTS (
  SELECT FROM catalog_listing AS listing
  WHERE listing.live AND listing.market = %s AND listing.shelf_id = category.id
)
"""
_SUGGEST = """
SELECT product.slug, coalesce(product.title ->> %(language)s, product.title ->> 'en',
                              (SELECT min(value) FROM jsonb_each_text(product.title)))
FROM catalog_product AS product
JOIN catalog_listing AS listing ON listing.product_id = product.id AND listing.market = {market}
WHERE product.search @@ {query} AND listing.live
  AND (listing.visible_from IS NULL OR listing.visible_from <= %(now)s)
  AND (listing.visible_to IS NULL OR listing.visible_to > %(now)s)
ORDER BY listing.position, listing.popularity DESC, listing.product_id LIMIT {limit:d}
"""


MOST_BESIDE, FEWEST_ALIKE = 8, 4


class _Stored(NamedTuple):
    id: UUID
    slug: str
    title: str
    summary: str
    description: str
    attributes: str
    gallery: str
    origin: str
    hs_code: str
    sold_count: int
    category: str
    brand: str
    variants: str
    source: str
    spin: str | None
    alike: str | None
    together: list[UUID]


def product_page(*, market: str, language: str, slug: str) -> ProductPage:
    """All a product page shows, in the shopper's language; at most four statements, one when warm.

    Raises ProductNotFound: unknown, not on sale in this market, or not now.
    """
    markets.get(market)
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCT, {"market": market, "slug": slug.replace("\0", "")[:120], "now": clock.now()})
        row = cursor.fetchone()
    if row is None:
        raise ProductNotFound(slug=slug[:120])
    stored = _Stored(*row)
    words = vocabulary.current()
    variants = tuple(_variant(given, words, language) for given in json.loads(stored.variants))
    options = _options(variants, words, language)
    title, description = json.loads(stored.title), json.loads(stored.description)
    together, similar, similar_in = _beside(market, language, stored)
    return ProductPage(
        id=stored.id,
        slug=stored.slug,
        title=markets.pick(title, language),
        summary=markets.pick(json.loads(stored.summary), language),
        description=markets.pick(description, language),
        trail=category_trail(stored.category, language),
        brand=stored.brand,
        gallery=tuple(map(Picture.from_dict, json.loads(stored.gallery))),
        attributes=_attributes(json.loads(stored.attributes), words, language),
        options=options,
        variants=variants,
        origin=stored.origin,
        hs_code=stored.hs_code,
        sold_count=stored.sold_count,
        similar=similar,
        similar_in=similar_in,
        together=together,
        spin=_spin(stored.spin),
        size_chart=sizing.chart_for(words.charts, stored.source, stored.category, stored.brand, options),
        title_in=markets.picked(title, language),
        description_in=markets.picked(description, language),
    )


def _beside(market: str, language: str, stored: _Stored) -> tuple[tuple[Card, ...], tuple[Card, ...], tuple[str, ...]]:
    """What is bought together with the product, what is like it, and in what."""
    alike, reasons = json.loads(stored.alike) if stored.alike else ([], [])
    ids = tuple(dict.fromkeys([*stored.together, *map(UUID, alike)]))
    kept: tuple[Card, ...] = (
        caches.beside.get((market, language, ids), lambda: cards_of(market, language, ids)) if ids else ()
    )
    together = tuple(card for card in kept if card.product_id in stored.together and card.in_stock)[:MOST_BESIDE]
    shown = {card.product_id for card in together}
    similar = sorted((card for card in kept if str(card.product_id) in alike), key=lambda card: not card.in_stock)
    similar = [card for card in similar if card.product_id not in shown][:MOST_BESIDE]
    if len(similar) < FEWEST_ALIKE:
        return together, similar_to(market, language, stored.category, stored.id), ("shelf",)
    return together, tuple(similar), tuple(reasons)


def _spin(stored: str | None) -> SpinView | None:
    if stored is None:
        return None
    first, count = json.loads(stored)
    return SpinView(Picture.from_dict(first), count)


def _variant(given: Sequence[Any], words: vocabulary.Vocabulary, language: str) -> VariantView:
    key, sku, options, weight_g, in_stock, minor, currency, landed, picture, prior, reduced_at = given
    return VariantView(
        id=UUID(key),
        sku=sku,
        options=options,
        label=words.options_label(options, language),
        price=Money(minor, currency),
        landed=landed,
        in_stock=in_stock,
        weight_g=weight_g,
        picture_id=UUID(picture) if picture else None,
        prior=Money(prior, currency) if prior is not None else None,
        reduced_at=datetime.fromisoformat(reduced_at) if reduced_at else None,
    )


def _attributes(
    stored: Mapping[str, Any], words: vocabulary.Vocabulary, language: str
) -> tuple[LabelledAttribute, ...]:
    labelled = []
    for code in sorted(stored, key=words.rank):
        value = stored[code]
        if isinstance(value, dict):
            texts: tuple[str, ...] = (markets.pick(value, language),)
        else:
            texts = tuple(words.value_label(code, choice, language) for choice in value)
        labelled.append(LabelledAttribute(code, words.attribute_label(code, language), texts))
    return tuple(labelled)


def _options(variants: Sequence[VariantView], words: vocabulary.Vocabulary, language: str) -> tuple[ProductOption, ...]:
    """Axes in dictionary order; values in the order in which variants bring them."""
    axes: dict[str, dict[str, OptionValue]] = {}
    for variant in variants:
        for code, value in variant.options.items():
            term = words.attributes.get(code)
            known = term.values.get(value) if term else None
            colour = known.hex if known else ""
            axes.setdefault(code, {})[value] = OptionValue(value, words.value_label(code, value, language), colour)
    return tuple(
        ProductOption(code, words.attribute_label(code, language), tuple(axes[code].values()))
        for code in sorted(axes, key=words.rank)
    )


def items_for_sale(market: str, variant_ids: Sequence[UUID]) -> dict[UUID, SaleItem]:
    """Those of the variants that can be bought in the market now, with their price; one statement."""
    if not variant_ids:
        return {}
    reading = for_sale(market, variant_ids)
    with connection.cursor() as cursor:
        cursor.execute(*together(reading.part, answer="SELECT * FROM catalog_for_sale"))
        return reading.made_of(cursor.fetchall())


def for_sale(market: str, variant_ids: Sequence[UUID]) -> Reading[dict[UUID, SaleItem]]:
    """``items_for_sale`` as a part, ``catalog_for_sale``, one row per variant with its ``id``."""
    ids, now = statements.padded(variant_ids), clock.now()
    return Reading(Part(_for_sale(len(ids)), (*ids, market, now, now)), _FOR_SALE_ANSWER, _sale_items)


@cache
def _for_sale(ids: int) -> str:
    sql = _FOR_SALE.format(ids=", ".join(["%s"] * ids))
    return f"catalog_for_sale AS ({sql})"


def _sale_items(rows: Sequence[tuple[Any, ...]]) -> dict[UUID, SaleItem]:
    words = vocabulary.current() if rows else None
    items: dict[UUID, SaleItem] = {}
    for key, product_id, sku, slug, title, options, minor, currency, weight_g, hs_code, origin, category, cover in rows:
        if key in items:  # once for every other part's row
            continue
        chosen = json.loads(options)
        items[key] = SaleItem(
            key,
            product_id,
            sku,
            slug,
            json.loads(title),
            words.options_text(chosen) if words and chosen else {},
            Money(minor, currency),
            weight_g,
            hs_code,
            origin,
            category,
            json.loads(cover) if cover else None,
        )
    return items


def variant_ids(skus: Sequence[str]) -> dict[str, UUID]:
    """By article number, in one statement; unknown ones drop out."""
    return dict(Variant.objects.filter(sku__in=skus).values_list("sku", "id"))


def variants_from(source: str, external_ids: Collection[str]) -> dict[str, VariantRef]:
    """The first variant of each product saved from ``source``, by external id, in one statement; others drop out."""
    with connection.cursor() as cursor:
        cursor.execute(_VARIANTS_FROM, [source, list(external_ids)])
        return {external_id: VariantRef(*rest) for external_id, *rest in cursor.fetchall()}


def variants_of(product_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """Ids of the active variants of all the products, in one statement."""
    active = Variant.objects.filter(product_id__in=product_ids, active=True)
    return tuple(active.order_by("id").values_list("id", flat=True))


def products_of(variant_ids: Collection[UUID]) -> set[UUID]:
    """The products that the variants belong to, in one statement."""
    return set(products_by_variant(variant_ids).values())


def products_by_variant(variant_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The product of each variant, in one statement; unknown ones drop out."""
    return dict(Variant.objects.filter(pk__in=variant_ids).values_list("pk", "product_id"))


def product_ids_in_batches(size: int) -> Iterator[list[UUID]]:
    """Ids of every active product in key order, ``size`` at a time."""
    last: UUID | None = None
    while True:
        rows = Product.objects.filter(status=Product.Status.ACTIVE).order_by("pk")
        batch = list((rows.filter(pk__gt=last) if last else rows).values_list("pk", flat=True)[:size])
        if not batch:
            return
        yield batch
        last = batch[-1]


def variant_refs(product_ids: Sequence[UUID]) -> dict[UUID, tuple[VariantRef, ...]]:
    """The active variants of each product in their order, in one statement."""
    found: dict[UUID, list[VariantRef]] = {}
    rows = Variant.objects.filter(product_id__in=product_ids, active=True).order_by("product_id", "position", "id")
    for key, sku, product_id in rows.values_list("id", "sku", "product_id"):
        found.setdefault(product_id, []).append(VariantRef(key, sku, product_id))
    return {product_id: tuple(refs) for product_id, refs in found.items()}


def variant_labels(variant_ids: Collection[UUID]) -> dict[UUID, VariantLabel]:
    """Names of variants, withdrawn ones as well, in one statement; unknown ones drop out."""
    columns = ("id", "sku", "product_id", "product__title", "options")
    rows = Variant.objects.filter(pk__in=variant_ids).values_list(*columns)
    return {row[0]: VariantLabel(*row) for row in rows}


def find_variants(text: str, limit: int = 200) -> list[UUID]:
    """Variants whose article number begins with ``text``, in one statement."""
    rows = Variant.objects.filter(sku__startswith=text.strip()).order_by("sku")
    return list(rows.values_list("id", flat=True)[:limit])


def slugs_of(product_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The last part of the products' addresses, in one statement."""
    return dict(Product.objects.filter(pk__in=product_ids).values_list("id", "slug"))


def names_of(product_ids: Collection[UUID]) -> dict[UUID, ProductName]:
    """What products are called and the last part of their addresses, on sale or not, in one statement."""
    rows = Product.objects.filter(pk__in=set(product_ids)).values_list("id", "slug", "title")
    return {key: ProductName(slug, title) for key, slug, title in rows}


def category_trail(path: str, language: str) -> tuple[Crumb, ...]:
    """From the root down to ``path``."""
    words = vocabulary.current()
    return tuple(Crumb(above, words.category_label(above, language)) for above in rules.ancestors(path))


def return_kind(path: str) -> str:
    """How goods of a category come back, one of ``markets.KINDS``; no statement while the dictionary is kept."""
    return vocabulary.current().return_kind(path)


def return_kinds_of(product_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The same by product, in one statement."""
    words = vocabulary.current()
    found = Product.objects.filter(pk__in=product_ids).values_list("pk", "category__path")
    return {key: words.return_kind(path or "") for key, path in found}


def category_tree(market: str, language: str) -> tuple[CategoryNode, ...]:
    """The categories that have something for sale in the market; kept for a minute."""

    def make() -> tuple[CategoryNode, ...]:
        with connection.cursor() as cursor:
            cursor.execute(_PATHS, [market])
            offered = {above for row in cursor.fetchall() for above in rules.ancestors(row[0])}
        words = vocabulary.current()
        return _nodes("", [path for path in words.categories if path in offered], words, language)

    tree: tuple[CategoryNode, ...] = caches.trees.get((market, language), make)
    return tree


def _nodes(parent: str, paths: Sequence[str], words: vocabulary.Vocabulary, language: str) -> tuple[CategoryNode, ...]:
    start = f"{parent}/" if parent else ""
    return tuple(
        CategoryNode(path, words.category_label(path, language), _nodes(path, paths, words, language))
        for path in paths
        if path.startswith(start) and "/" not in path[len(start) :]
    )


def crumbs_in(market: str, language: str) -> list[Crumb]:
    """All categories that have something for sale in the market, parents first; from what is kept for a minute."""
    words = vocabulary.current()
    return [Crumb(path, words.category_label(path, language)) for path in _paths_in(category_tree(market, language))]


def suggest(
    market: str, language: str, text: str, *, query: searching.SearchQuery | None = None, limit: int = 6
) -> tuple[Suggestion, ...]:
    """While typing: categories and brands that begin so, then the most popular products that match; one statement.

    ``query`` is what the text is taken for, when that is not what was typed.
    """
    query = query or searching.query(text)
    typed = normal(simplified(text[: searching.MOST_QUERY_CHARACTERS]))
    if query is None or not typed:
        return ()
    words = vocabulary.current()

    def begins(label: str) -> bool:
        plain = normal(simplified(label))
        return plain.startswith(typed) or f" {typed}" in plain

    found = [
        Suggestion("category", label, path)
        for path in _paths_in(category_tree(market, language))
        if begins(label := words.category_label(path, language))
    ][:3]
    found += [Suggestion("brand", brand.name, slug) for slug, brand in words.brands.items() if begins(brand.name)][:2]
    with connection.cursor() as cursor:
        cursor.execute(
            _SUGGEST.format(query=searching.plain_tsquery(query), market=statements.quoted(market), limit=limit),
            {"language": language, "now": clock.now()},
        )
        found += [Suggestion("product", title, slug) for slug, title in cursor.fetchall()]
    return tuple(found)


def texts_in_batches(size: int) -> Iterator[list[tuple[str, str]]]:
    """Titles, summaries and names of what is on sale, as (language, text); constant memory, a statement per batch."""
    words = vocabulary.load()
    named: list[Mapping[str, str]] = [term.name for term in words.categories.values()]
    named += [value.name for term in words.attributes.values() for value in term.values.values()]
    found = [(language, text) for name in named for language, text in name.items()]
    yield found + [("", brand.name) for brand in words.brands.values()]
    for ids in product_ids_in_batches(size):
        yield texts_of(ids)


def texts_of(product_ids: Sequence[UUID]) -> list[tuple[str, str]]:
    """(language, text) of the products' titles, summaries and free attributes, in one statement."""
    rows = Product.objects.filter(pk__in=product_ids).values_list("title", "summary", "attributes")
    return [
        (language, text)
        for title, summary, attributes in rows
        for texts in (title, summary, *(value for value in attributes.values() if isinstance(value, dict)))
        for language, text in texts.items()
    ]


def _paths_in(nodes: Sequence[CategoryNode]) -> list[str]:
    return [path for node in nodes for path in (node.path, *_paths_in(node.children))]
