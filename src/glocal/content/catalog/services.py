"""Writes to products and what is sold of them. Each takes the rows of its products first, in key order."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from glocal.content.catalog import caches, listings, rules, searching, terms
from glocal.content.catalog.errors import SkuTaken
from glocal.content.catalog.models import Product, Variant
from glocal.content.catalog.types import ProductInput
from glocal.content.catalog.vocabulary import Vocabulary
from glocal.content.media import facade as media
from glocal.events.catalog import OffersChanged
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7

# Making products is one at a time: addresses and article numbers must differ from all others, also those of an import
# that runs at the same moment.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('catalog.save_products'))"

_COLUMNS = [
    "slug",
    "category_id",
    "brand_id",
    "title",
    "summary",
    "description",
    "attributes",
    "hs_code",
    "origin",
    "cover",
    "gallery",
    "picture_ids",
    "pictures_ready",
    "tokens",
    "search",
    "search_version",
]
_CHANGING = [column for column in _COLUMNS if column != "slug"]  # an address once given stays

_SAVE_PRODUCTS = """
INSERT INTO catalog_product AS product
  (id, external_source, external_id, status, created_at, updated_at, {columns})
SELECT id, external_source, external_id, 'active', %s, %s, slug, category_id, brand_id, title, summary, description,
  attributes, hs_code, origin, nullif(cover, 'null'), gallery, picture_ids, pictures_ready, tokens,
  {document}, {version}
FROM jsonb_to_recordset(%s::jsonb) AS given(
  id uuid, external_source text, external_id text, slug text, category_id uuid, brand_id uuid, title jsonb,
  summary jsonb, description jsonb, attributes jsonb, hs_code text, origin text, cover jsonb, gallery jsonb,
  picture_ids uuid[], pictures_ready boolean, tokens text[], plain text, stemmed jsonb)
ON CONFLICT (external_source, external_id) DO UPDATE
SET {assignments}, status = 'active', updated_at = excluded.updated_at
WHERE (product.status, {current}) IS DISTINCT FROM ('active', {new})
RETURNING id
"""
_SAVE_VARIANTS = """
INSERT INTO catalog_variant AS variant (id, product_id, sku, options, weight_g, picture_id, position, active, in_stock)
SELECT id, product_id, sku, options, weight_g, picture_id, position, true, false
FROM jsonb_to_recordset(%s::jsonb)
     AS given(id uuid, product_id uuid, sku text, options jsonb, weight_g int, picture_id uuid, position int)
ON CONFLICT (sku) DO UPDATE
SET options = excluded.options, weight_g = excluded.weight_g, picture_id = excluded.picture_id,
    position = excluded.position, active = true
WHERE (variant.options, variant.weight_g, variant.picture_id, variant.position, variant.active)
      IS DISTINCT FROM (excluded.options, excluded.weight_g, excluded.picture_id, excluded.position, true)
RETURNING product_id
"""
_WITHDRAW_OTHERS = """
UPDATE catalog_variant SET active = false
WHERE product_id = ANY(%s::uuid[]) AND active AND sku <> ALL(%s::text[]) RETURNING product_id
"""


def document_sql(configs: Iterable[str]) -> str:
    """The document of a row that has it as ``plain`` and ``stemmed``."""
    return "plain::tsvector" + "".join(
        f" || setweight(to_tsvector('{config}', coalesce(stemmed -> '{config}' ->> '{weight}', '')), '{weight}')"
        for config in configs
        for weight in searching.WEIGHTS
    )


def _save_statement(configs: Sequence[str]) -> str:
    return _SAVE_PRODUCTS.format(
        columns=", ".join(_COLUMNS),
        document=document_sql(configs),
        version=searching.VERSION,
        assignments=", ".join(f"{column} = excluded.{column}" for column in _CHANGING),
        current=", ".join(f"product.{column}" for column in _CHANGING),
        new=", ".join(f"excluded.{column}" for column in _CHANGING),
    )


@transactional
def save_products(products: Sequence[ProductInput]) -> list[UUID]:
    """Make or renew products, matched by (source, external id); their ids in the order given.

    The number of statements does not depend on how many there are; give at most 500 at once. Addresses (slugs) stay as
    they are; what is equal is not written, so a repeated import changes nothing. New products are shown nowhere until
    ``list_in_markets`` and ``pricing`` say so.

    Raises InvalidProduct, SkuTaken (with ``field`` such as ``products[3].variants[0].sku``).
    """
    if not products:
        return []
    sound = [rules.sound(product, f"products[{position}]") for position, product in enumerate(products)]
    _refuse_repeats(sound)
    one_at_a_time()
    known = _known(sound)
    _refuse_foreign_skus(sound, known)
    words = terms.ensure_terms(sound)
    fresh = [product for product in sound if (product.external_source, product.external_id) not in known]
    new_slugs = dict(zip(map(_key, fresh), _free_slugs(fresh), strict=True))
    ids = {key: found[0] for key, found in known.items()} | {_key(product): uuid7() for product in fresh}
    listings.lock(found[0] for found in known.values())
    pictures = media.pictures({picture.id for product in sound for picture in product.pictures})
    rows = [
        _row(product, ids[_key(product)], new_slugs.get(_key(product)) or known[_key(product)][1], words, pictures)
        for product in sorted(sound, key=_key)
    ]
    changed = _write(rows, sound, ids)
    if changed:
        listings.refresh(changed)
        known_before = changed & {found[0] for found in known.values()}  # the others have no price yet
        if known_before:
            publish(OffersChanged(change_id=uuid7(), product_ids=tuple(sorted(known_before))))
        caches.forget()
    return [ids[_key(product)] for product in sound]


def one_at_a_time() -> None:
    """Wait for whoever else makes or renews products; held until the transaction ends, and taken before any row."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)


