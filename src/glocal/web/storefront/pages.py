"""Rendering: a template inside the shell, the same for every view."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.web.storefront import shell
from glocal.web.storefront.requests import ShopRequest

_trees: ProcessCache[tuple[str, str], tuple[catalog.CategoryNode, ...]] = ProcessCache(seconds=60)


def page(
    request: ShopRequest, template: str, values: Mapping[str, Any], *, title: str, status: int = 200
) -> HttpResponse:
    """The whole page ``storefront/{template}.html``."""
    frame = shell.shell(request.market.code, request.language, lanes(request))
    context = {
        "title": title,
        "prefix": request.prefix,
        "shell": frame,
        "icons": frame.icons,
        "masthead": shell.masthead(frame, request),
        "fault": _("That did not work. Please try again."),
        "offline": _("You seem to be offline. Please try again when you are connected."),
        **values,
    }
    return HttpResponse(get_template(f"storefront/{template}.html").render(context, request), status=status)


def fragment(request: ShopRequest, template: str, values: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Only the part that htmx asked for."""
    context = {"prefix": request.prefix, "icons": shell.file("img/icons.svg"), **values}
    return HttpResponse(get_template(f"storefront/{template}.html").render(context, request), status=status)


def money(request: ShopRequest, amount: Money) -> str:
    return markets.format_money(amount, request.language, request.market)


def day_text(request: ShopRequest, day: date | datetime) -> str:
    """A day near to now, in the market's time zone."""
    return markets.format_date(day, request.language, request.market, style="day")


def lanes(request: ShopRequest) -> tuple[shell.Lane, ...]:
    """The top categories that have something for sale here."""
    return tuple((node.path, node.label) for node in tree(request))


def tree(request: ShopRequest) -> tuple[catalog.CategoryNode, ...]:
    """The categories with something for sale here, a minute old at most."""
    code, language = request.market.code, request.language
    return _trees.get((code, language), lambda: catalog.category_tree(code, language))
