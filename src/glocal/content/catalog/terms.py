"""The dictionary of categories, brands, attributes and values, as products need it: what is missing is made."""

import json
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from glocal.content.catalog import rules, vocabulary
from glocal.content.catalog.types import ProductInput
from glocal.platform.kernel.ids import uuid7

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
_ADD_ATTRIBUTES = """
INSERT INTO catalog_attribute (id, code, name, is_facet, position)
SELECT id, code, name, is_facet, position
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, code text, name jsonb, is_facet boolean, position int)
ON CONFLICT (code) DO NOTHING
"""
INSERT_VALUES = """
INSERT INTO catalog_attributevalue AS value (id, attribute_id, code, name, hex, position)
SELECT given.id, attribute.id, given.code, given.name, given.hex, given.position
FROM jsonb_to_recordset(%s::jsonb)
     AS given(id uuid, attribute text, code text, name jsonb, hex text, position int)
JOIN catalog_attribute AS attribute ON attribute.code = given.attribute
ON CONFLICT (attribute_id, code) {known}
"""
_ADD_VALUES = INSERT_VALUES.format(known="DO NOTHING")


def _named_after(code: str) -> dict[str, str]:
    return {"en": code.replace("-", " ").replace("_", " ").capitalize()}


def run(statement: str, rows: Iterable[Mapping[str, object]]) -> list[str]:
    """Insert rows, each under a new id; what the statement returns (its first column)."""
    found = [{"id": str(uuid7()), **row} for row in rows]
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(found)])
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def add_categories(paths: Iterable[str]) -> None:
    """Make the categories that are not there, named after their path."""
    run(
        _ADD_CATEGORIES,
        ({"path": path, "name": _named_after(path.rsplit("/", 1)[-1]), "position": 0} for path in sorted(set(paths))),
    )


def add_brands(names: Iterable[str]) -> None:
    """Make the brands that are not there."""
    run(_ADD_BRANDS, ({"slug": rules.code_of(name), "name": name} for name in sorted(set(names))))


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
    add_categories(paths)
    run(_ADD_BRANDS, ({"slug": slug, "name": brands[slug]} for slug in missing_brands))
    run(
        _ADD_ATTRIBUTES,
        ({"code": code, "name": _named_after(code), "is_facet": True, "position": 100} for code in missing_codes),
    )
    run(
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
