"""What programs that visit the shop look for: robots.txt, site maps, the icon."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from glocal.content.catalog import facade as catalog
from glocal.platform.markets import facade as markets
from glocal.web.locale import prefix_of

if TYPE_CHECKING:  # only the type stubs know Sitemap as generic
    _Sitemap = Sitemap["Page"]
else:
    _Sitemap = Sitemap

Page = tuple[str, datetime | None]
"""Path behind the prefix, and when it last changed."""

HOUR, DAY = 60 * 60, 60 * 60 * 24
PRIVATE = ("/console", "/api/", "/hooks/", "/go/", "/scheme/")
PERSONAL = ("bag", "buy", "checkout", "account", "letters/", "orders/", "questions/", "sign-in", "sign-up", "search")


class ShopMap(_Sitemap):
    """The pages of one market in one language, each with its address in the market's other languages."""

    limit = 10_000  # per file; the protocol allows 50,000

    def __init__(self, market: markets.Market, language: str) -> None:
        self.market, self.language = market, language

    def items(self) -> Sequence[Page]:
        paths = _category_paths(catalog.category_tree(self.market.code, self.language))
        products = [(f"/p/{slug}", changed) for slug, changed in catalog.slugs_in(self.market.code)]
        return [("/", None), *((f"/c/{path}", None) for path in paths), *products]

    def location(self, item: Page) -> str:
        return prefix_of(self.language, self.market.code) + item[0]

    def lastmod(self, item: Page) -> datetime | None:
        return item[1]

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        urls = super().get_urls(page, site, protocol)
        root = f"{protocol}://{site.domain}"
        for url in urls:
            url["alternates"] = [
                {"lang_code": prefix[1:], "location": f"{root}{prefix}{url['item'][0]}"}
                for prefix in (prefix_of(language, self.market.code) for language in self.market.languages)
            ]
        return urls


def _category_paths(nodes: Sequence[catalog.CategoryNode]) -> list[str]:
    return [path for node in nodes for path in (node.path, *_category_paths(node.children))]


@cache
def shop_maps() -> "dict[str, type[Sitemap[Any]] | Sitemap[Any]]":
    """By locale, as in an address: ``th-TH``."""
    return {
        prefix_of(language, market.code)[1:]: ShopMap(market, language)
        for market in markets.all_markets()
        if market.sells
        for language in market.languages
    }


@require_safe
@cache_control(public=True, max_age=HOUR)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return sitemap_views.index(request, shop_maps(), sitemap_url_name="sitemap")


@require_safe
@cache_control(public=True, max_age=HOUR)
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    return sitemap_views.sitemap(request, shop_maps(), section=section)


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
