"""Which market and language a request is for.

Shop pages live under ``/{language}-{MARKET}/``, for example ``/th-TH/`` or ``/zh-Hans-SG/``. The middleware takes the
prefix off the path and sets it as the script prefix, so that every ``reverse`` keeps it. Other doors (console, media)
have no prefix and take the visitor's cookie or the browser's language; programs (API, webhooks) get the language alone.
A language of ours that the market is not offered in leads to the same page in the market's own.
"""

import re
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import set_script_prefix
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext_noop

from glocal.platform.http.problems import wants_json
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy

PLACE = privacy.cookie("market", gettext_noop("Remembers your country and language."), privacy.YEAR)
VISITOR = privacy.cookie("visitor", gettext_noop("Finds your bag again."), privacy.YEAR)
UNPREFIXED = (
    *("/console", "/media/", "/static/", "/healthz", "/go/", "/scheme/", "/with/"),
    *("/robots.txt", "/sitemap", "/favicon."),
)

prefix_of = markets.prefix_of

MISTYPED = re.compile(r"^/([a-z]{2}(?:-[a-z]{4})?)-([a-z]{2})(/.*)?\Z", re.DOTALL | re.IGNORECASE | re.ASCII)
"""A prefix in whatever case."""
_LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)
PREFIX = re.compile(r"^/([a-z]{2}(?:-[A-Z][a-z]{3})?)-([A-Z]{2})(/.*)?\Z", re.DOTALL)


class MarketAndLanguage:
    """Sets ``request.market``, ``request.language``, ``request.visitor_id`` and activates the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if wants_json(request):
            return self._for_program(request)
        found = PREFIX.match(request.path_info)
        if found and (market := _offered(found[2], found[1].lower())):
            request.path_info = found[3] or "/"
            prefix = prefix_of(found[1].lower(), market.code)
            set_script_prefix(prefix + "/")
            request.prefix = prefix  # type: ignore[attr-defined]
            language = found[1].lower()
        elif request.path_info.startswith(UNPREFIXED):
            set_script_prefix("/")
            market, language = _remembered(request)
            request.prefix = prefix_of(language, market.code)  # type: ignore[attr-defined]
        else:
            return self._to_prefixed(request)
        request.market, request.language = market, language  # type: ignore[attr-defined]
        visitor, is_new = _visitor(request)
        request.visitor_id = visitor  # type: ignore[attr-defined]
        try:
            with translation.override(language):
                response = self.get_response(request)
        finally:
            set_script_prefix("/")  # the next user of this thread makes addresses of its own
        if found:
            response.headers.setdefault("Content-Language", language)
            if request.COOKIES.get(PLACE.name) != prefix_of(language, market.code)[1:]:
                PLACE.keep(request, response, prefix_of(language, market.code)[1:])
        if is_new and getattr(request, "keep_visitor", False):
            VISITOR.keep(request, response, str(visitor))
        return response

    def _for_program(self, request: HttpRequest) -> HttpResponse:
        """Names its market in the call itself; only the language of what we answer is taken from its headers."""
        _, language = markets.guess(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        with translation.override(language):
            return self.get_response(request)

    def _to_prefixed(self, request: HttpRequest) -> HttpResponse:
        query = f"?{urlencode(list(request.GET.lists()), doseq=True)}" if request.GET else ""
        meant = MISTYPED.match(request.path_info)
        if meant and (market := _known(meant[2].upper())):
            language, rest = meant[1].lower(), escape_uri_path(meant[3] or "/") + query
            if language in market.languages:
                return HttpResponsePermanentRedirect(prefix_of(language, market.code) + rest)
            if language in _LANGUAGES:
                return HttpResponseRedirect(prefix_of(market.language, market.code) + rest)
        market, language = _remembered(request)
        response = HttpResponseRedirect(prefix_of(language, market.code) + escape_uri_path(request.path_info) + query)
        response.headers["Vary"] = "Accept-Language, Cookie"
        return response


def _known(code: str) -> markets.Market | None:
    try:
        return markets.get(code)
    except markets.UnknownMarket:
        return None


def _offered(code: str, language: str) -> markets.Market | None:
    market = _known(code)
    return market if market and language in market.languages else None


def _remembered(request: HttpRequest) -> tuple[markets.Market, str]:
    found = PREFIX.match("/" + request.COOKIES.get(PLACE.name, ""))
    if found and (market := _offered(found[2], found[1].lower())):
        return market, found[1].lower()
    return markets.guess(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))


def _visitor(request: HttpRequest) -> tuple[UUID, bool]:
    try:
        return UUID(request.COOKIES[VISITOR.name]), False
    except (KeyError, ValueError):
        return uuid7(), True
