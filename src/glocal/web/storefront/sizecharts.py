"""A size chart as people of a market read it: their own sizes, and inches where they measure in inches."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from glocal.content.catalog import facade as catalog
from glocal.platform.markets import facade as markets
from glocal.web.storefront.choosing import Choice
from glocal.web.storefront.requests import ShopRequest

IN_INCHES = frozenset({"US"})
"""The markets that CLDR's supplemental data gives the US system of measurement."""
QUARTER, MILLIMETRES_OF_AN_INCH = Decimal("0.25"), Decimal("25.4")
NAMES: Mapping[str, tuple[str, str]] = {
    "foot_length": (gettext_noop("Foot length"), gettext_noop("Standing, from the heel to the longest toe.")),
    "head": (gettext_noop("Head"), gettext_noop("Around the forehead, a finger above the ears.")),
    "neck": (gettext_noop("Neck"), gettext_noop("Around the neck where a collar lies.")),
    "chest": (gettext_noop("Chest"), gettext_noop("Around the fullest part, under the arms.")),
    "waist": (gettext_noop("Waist"), gettext_noop("Around the waist, where the trousers sit.")),
    "hips": (gettext_noop("Hips"), gettext_noop("Around the fullest part of the hips.")),
    "inseam": (gettext_noop("Inside leg"), gettext_noop("From the crotch down to the ankle.")),
    "shoulder": (gettext_noop("Shoulders"), gettext_noop("Across the back, from one shoulder point to the other.")),
    "sleeve": (gettext_noop("Sleeve"), gettext_noop("From the shoulder point to the wrist, the arm a little bent.")),
    "length": (gettext_noop("Length of the piece"), ""),
}


def view(request: ShopRequest, choice: Choice) -> dict[str, Any] | None:
    """The chart for the template, the chosen size marked; None without a chart."""
    chart = choice.shown.size_chart
    if chart is None:
        return None
    option = next(option for option in choice.shown.options if option.code == chart.option)
    labels = {value.code: value.label for value in option.values}
    systems = _systems(request.market, chart, labels)
    chosen = choice.options.get(chart.option)
    unit = _("in") if request.market.code in IN_INCHES else _("cm")
    return {
        "heads": [
            option.label,
            *map(_system_name, systems),
            *(f"{_(NAMES[code][0])}, {unit}" for code in chart.measures),
        ],
        "rows": [
            {
                "cells": [
                    labels.get(row.size, row.size),
                    *(row.labels.get(system, "–") for system in systems),
                    *(measured(request, row.millimetres.get(code)) for code in chart.measures),
                ],
                "chosen": row.size == chosen,
            }
            for row in chart.rows
        ],
        "how": [(_(NAMES[code][0]), _(NAMES[code][1])) for code in chart.measures if NAMES[code][1]],
    }


def _systems(market: markets.Market, chart: catalog.SizeChart, labels: Mapping[str, str]) -> list[str]:
    """The market's own, and the European one that most labels carry; none that only says again what the size is."""
    wanted = dict.fromkeys((catalog.system_in(market.code, chart), "EU"))
    rows = chart.rows
    return [
        system
        for system in wanted
        if system in chart.systems and any(row.labels.get(system, "") != labels.get(row.size) for row in rows)
    ]


def _system_name(system: str) -> str:
    return _("Asia") if system == "ASIA" else system


def measured(request: ShopRequest, millimetres: tuple[int, int] | None) -> str:
    """In the market's unit: centimetres, or inches to the quarter."""
    if millimetres is None:
        return "–"
    figures = dict.fromkeys(_figure(request, value) for value in millimetres)
    return "–".join(figures)


def _figure(request: ShopRequest, millimetres: int) -> str:
    if request.market.code in IN_INCHES:
        inches = (millimetres / MILLIMETRES_OF_AN_INCH / QUARTER).quantize(Decimal(1)) * QUARTER
        return markets.format_number(inches, request.language, request.market)
    return markets.format_number(Decimal(millimetres) / 10, request.language, request.market)
