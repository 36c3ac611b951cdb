"""The list of what a browser has looked at: a page of its own, or the part of a page that asks for it."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from glocal.content.catalog import facade as catalog
from glocal.web.storefront import cards, seen
from glocal.web.storefront.pages import fragment, page
from glocal.web.storefront.requests import ShopRequest


@never_cache
@require_safe
def recently_seen(request: ShopRequest) -> HttpResponse:
    """What can still be bought here of it; one statement, none without a list."""
    beside = _id(request.GET.get("beside", ""))
    ids = [key for key in seen.ids_in(request) if key != beside]
    shown = catalog.cards_of(request.market.code, request.language, ids)
    values = {"seen": cards.joined(request, shown)}
    if request.htmx:
        return fragment(request, "seen_list", values) if shown else HttpResponse()
    return page(request, "seen", values, title=_("Recently seen"))


@require_POST
def clear(request: ShopRequest) -> HttpResponse:
    """Forget the list."""
    answer = HttpResponse() if request.htmx else HttpResponseRedirect(f"{request.prefix}/seen")
    seen.SEEN.drop(request, answer)
    return answer


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
