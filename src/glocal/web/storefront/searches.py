"""Search: the page, and what is offered while somebody types."""

from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from glocal.content.search import facade as search
from glocal.web.storefront.pages import fragment, page, tree
from glocal.web.storefront.requests import ShopRequest
from glocal.web.storefront.shelves import Link, listed

LONGEST_QUERY = 80


def _typed(request: ShopRequest) -> str:
    given = request.GET.get("q", "")[: 4 * LONGEST_QUERY]
    typed = "".join(letter if letter.isprintable() else " " for letter in given)
    return " ".join(typed.split())[:LONGEST_QUERY]


@require_safe
def results(request: ShopRequest) -> HttpResponse:
    """Products that match the words; without words, the place to type them."""
    words = _typed(request)
    if not words:
        values = {"query": "", "below": [Link(node.label, f"{request.prefix}/c/{node.path}") for node in tree(request)]}
        return page(request, "search", values, title=_("Search the shop"))
    return listed(request, "/search", title=_("“{words}”").format(words=words), query=words)


@require_safe
def suggestions(request: ShopRequest) -> HttpResponse:
    """The options under the search box for what is typed so far; empty when there are none."""
    hints = search.suggest(market=request.market.code, language=request.language, text=_typed(request))
    shown = [{"label": hint.label, "kind": hint.kind, "href": _address(request, hint)} for hint in hints]
    answer = fragment(request, "hints", {"hints": shown})
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer


def _address(request: ShopRequest, hint: search.Hint) -> str:
    if hint.kind == "product":
        return f"{request.prefix}/p/{hint.value}"
    if hint.kind == "category":
        return f"{request.prefix}/c/{quote(hint.value)}"
    pairs = {"q": hint.label} | ({"brand": hint.value} if hint.kind == "brand" else {})
    return f"{request.prefix}/search?{urlencode(pairs)}"
