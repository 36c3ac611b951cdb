"""Writing size charts, and reading them back for who writes them."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy, gettext_noop

from glocal.content.catalog import caches, rules, terms
from glocal.content.catalog.errors import InvalidSizeChart, SizeChartNotFound
from glocal.content.catalog.models import SizeChart as StoredChart
from glocal.content.catalog.services import one_at_a_time
from glocal.content.catalog.sizing import MEASURES, SYSTEMS, KeptChart, chart_of
from glocal.content.catalog.types import SizeChartInput, SizeRowInput
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel.ids import uuid7

MOST_ROWS = 60

_SAVE = """
INSERT INTO catalog_sizechart AS chart (id, source, code, category_id, brand_id, option, rows, updated_at)
SELECT given.id, given.source, given.code, category.id, brand.id, given.option, given.rows, now()
FROM jsonb_to_recordset(%s::jsonb)
     AS given(id uuid, source text, code text, category text, brand text, option text, rows jsonb)
LEFT JOIN catalog_category AS category ON category.path = given.category
LEFT JOIN catalog_brand AS brand ON brand.slug = given.brand
ON CONFLICT (source, code) DO UPDATE
SET category_id = excluded.category_id, brand_id = excluded.brand_id, option = excluded.option, rows = excluded.rows,
    updated_at = excluded.updated_at
WHERE (chart.category_id, chart.brand_id, chart.option, chart.rows)
      IS DISTINCT FROM (excluded.category_id, excluded.brand_id, excluded.option, excluded.rows)
RETURNING id, code
"""
_SAME_KIND = gettext_noop("another chart is for the same category, brand and option already.")


@transactional
def save_size_charts(charts: Sequence[SizeChartInput], *, source: str = "", actor_id: UUID | None = None) -> None:
    """Make or renew charts by (source, code), in one statement; unknown categories and brands are made.

    Raises InvalidSizeChart with ``field`` such as ``charts[0].rows[2].cm``.
    """
    sound = [_sound(chart, f"charts[{position}]") for position, chart in enumerate(charts)]
    if not sound:
        return
    one_at_a_time()
    terms.add_categories(path for chart in sound for path in rules.ancestors(chart.category))
    terms.add_brands({chart.brand for chart in sound if chart.brand})
    _refuse_same_kind(sound, source)
    rows = [
        {
            "id": str(uuid7()),
            "source": source,
            "code": chart.code,
            "category": chart.category,
            "brand": rules.code_of(chart.brand) if chart.brand else "",
            "option": chart.option,
            "rows": [_stored_row(row) for row in chart.rows],
        }
        for chart in sorted(sound, key=lambda chart: chart.code)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [json.dumps(rows)])
        changed = cursor.fetchall()
    for key, code in changed:
        audit.record(
            actor_id=actor_id,
            action="catalog.save_size_chart",
            object_type="size_chart",
            object_id=key,
            after={"source": source, "code": code},
        )
    caches.forget()


def size_charts(source: str) -> tuple[KeptChart, ...]:
    """The charts of a source by code, in one statement."""
    rows = StoredChart.objects.filter(source=source).select_related("category", "brand").order_by("code")
    return tuple(
        KeptChart(
            source,
            row.category.path if row.category else "",
            row.brand.name if row.brand else "",
            chart_of(row.option, row.rows),
            row.code,
        )
        for row in rows
    )


@transactional
def remove_size_chart(code: str, *, source: str = "", actor_id: UUID | None = None) -> None:
    """Raises SizeChartNotFound."""
    chart = StoredChart.objects.select_for_update().filter(source=source, code=code).first()
    if chart is None:
        raise SizeChartNotFound(size_chart=code[:80])
    audit.record(
        actor_id=actor_id,
        action="catalog.remove_size_chart",
        object_type="size_chart",
        object_id=chart.pk,
        before={"source": source, "code": code, "rows": chart.rows},
    )
    chart.delete()
    caches.forget()


def _refuse_same_kind(charts: Sequence[SizeChartInput], source: str) -> None:
    kinds = {
        (
            chart.category.path if chart.category else "",
            chart.brand.slug if chart.brand else "",
            chart.option,
        ): chart.code
        for chart in StoredChart.objects.filter(source=source).select_related("category", "brand")
    }
    for position, chart in enumerate(charts):
        kind = (chart.category, rules.code_of(chart.brand) if chart.brand else "", chart.option)
        if kinds.setdefault(kind, chart.code) != chart.code:
            raise _fault(chart.code, f"charts[{position}].category", _SAME_KIND)


def _stored_row(row: SizeRowInput) -> dict[str, Any]:
    """JSON objects in PostgreSQL keep no order, so ``order`` does."""
    millimetres = {code: _millimetres(value) for code, value in row.cm.items()}
    order = {"labels": list(row.labels), "mm": list(millimetres)}
    return {"size": row.size, "labels": dict(row.labels), "mm": millimetres, "order": order}


def _millimetres(value: Decimal | tuple[Decimal, Decimal]) -> tuple[int, int]:
    least, most = value if isinstance(value, tuple) else (value, value)
    return round(least * 10), round(most * 10)


def _sound(chart: SizeChartInput, path: str) -> SizeChartInput:
    code = rules.clean_text(chart.code)
    if not 1 <= len(code) <= 80:
        raise _fault(code[:80], f"{path}.code", gettext_noop("give the chart a code of 1 to 80 characters."))
    category = chart.category.strip("/").lower()
    if category and not rules.is_path(category):
        raise _fault(code, f"{path}.category", gettext_noop("write the category like fashion/shoes."))
    if not rules.is_code(chart.option):
        raise _fault(code, f"{path}.option", gettext_noop("name the option by its code, such as size."))
    if not 1 <= len(chart.rows) <= MOST_ROWS or len({row.size for row in chart.rows}) < len(chart.rows):
        raise _fault(code, f"{path}.rows", gettext_noop("give each size one row, at least one and at most 60."))
    for position, row in enumerate(chart.rows):
        _check_row(row, code, f"{path}.rows[{position}]")
    brand = rules.clean_text(chart.brand)[:120]
    return SizeChartInput(code, chart.rows, category, brand, chart.option)


def _check_row(row: SizeRowInput, code: str, path: str) -> None:
    if not rules.is_code(row.size):
        raise _fault(
            code, f"{path}.size", gettext_noop("write the size as its value code in the catalogue, such as m.")
        )
    if not row.labels.keys() <= set(SYSTEMS) or not all(0 < len(label) <= 20 for label in row.labels.values()):
        raise _fault(
            code, f"{path}.labels", gettext_noop("name sizes by the systems EU, US, UK, FR, ASIA, CN, JP, MX, BR.")
        )
    if not row.cm.keys() <= set(MEASURES):
        raise _fault(code, f"{path}.cm", gettext_noop("measure what the chart knows, such as chest or foot_length."))
    for value in row.cm.values():
        least, most = _millimetres(value)
        if not 0 < least <= most <= 3000:
            raise _fault(
                code, f"{path}.cm", gettext_noop("give centimetres from 0.1 to 300, the smaller figure first.")
            )


def _fault(code: str, field: str, mend: str) -> InvalidSizeChart:
    return InvalidSizeChart(field=field, size_chart=code, mend=gettext_lazy(mend))
