"""Rendering: a template inside the shell, the same for every view."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

import msgspec
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.web.storefront import bells, estimates, festive, pictures, seen, shell
from glocal.web.storefront.marks import mark
from glocal.web.storefront.requests import ShopRequest

_trees: ProcessCache[tuple[str, str], tuple[catalog.CategoryNode, ...]] = ProcessCache(seconds=60)
_rendered: ProcessCache[bytes, str] = ProcessCache(seconds=600, size=1024)  # some 20 MB

Values = Mapping[str, Any]
_FORM_MARK = mark()
"""Stands for the visitor's form secret in HTML that is kept."""


def page(request: ShopRequest, template: str, values: Values, *, title: str, status: int = 200) -> HttpResponse:
    """The whole page ``storefront/{template}.html``."""
    frame = shell.shell(request.market.code, request.language, lanes(request), festive.tone_of(request))
    context = _framed(request, frame, values, title)
    html = get_template(f"storefront/{template}.html").render(context, request)
    return _finished(request, shell.with_count(html, request), status)


def fragment(request: ShopRequest, template: str, values: Values, *, status: int = 200) -> HttpResponse:
    """Only the part that htmx asked for."""
    context = {"prefix": request.prefix, "icons": shell.file("img/icons.svg"), **values}
    return HttpResponse(get_template(f"storefront/{template}.html").render(context, request), status=status)


def kept(
    request: ShopRequest, template: str, facts: object, make: Callable[[], Values], *, title: str = ""
) -> HttpResponse:
    """A page (a fragment if it has no ``title``) that shows ``facts`` and nothing else.

    It is rendered once and found again by the facts, which are read anew for every request: a page costs its statements
    and little more, and is never older than they are. ``make`` turns the facts into the template's values.
    """
    frame = shell.shell(request.market.code, request.language, lanes(request), festive.tone_of(request))
    also = estimates.chosen(request), estimates.rate(request)
    said = msgspec.msgpack.encode(
        (
            template,
            frame.prefix,
            frame.tone,
            also,
            title,
            lanes(request),
            facts,
        )
    )
    html = _rendered.get(
        blake2b(said, digest_size=16).digest(), lambda: _render(request, frame, template, make(), title)
    )
    if _FORM_MARK in html:
        html = html.replace(_FORM_MARK, get_token(request))
    return _finished(request, shell.with_count(html, request) if title else html)


def _finished(request: ShopRequest, html: str, status: int = 200) -> HttpResponse:
    """As this visitor gets it: with smaller pictures if they save data."""
    if request.headers.get("Save-Data", "").lower() == "on":
        html = pictures.smaller(html)
    response = HttpResponse(seen.filled(html, request), status=status)
    patch_vary_headers(response, ["Save-Data"])
    return bells.remember(request, seen.remember(request, response))


def _render(request: ShopRequest, frame: shell.Shell, template: str, values: Values, title: str) -> str:
    context = {"csrf_token": _FORM_MARK, **_framed(request, frame, values, title)}
    return get_template(f"storefront/{template}.html").render(context)


def _framed(request: ShopRequest, frame: shell.Shell, values: Values, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "prefix": request.prefix,
        "shell": frame,
        "icons": frame.icons,
        "seen_place": mark_safe(seen.PLACE),  # noqa: S308
        "fault": _("That did not work. Please try again."),
        "offline": _("You seem to be offline. Please try again when you are connected."),
        **values,
    }


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
