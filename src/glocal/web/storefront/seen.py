"""What a browser has looked at lately: the last products, newest first, in a cookie of its own and nowhere else.

The server keeps nothing of it and knows nobody by it. It is a session's cookie: it goes when the browser is closed, or
when its owner clears the list. Pages are kept without it; a place for the list is filled in afterwards, and what stands
there is fetched once it is scrolled to, so that no page costs a statement more.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_noop

from glocal.platform.privacy import facade as privacy
from glocal.web.storefront.marks import mark
from glocal.web.storefront.requests import ShopRequest

SEEN = privacy.cookie(
    "seen",
    gettext_noop("Lists what you looked at last, for you alone."),
    None,
    until=gettext_noop("Until you close the browser"),
)
MOST = 12
PLACE = mark()
"""Stands for the list in HTML that is kept."""
_BYTES = 16


def ids_in(request: ShopRequest) -> list[UUID]:
    """The products, newest first; none when the cookie is not one of ours."""
    given = request.COOKIES.get(SEEN.name, "")
    try:
        stored = urlsafe_b64decode(given + "=" * (-len(given) % 4)) if len(given) < 400 else b""
    except ValueError:
        return []
    whole = len(stored) // _BYTES * _BYTES
    return list(dict.fromkeys(UUID(bytes=stored[at : at + _BYTES]) for at in range(0, whole, _BYTES)))[:MOST]


def look_at(request: ShopRequest, product_id: UUID) -> None:
    """This page shows the product: it stands first in the list from now on, and not in the list on this page."""
    request.looks_at = product_id


def remember(request: ShopRequest, response: HttpResponse) -> HttpResponse:
    product_id = getattr(request, "looks_at", None)
    before = ids_in(request)
    if product_id is None or before[:1] == [product_id]:
        return response
    ids = [product_id, *(other for other in before if other != product_id)][:MOST]
    value = urlsafe_b64encode(b"".join(key.bytes for key in ids)).decode().rstrip("=")
    SEEN.keep(request, response, value)
    return response


def filled(html: str, request: ShopRequest) -> str:
    """The page with a place for the list where it has one and this browser has seen something else."""
    if PLACE not in html:
        return html
    looks_at = getattr(request, "looks_at", None)
    others = [key for key in ids_in(request) if key != looks_at]
    values = {"prefix": request.prefix, "beside": looks_at}
    return html.replace(PLACE, render_to_string("storefront/seen_place.html", values) if others else "")
