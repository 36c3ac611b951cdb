"""Writing the dictionary: naming categories, attributes and values."""

from collections.abc import Sequence

from glocal.content.catalog import caches, rules, terms
from glocal.content.catalog.jobs import resave_products
from glocal.content.catalog.types import AttributeInput, CategoryInput
from glocal.platform.eventing import transactional

_SAVE_CATEGORIES = """
INSERT INTO catalog_category AS category (id, path, name, position, return_kind)
SELECT id, path, name, position, return_kind
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, path text, name jsonb, position int, return_kind text)
ON CONFLICT (path) DO UPDATE
SET name = excluded.name, position = excluded.position, return_kind = excluded.return_kind
WHERE (category.name, category.position, category.return_kind)
      IS DISTINCT FROM (excluded.name, excluded.position, excluded.return_kind)
RETURNING path
"""
_SAVE_ATTRIBUTES = """
INSERT INTO catalog_attribute AS attribute (id, code, name, is_facet, position)
SELECT id, code, name, is_facet, position
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, code text, name jsonb, is_facet boolean, position int)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, is_facet = excluded.is_facet, position = excluded.position
WHERE (attribute.name, attribute.is_facet, attribute.position)
      IS DISTINCT FROM (excluded.name, excluded.is_facet, excluded.position)
RETURNING code
"""
_RENAME_VALUE = """DO UPDATE
SET name = excluded.name, hex = excluded.hex, position = excluded.position
WHERE (value.name, value.hex, value.position) IS DISTINCT FROM (excluded.name, excluded.hex, excluded.position)
RETURNING (SELECT attribute.code FROM catalog_attribute AS attribute WHERE attribute.id = value.attribute_id)
"""


@transactional
def save_categories(categories: Sequence[CategoryInput]) -> None:
    """Make or rename categories; parents that are missing are made and named after their path.

    Products in renamed ones are found under the new name once a job has been through them.
    """
    by_path = {category.path: category for category in sorted(categories, key=lambda category: category.path)}
    terms.add_categories(parent for path in by_path for parent in rules.ancestors(path)[:-1])
    changed = terms.run(
        _SAVE_CATEGORIES,
        (
            {
                "path": path,
                "name": rules.clean_texts(category.name),
                "position": category.position,
                "return_kind": category.return_kind,
            }
            for path, category in by_path.items()
        ),
    )
    if changed:
        resave_products.defer(category_paths=sorted(changed), attribute_codes=[])
    caches.forget()


@transactional
def save_attributes(attributes: Sequence[AttributeInput]) -> None:
    """Make or rename attributes and their values; values that are not named stay.

    Products that have them are found under the new name once a job has been through them.
    """
    in_order = sorted(attributes, key=lambda attribute: attribute.code)
    changed = terms.run(
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
    changed += terms.run(
        terms.INSERT_VALUES.format(known=_RENAME_VALUE),
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
    if changed:
        resave_products.defer(category_paths=[], attribute_codes=sorted(set(changed)))
    caches.forget()
