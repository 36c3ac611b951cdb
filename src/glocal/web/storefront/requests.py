"""What the middlewares put on a shop request."""

from uuid import UUID

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from glocal.platform.markets.facade import Market


class ShopRequest(HttpRequest):
    """A request under ``/{language}-{MARKET}/``. ``prefix`` is that part of the path, without a closing slash."""

    market: Market
    language: str
    prefix: str
    visitor_id: UUID
    keep_visitor: bool
    looks_at: UUID
    htmx: HtmxDetails


def person_of(request: HttpRequest) -> UUID | None:
    """Who is signed in; None for a guest. Costs the session's and the person's row, once a request."""
    return request.user.pk if request.user.is_authenticated else None
