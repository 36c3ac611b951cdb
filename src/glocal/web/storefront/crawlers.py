"""What programs that visit the shop look for: robots.txt, site maps, the icon."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from glocal.content.catalog import facade as catalog
from glocal.platform.markets import facade as markets
from glocal.web.locale import prefix_of

Page = tuple[str, datetime | None]
"""Path behind the prefix, and when it last changed."""

_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
HOUR, DAY = 60 * 60, 60 * 60 * 24
PRIVATE = ("/console", "/api/", "/hooks/", "/go/", "/scheme/")
PERSONAL = ("bag", "buy", "checkout", "account", "letters/", "orders/", "questions/", "sign-in", "sign-up", "search")


@cache
def _selling() -> tuple[str, ...]:
    return tuple(market.code for market in markets.all_markets() if market.sells)


def _category_paths(nodes: Sequence[catalog.CategoryNode]) -> list[str]:
    return [path for node in nodes for path in (node.path, *_category_paths(node.children))]


@cache
def _sections() -> dict[str, tuple[markets.Market, str]]:
    """Market and language by locale, as in an address: ``th-TH``."""
    return {
        prefix_of(language, market.code)[1:]: (market, language)
        for market in markets.all_markets()
        if market.sells
        for language in market.languages
    }


@require_safe
@cache_control(public=True, max_age=HOUR)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The files of every market and language; nothing but what is kept about them is read."""
    root, spans = _root(request), catalog.product_spans(_selling())
    files = (
        f"<sitemap><loc>{root}/sitemap-{section}.xml{f'?p={number}' if number > 1 else ''}</loc></sitemap>"
        for section, (market, _) in _sections().items()
        for number in range(1, max(1, len(spans[market.code])) + 1)
    )
    return _xml(f'<sitemapindex xmlns="{_SCHEMA}">', files, "</sitemapindex>")


@require_safe
@cache_control(public=True, max_age=HOUR)
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One file: the pages of a market in one language, each with its address in the market's other languages.

    Written here: Django's template takes half a second for 5,000 addresses, and anybody may ask for it.
    """
    if section not in _sections():
        raise Http404
    (market, language), root = _sections()[section], _root(request)
    locales = [prefix_of(tongue, market.code)[1:] for tongue in market.languages]
    entries = (
        f"<url><loc>{root}/{section}{path}</loc>"
        + (f"<lastmod>{changed:%Y-%m-%d}</lastmod>" if changed else "")
        + "".join(f'<xhtml:link rel="alternate" hreflang="{one}" href="{root}/{one}{path}"/>' for one in locales)
        + "</url>"
        for path, changed in _pages(market.code, language, request.GET.get("p", "1"))
    )
    return _xml(f'<urlset xmlns="{_SCHEMA}" xmlns:xhtml="http://www.w3.org/1999/xhtml">', entries, "</urlset>")


def _pages(market: str, language: str, asked: str) -> list[Page]:
    """What stands in one file: the market's products of one span; in the first the home page and categories as well."""
    spans = catalog.product_spans(_selling())[market]
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 0
    if not 1 <= number <= max(1, len(spans)):
        raise Http404
    found: list[Page] = []
    if number == 1:
        paths = _category_paths(catalog.category_tree(market, language))
        found = [("/", None), *((quote(f"/c/{path}"), None) for path in paths)]
    if spans:
        slugs = catalog.slugs_in(market, spans[number - 1])
        found += [(quote(f"/p/{slug}"), changed) for slug, changed in slugs]
    return found


def _root(request: HttpRequest) -> str:
    return escape(request.build_absolute_uri("/").rstrip("/"))


def _xml(begin: str, parts: Iterable[str], end: str) -> HttpResponse:
    text = "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', begin, *parts, end))
    return HttpResponse(text, content_type="application/xml", headers={"X-Robots-Tag": "noindex, noodp, noarchive"})


@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request: HttpRequest) -> HttpResponse:
    """Programs keep out of what is about a person, and of what only leads on."""
    kept_out = [*PRIVATE, *(f"/*/{path}" for path in PERSONAL)]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_out), ""]
    lines.append(f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=DAY)
def icon(request: HttpRequest, name: str, kind: str) -> FileResponse:
    """The mark at the address where browsers look for it unasked."""
    found = finders.find(f"storefront/img/{name}")
    if not found:
        raise Http404
    return FileResponse(Path(str(found)).open("rb"), content_type=kind)
