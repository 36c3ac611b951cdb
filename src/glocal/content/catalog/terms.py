"""Writing the dictionary: categories, brands, attributes and their values."""

import json
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from glocal.content.catalog import caches, rules, vocabulary
from glocal.content.catalog.types import AttributeInput, CategoryInput, ProductInput
from glocal.platform.eventing import transactional
from glocal.platform.kernel.ids import uuid7

_SAVE_CATEGORIES = """
INSERT INTO catalog_category (id, path, name, position)
SELECT id, path, name, position
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, path text, name jsonb, position int)
ON CONFLICT (path) DO UPDATE SET name = excluded.name, position = excluded.position
"""
_ADD_CATEGORIES = """
INSERT INTO catalog_category (id, path, name, position)
SELECT id, path, name, position
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, path text, name jsonb, position int)
ON CONFLICT (path) DO NOTHING
"""
_ADD_BRANDS = """
INSERT INTO catalog_brand (id, slug, name)
SELECT id, slug, name FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, slug text, name text)
ON CONFLICT (slug) DO NOTHING
"""
_SAVE_ATTRIBUTES = """
INSERT INTO catalog_attribute (id, code, name, is_facet, position)
SELECT id, code, name, is_facet, position
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, code text, name jsonb, is_facet boolean, position int)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, is_facet = excluded.is_facet, position = excluded.position
"""
_ADD_ATTRIBUTES = """
INSERT INTO catalog_attribute (id, code, name, is_facet, position)
SELECT id, code, name, is_facet, position
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, code text, name jsonb, is_facet boolean, position int)
ON CONFLICT (code) DO NOTHING
"""
_VALUES = """
INSERT INTO catalog_attributevalue (id, attribute_id, code, name, hex, position)
SELECT given.id, attribute.id, given.code, given.name, given.hex, given.position
FROM jsonb_to_recordset(%s::jsonb)
     AS given(id uuid, attribute text, code text, name jsonb, hex text, position int)
JOIN catalog_attribute AS attribute ON attribute.code = given.attribute
"""
_SAVE_VALUES = (
    _VALUES + "ON CONFLICT (attribute_id, code) DO UPDATE "
    "SET name = excluded.name, hex = excluded.hex, position = excluded.position"
)
_ADD_VALUES = _VALUES + "ON CONFLICT (attribute_id, code) DO NOTHING"


def _named_after(code: str) -> dict[str, str]:
    return {"en": code.replace("-", " ").replace("_", " ").capitalize()}


def _run(statement: str, rows: Iterable[Mapping[str, object]]) -> None:
    found = [{"id": str(uuid7()), **row} for row in rows]
    if found:
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(found)])


@transactional
def save_categories(categories: Sequence[CategoryInput]) -> None:
    """Make or rename categories; parents that are missing are made and named after their path."""
    by_path = {category.path: category for category in sorted(categories, key=lambda category: category.path)}
    _add_categories(path for category in by_path.values() for path in rules.ancestors(category.path)[:-1])
    _run(
        _SAVE_CATEGORIES,
        (
            {"path": path, "name": rules.clean_texts(category.name), "position": category.position}
            for path, category in by_path.items()
        ),
    )
    caches.forget()


@transactional
def save_attributes(attributes: Sequence[AttributeInput]) -> None:
    """Make or rename attributes and their values; values that are not named stay."""
    in_order = sorted(attributes, key=lambda attribute: attribute.code)
    _run(
        _SAVE_ATTRIBUTES,
        (
            {
                "code": attribute.code,
                "name": rules.clean_texts(attribute.name),
                "is_facet": attribute.is_facet,
                "position": attribute.position,
            }
            for attribute in in_order
        ),
    )
    _run(
        _SAVE_VALUES,
        (
            {
                "attribute": attribute.code,
                "code": value.code,
                "name": rules.clean_texts(value.name),
                "hex": value.hex,
                "position": position,
            }
            for attribute in in_order
            for position, value in enumerate(attribute.values)
        ),
    )
    caches.forget()


def _add_categories(paths: Iterable[str]) -> None:
    _run(
        _ADD_CATEGORIES,
        ({"path": path, "name": _named_after(path.rsplit("/", 1)[-1]), "position": 0} for path in sorted(set(paths))),
    )


def ensure_terms(products: Sequence[ProductInput]) -> vocabulary.Vocabulary:
    """Make what the products name and nobody has made yet; at most four statements and one to read it all back."""
    known = vocabulary.load()
    paths = {path for product in products for path in rules.ancestors(product.category)} - known.categories.keys()
    brands = {rules.code_of(product.brand): product.brand for product in products if product.brand}
    chosen = {pair for product in products for pair in choices(product)}
    codes = {code for product in products for code in product.attributes} | {code for code, _ in chosen}
    missing_values = {
        (code, value)
        for code, value in chosen
        if code not in known.attributes or value not in known.attributes[code].values
    }
    missing_brands = sorted(brands.keys() - known.brands.keys())
    missing_codes = sorted(codes - known.attributes.keys())
    if not (paths or missing_brands or missing_codes or missing_values):
        return known
    _add_categories(paths)
    _run(_ADD_BRANDS, ({"slug": slug, "name": brands[slug]} for slug in missing_brands))
    _run(
        _ADD_ATTRIBUTES,
        ({"code": code, "name": _named_after(code), "is_facet": True, "position": 100} for code in missing_codes),
    )
    _run(
        _ADD_VALUES,
        (
            {"attribute": code, "code": value, "name": _named_after(value), "hex": "", "position": 100}
            for code, value in sorted(missing_values)
        ),
    )
    return vocabulary.load()


def choices(product: ProductInput) -> Iterable[tuple[str, str]]:
    """(attribute code, value code) of everything the product or one of its variants is."""
    for code, value in product.attributes.items():
        if not isinstance(value, Mapping):
            yield from ((code, choice) for choice in value)
    for variant in product.variants:
        yield from variant.options.items()
