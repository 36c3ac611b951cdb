"""The words lists and pages are labelled with, and the charts of sizes; kept in the process."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from glocal.content.catalog import caches
from glocal.content.catalog.sizing import KeptChart, chart_of
from glocal.platform.markets.facade import pick

_LOAD = """
SELECT jsonb_build_object(
  'categories', (SELECT coalesce(jsonb_agg(jsonb_build_array(path, id, name, return_kind)
                                           ORDER BY position, path), '[]')
                 FROM catalog_category),
  'brands', (SELECT coalesce(jsonb_agg(jsonb_build_array(slug, id, name)), '[]') FROM catalog_brand),
  'attributes', (SELECT coalesce(jsonb_agg(jsonb_build_array(code, id, name, is_facet) ORDER BY position, code), '[]')
                 FROM catalog_attribute),
  'values', (SELECT coalesce(jsonb_agg(jsonb_build_array(attribute.code, value.code, value.name, value.hex)
                                       ORDER BY value.position, value.code), '[]')
             FROM catalog_attributevalue AS value
             JOIN catalog_attribute AS attribute ON attribute.id = value.attribute_id),
  'charts', (SELECT coalesce(jsonb_agg(jsonb_build_array(chart.source, coalesce(category.path, ''),
                                                         coalesce(brand.slug, ''), chart.option, chart.rows)), '[]')
             FROM catalog_sizechart AS chart
             LEFT JOIN catalog_category AS category ON category.id = chart.category_id
             LEFT JOIN catalog_brand AS brand ON brand.id = chart.brand_id)
)::text
"""


@dataclass(frozen=True, slots=True)
class CategoryTerm:
    path: str
    id: str
    name: Mapping[str, str]
    return_kind: str = ""


@dataclass(frozen=True, slots=True)
class BrandTerm:
    slug: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ValueTerm:
    code: str
    name: Mapping[str, str]
    hex: str


@dataclass(frozen=True, slots=True)
class AttributeTerm:
    code: str
    id: str
    name: Mapping[str, str]
    is_facet: bool
    rank: int
    values: dict[str, ValueTerm]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All in the order they are shown in."""

    categories: Mapping[str, CategoryTerm]
    brands: Mapping[str, BrandTerm]
    attributes: Mapping[str, AttributeTerm]
    charts: Sequence[KeptChart]

    def shelf_ids(self, path: str) -> tuple[str, ...]:
        """Ids of the category and of all below it."""
        return tuple(
            term.id for other, term in self.categories.items() if other == path or other.startswith(f"{path}/")
        )

    def return_kind(self, path: str) -> str:
        """How goods of a category come back: its own kind, or that of the nearest category above that has one."""
        while path:
            term = self.categories.get(path)
            if term and term.return_kind:
                return term.return_kind
            path = path.rpartition("/")[0]
        return ""

    def category_label(self, path: str, language: str) -> str:
        term = self.categories.get(path)
        return pick(term.name, language) if term else path.rsplit("/", 1)[-1]

    def attribute_label(self, code: str, language: str) -> str:
        term = self.attributes.get(code)
        return pick(term.name, language) if term else code

    def value_label(self, attribute: str, code: str, language: str) -> str:
        term = self.attributes.get(attribute)
        value = term.values.get(code) if term else None
        return pick(value.name, language) if value else code

    def rank(self, attribute: str) -> int:
        """Where the attribute stands among all; unknown ones come last. (JSON objects in PostgreSQL keep no order.)"""
        term = self.attributes.get(attribute)
        return term.rank if term else len(self.attributes)

    def options_label(self, options: Mapping[str, str], language: str) -> str:
        """``Sand / M``."""
        return " / ".join(self.value_label(code, options[code], language) for code in sorted(options, key=self.rank))

    def options_text(self, options: Mapping[str, str]) -> dict[str, str]:
        """``Sand / Size M`` in every language that one of the values has a text in, for where only the text is shown.

        A colour needs no name beside it.
        """
        languages = {"en"}
        for code, value in options.items():
            term = self.attributes.get(code)
            if term and value in term.values:
                languages |= term.values[value].name.keys()
        return {language: self._named(options, language) for language in sorted(languages)} if options else {}

    def _named(self, options: Mapping[str, str], language: str) -> str:
        return " / ".join(self._named_value(code, options[code], language) for code in sorted(options, key=self.rank))

    def _named_value(self, attribute: str, code: str, language: str) -> str:
        label, term = self.value_label(attribute, code, language), self.attributes.get(attribute)
        value = term.values.get(code) if term else None
        name = pick(term.name, language) if term and not (value and value.hex) else ""
        return f"{name} {label}" if name else label


def current() -> Vocabulary:
    """As known to this process, at most a minute old; no statement while it is kept."""
    known: Vocabulary = caches.vocabulary.get("all", load)
    return known


def load() -> Vocabulary:
    """As stored now, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LOAD)
        stored: dict[str, Any] = json.loads(cursor.fetchone()[0])
    attributes = {
        code: AttributeTerm(code, key, name, is_facet, rank, {})
        for rank, (code, key, name, is_facet) in enumerate(stored["attributes"])
    }
    for attribute, code, name, colour in stored["values"]:
        attributes[attribute].values[code] = ValueTerm(code, name, colour)
    return Vocabulary(
        {path: CategoryTerm(path, key, name, kind) for path, key, name, kind in stored["categories"]},
        {slug: BrandTerm(slug, key, name) for slug, key, name in stored["brands"]},
        attributes,
        [
            KeptChart(source, category, brand, chart_of(option, rows))
            for source, category, brand, option, rows in stored["charts"]
        ],
    )
