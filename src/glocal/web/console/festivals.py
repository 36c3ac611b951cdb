"""The calendar of festivals: the coming twelve months, market by market."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse

from glocal.platform.console.records import operator_of
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets

PERMISSION = "catalogue.view"
MONTHS = 12


def page(request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
    """For the operator's markets, or the one asked for."""
    mine = sorted(operator_of(request).markets(PERMISSION))
    if not mine:
        raise Http404
    asked = request.GET.get("market", "")
    asked = asked if asked in mine else ""
    codes = [asked] if asked else mine
    today = clock.now().date()
    months = [_month(today, ahead) for ahead in range(MONTHS)]
    rows = [(markets.get(code), [_cell(code, month, today) for month in months]) for code in codes]
    values = {
        "title": "Festivals",
        "months": months,
        "rows": rows,
        "mine": mine,
        "asked": asked if asked in mine else "",
    }
    return TemplateResponse(request, "console/festivals.html", context | values)


def _month(today: date, ahead: int) -> date:
    years, month = divmod(today.month - 1 + ahead, 12)
    return date(today.year + years, month + 1, 1)


def _cell(code: str, month: date, today: date) -> list[markets.Occasion]:
    """The festivals of a market that begin in a month and are not over."""
    end = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    found = markets.occasions(code, month - timedelta(days=40), end + timedelta(days=40))
    return [row for row in found if month <= row.first <= end and row.last >= today]