def _key(product: ProductInput) -> tuple[str, str]:
    return product.external_source, product.external_id


def _refuse_repeats(products: Sequence[ProductInput]) -> None:
    keys: set[tuple[str, str]] = set()
    skus: set[str] = set()
    for position, product in enumerate(products):
        path = f"products[{position}]"
        if _key(product) in keys:
            raise rules.Place(product.external_id, path).refuse("external_id", rules.NAMED_TWICE)
        keys.add(_key(product))
        for number, variant in enumerate(product.variants):
            if variant.sku in skus:
                raise SkuTaken(field=f"{path}.variants[{number}].sku", sku=variant.sku, product=product.external_id)
            skus.add(variant.sku)


def _known(products: Sequence[ProductInput]) -> dict[tuple[str, str], tuple[UUID, str]]:
    """(id, slug) of those that exist."""
    rows = Product.objects.filter(
        external_source__in={product.external_source for product in products},
        external_id__in=[product.external_id for product in products],
    ).values_list("external_source", "external_id", "id", "slug")
    return {(source, external_id): (key, slug) for source, external_id, key, slug in rows}


def _refuse_foreign_skus(products: Sequence[ProductInput], known: Mapping[tuple[str, str], tuple[UUID, str]]) -> None:
    skus = [variant.sku for product in products for variant in product.variants]
    owners = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "product_id"))
    for position, product in enumerate(products):
        own = known.get(_key(product), (None, ""))[0]
        for number, variant in enumerate(product.variants):
            if owners.get(variant.sku, own) != own:
                field = f"products[{position}].variants[{number}].sku"
                raise SkuTaken(field=field, sku=variant.sku, product=product.external_id)


def _free_slugs(products: Sequence[ProductInput]) -> list[str]:
    if not products:
        return []
    taken = Product.objects.filter(slug__in=map(rules.wanted_slug, products)).values_list("slug", flat=True)
    return rules.slugs_for(products, taken)


def _row(
    product: ProductInput,
    product_id: UUID,
    slug: str,
    words: Vocabulary,
    stored: Mapping[UUID, media.Picture],
) -> dict[str, Any]:
    # What the caller holds of a picture may be older than its renditions; its text for this product is the caller's.
    gallery = [
        stored[picture.id].as_dict() | {"alt": dict(picture.alt)}
        for picture in product.pictures
        if picture.id in stored
    ]
    document = document_of(product, words)
    facets = [code for code, term in words.attributes.items() if term.is_facet]
    return {
        "id": str(product_id),
        "external_source": product.external_source,
        "external_id": product.external_id,
        "slug": slug,
        "category_id": words.categories[product.category].id if product.category else None,
        "brand_id": words.brands[rules.code_of(product.brand)].id if product.brand else None,
        "title": product.title,
        "summary": product.summary,
        "description": product.description,
        "attributes": product.attributes,
        "hs_code": product.hs_code,
        "origin": product.origin,
        "cover": gallery[0] if gallery else None,
        "gallery": gallery,
        "picture_ids": [picture["id"] for picture in gallery],
        "pictures_ready": all(picture["widths"] for picture in gallery),
        "tokens": rules.product_tokens(product, facets),
        "plain": document.plain,
        "stemmed": document.stemmed,
    }


def document_of(product: ProductInput, words: Vocabulary) -> searching.SearchDocument:
    return searching.document(_search_parts(product, words))


def _search_parts(product: ProductInput, words: Vocabulary) -> list[tuple[str, str, str]]:
    parts = [("A", language, text) for language, text in product.title.items()]
    parts.append(("B", "", product.brand))
    for path in rules.ancestors(product.category):
        parts += [("B", language, text) for language, text in words.categories[path].name.items()]
    for code, value in terms.choices(product):
        parts += [("C", language, text) for language, text in words.attributes[code].values[value].name.items()]
    parts += [("C", "", variant.sku) for variant in product.variants]
    for texts in (*(value for value in product.attributes.values() if isinstance(value, Mapping)), product.summary):
        parts += [("C", language, text) for language, text in texts.items()]
    parts += [("D", language, text) for language, text in product.description.items()]
    return parts


def _write(
    rows: Sequence[Mapping[str, Any]], products: Sequence[ProductInput], ids: Mapping[tuple[str, str], UUID]
) -> set[UUID]:
    """Store products and variants; the ids of the products in which something changed."""
    moment = clock.now()
    configs = sorted({config for row in rows for config in row["stemmed"]})
    variants = [
        {
            "id": str(uuid7()),
            "product_id": str(ids[_key(product)]),
            "sku": variant.sku,
            "options": variant.options,
            "weight_g": variant.weight_g,
            "picture_id": variant.picture_id and str(variant.picture_id),
            "position": position,
        }
        for product in products
        for position, variant in enumerate(product.variants)
    ]
    variants.sort(key=lambda variant: str(variant["sku"]))
    with connection.cursor() as cursor:
        cursor.execute(_save_statement(configs), [moment, moment, json.dumps(rows)])
        changed = {row[0] for row in cursor.fetchall()}
        cursor.execute(_SAVE_VARIANTS, [json.dumps(variants)])
        changed |= {row[0] for row in cursor.fetchall()}
        cursor.execute(_WITHDRAW_OTHERS, [list(ids.values()), [variant["sku"] for variant in variants]])
        changed |= {row[0] for row in cursor.fetchall()}
    return changed
