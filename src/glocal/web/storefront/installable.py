"""The shop on a home screen: manifest, service worker, and the page it shows without a connection."""

import hashlib
import json
from functools import cache
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language_bidi, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy
from glocal.web.storefront import scheme, shell
from glocal.web.storefront.pages import kept
from glocal.web.storefront.requests import ShopRequest

OWNER_HEADER = "Offline-For"
"""On a page that its owner may read without a connection: whose it is, in a form that says nothing to others."""
HOUR = 60 * 60
SHELL = privacy.cookie(
    "shell-…",
    gettext_noop("Shows a page when you have no connection."),
    None,
    until=gettext_noop("Until the shop has a newer version"),
    kind="cache",
)
LAST_ORDERS = privacy.cookie(
    "mine-…",
    gettext_noop("Lets you read your account and last orders without a connection."),
    None,
    until=gettext_noop("Until you sign out"),
    kind="cache",
)


@require_safe
@cache_control(public=True, max_age=HOUR)
def manifest(request: ShopRequest) -> JsonResponse:
    """What the shop of this market and language is called and looks like as an app."""
    market, prefix = request.market, request.prefix
    theme = market.theme
    country = markets.country_name(market.code, request.language)
    light = scheme.GROUNDS[theme][0]
    found = {
        "id": f"{prefix}/",
        "name": f"glocal · {country}",
        "short_name": "glocal",
        "description": _("Good things from many places, at one whole price: goods, delivery, tax and duty."),
        "lang": prefix[1:].rpartition("-")[0],
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": f"{prefix}/",
        "scope": "/",
        "display": "standalone",
        "theme_color": light,
        "background_color": light,
        "categories": ["shopping"],
        "icons": [
            {"src": shell.file(f"img/app-{theme}-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": shell.file(f"img/app-{theme}-512.png"), "sizes": "512x512", "type": "image/png"},
            {
                "src": shell.file(f"img/app-{theme}-mask.png"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
        "shortcuts": [
            {"name": _("Your orders"), "url": f"{prefix}/account"},
            {"name": _("Your bag"), "url": f"{prefix}/bag"},
        ],
    }
    return JsonResponse(found, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
@cache_control(no_cache=True)
def worker(request: ShopRequest) -> HttpResponse:
    """The service worker of one market and language; it stands under their prefix, and so does what it may touch."""
    theme = request.market.theme
    files = [shell.file(f"css/{name}.css") for name in (*shell.STYLES, "dark")]
    files += [shell.file(name) for name in ("img/icons.svg", "img/mark.svg", *_fonts(theme))]
    code = shell.file("js/worker.js")
    said = json.dumps({"prefix": request.prefix, "offline": f"{request.prefix}/offline", "files": files})
    version = hashlib.blake2b(f"{said}{code}".encode(), digest_size=6).hexdigest()
    script = f'const SHOP = {said}, VERSION = "{version}";\nimportScripts("{code}");\n'
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@cache
def _fonts(theme: str) -> tuple[str, ...]:
    return (shell.FONTS[theme],) if theme in shell.FONTS else ()


@require_safe
def offline(request: ShopRequest) -> HttpResponse:
    """What is shown without a connection; the same for everybody, so it is made and kept without anybody's marks."""
    response = kept(request, "offline", (), dict, title=_("No connection"))
    response.headers["Cache-Control"] = "no-cache"
    return response


def owner_tag(person_id: UUID) -> str:
    return salted_hmac(__name__, person_id.hex, algorithm="sha256").hexdigest()[:24]


def readable_offline(response: HttpResponse, person_id: UUID | None) -> HttpResponse:
    """Let the browser of the person it belongs to keep this page until they sign out."""
    if person_id is not None and response.status_code == 200:
        response.headers[OWNER_HEADER] = owner_tag(person_id)
    return response
