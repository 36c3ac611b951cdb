"""Collections: shelves of the first page for some days, and a page of their own."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from glocal.content.catalog import facade as catalog
from glocal.content.collections import facade as collections
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from glocal.web.storefront import cards, festive
from glocal.web.storefront.pages import kept
from glocal.web.storefront.requests import ShopRequest

MOST_SHELVES, SHELF = 2, 6
Gathering = tuple[collections.Shelf, str, tuple[catalog.Card, ...]]
"""A collection, why it is shown, and its first cards."""


def today(request: ShopRequest) -> list[Gathering]:
    """Those of this day for the first page; one statement for all, none on most days."""
    day = markets.local_day(clock.now(), request.market)
    rows = collections.shown_on(request.market.code, day)[:MOST_SHELVES]
    shown = collections.first_cards(rows, request.language, SHELF)
    shelves = (collections.shelf_of(row, request.language) for row in rows)
    return [(shelf, _why(request, shelf), few) for shelf, few in zip(shelves, shown, strict=True) if few]


def shelves(request: ShopRequest, found: list[Gathering]) -> list[dict[str, Any]]:
    """The same, ready to show."""
    return [
        {
            "href": f"{request.prefix}/collections/{shelf.slug}",
            "id": f"of-{shelf.slug}",
            "title": shelf.title,
            "why": why,
            "cards": cards.joined(request, shown),
        }
        for shelf, why, shown in found
    ]


def _why(request: ShopRequest, shelf: collections.Shelf) -> str:
    """Why somebody sees it: the festival and its days, else that we chose it."""
    day = markets.local_day(clock.now(), request.market)
    for occasion in markets.occasions(request.market.code, day, day):
        if occasion.festival.code == shelf.festival:
            when = festive.days_text(request, occasion)
            return _("Why you see this: {festival}, {days}.").format(festival=_(occasion.festival.name), days=when)
    return _("Why you see this: we chose it for these days.")


@require_safe
def collection(request: ShopRequest, slug: str) -> HttpResponse:
    """A collection of today; on other days there is none at its address."""
    number = request.GET.get("page", "1")
    day = markets.local_day(clock.now(), request.market)
    found = collections.shelf_page(
        market=request.market.code,
        language=request.language,
        slug=slug,
        day=day,
        page=int(number) if number.isdecimal() and len(number) < 4 else 1,
    )
    why = _why(request, found.shelf)

    def values() -> dict[str, Any]:
        here = f"{request.prefix}/collections/{found.shelf.slug}"
        page = found.page.page
        return {
            "text": found.shelf.text,
            "why": why,
            "cards": cards.joined(request, found.page.cards, first=2),
            "before": f"{here}?page={page - 1}" if page > 1 else "",
            "after": f"{here}?page={page + 1}" if page < found.page.pages else "",
            "number": page,
            "pages": found.page.pages,
        }

    return kept(request, "collection", (found, why), values, title=found.shelf.title)
