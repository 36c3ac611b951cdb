"""The country and language of the shop, changed in one tap."""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from glocal.web.locale import PREFIX
from glocal.web.storefront import estimates, shell
from glocal.web.storefront.pages import page
from glocal.web.storefront.requests import ShopRequest

KEPT = {"home", "new", "search", "bag", "account", "privacy", "cookies"}
"""Pages that every country has; from the others the way leads to the country's home page."""


@require_safe
def places(request: ShopRequest) -> HttpResponse:
    """All countries and languages; they stand in the foot of every page as well."""
    values = {
        "places": shell.places(request.language),
        "tongues": shell.tongues(request.market),
        "language": request.language,
        "charged": request.market.currency,
        "currencies": estimates.choices(request),
        "chosen": estimates.chosen(request),
        "scheme_choice": mark_safe(shell.SCHEME_CHOICE),  # noqa: S308
    }
    return page(request, "places", values, title=_("Country and language"))


@require_safe
def go(request: HttpRequest, locale: str) -> HttpResponse:
    """To the same page in another country or language, or to its home page."""
    to = PREFIX.match(f"/{locale}/")
    if to is None:
        return HttpResponseRedirect("/")
    came_from = urlsplit(request.headers.get("Referer", ""))
    same = PREFIX.match(came_from.path) if came_from.netloc == request.get_host() else None
    kept = (same[3] or "/") if same and _stays(same, to) else "/"
    return HttpResponseRedirect(f"/{locale}{kept}" + (f"?{came_from.query}" if kept != "/" and came_from.query else ""))


def _stays(here: re.Match[str], to: re.Match[str]) -> bool:
    try:
        name = resolve(here[3] or "/").url_name
    except Resolver404:
        return False
    if name == "places":  # the choice is made; what it changed is on the home page
        return False
    return here[2] == to[2] or name in KEPT  # the same country in another language keeps every page
