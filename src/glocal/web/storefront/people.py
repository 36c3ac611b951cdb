"""What an account keeps: orders and addresses."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from glocal.platform.accounts import facade as accounts
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError
from glocal.platform.kernel.paging import BadCursor, Position
from glocal.platform.markets import facade as markets
from glocal.transaction.orders import facade as orders
from glocal.web.storefront.fields import address_fields, marked, names
from glocal.web.storefront.installable import readable_offline
from glocal.web.storefront.orderpages import address_of_order, row
from glocal.web.storefront.pages import page
from glocal.web.storefront.requests import ShopRequest, person_of

MOST_ORDERS = 20
SHOWN: dict[str, tuple[bool | None, str]] = {
    "": (None, gettext_noop("All")),
    "open": (True, gettext_noop("Open")),
    "done": (False, gettext_noop("Done")),
}


@never_cache
@require_safe
def account(request: ShopRequest) -> HttpResponse:
    """Orders and addresses of who is signed in."""
    person_id = person_of(request)
    if person_id is None:
        return to_sign_in(request)
    return readable_offline(_account(request, person_id), person_id)


@require_POST
def add_address(request: ShopRequest) -> HttpResponse:
    """Keep an address of this country."""
    person_id = person_of(request)
    if person_id is None:
        return to_sign_in(request)
    try:
        address = markets.check_address(request.market.code, request.POST, request.language)
        accounts.save_address(person_id=person_id, address=address)
    except DomainError as error:
        return _account(request, person_id, error)
    return HttpResponseRedirect(f"{request.prefix}/account")


@require_POST
def remove_address(request: ShopRequest) -> HttpResponse:
    person_id = person_of(request)
    if person_id is None:
        return to_sign_in(request)
    with suppress(DomainError, ValueError):  # gone already: what was wanted is so
        accounts.remove_address(person_id=person_id, address_id=UUID(request.POST.get("id", "")))
    return HttpResponseRedirect(f"{request.prefix}/account")


@require_POST
def claim(request: ShopRequest) -> HttpResponse:
    """Bring an order that was bought as a guest into the account."""
    person_id = person_of(request)
    if person_id is None:
        return to_sign_in(request)
    number, token = request.POST.get("number", ""), request.POST.get("token", "")
    orders.claim(number=number, token=token, person_id=person_id)
    return HttpResponseRedirect(address_of_order(request, number, token) + "&kept=1")


def to_sign_in(request: ShopRequest, back: str = "/account") -> HttpResponse:
    """Sign in first, then come ``back`` (a path of the shop)."""
    return HttpResponseRedirect(f"{request.prefix}/sign-in?{urlencode({'next': request.prefix + back}, safe='/')}")


def _orders(request: ShopRequest, person_id: UUID) -> dict[str, Any]:
    """A page of the person's orders, by what the address asks for; a cursor that is none of ours begins anew."""
    number, show = request.GET.get("number", "").strip()[:40], request.GET.get("show", "")
    before = None
    with suppress(BadCursor):
        before = Position.read(request.GET["before"]) if "before" in request.GET else None
    found = orders.orders_of(
        person_id, limit=MOST_ORDERS + 1, before=before, number=number, is_open=SHOWN.get(show, (None, ""))[0]
    )
    asked = {key: value for key, value in (("number", number), ("show", show if show in SHOWN else "")) if value}
    here = f"{request.prefix}/account"
    older = found[MOST_ORDERS - 1].position.cursor() if len(found) > MOST_ORDERS else ""
    return {
        "orders": [row(request, summary) for summary in found[:MOST_ORDERS]],
        "number": number,
        "show": show if show in SHOWN else "",
        "shown": [
            (key, _(name), f"{here}?{urlencode({**asked, 'show': key})}#orders") for key, (_open, name) in SHOWN.items()
        ],
        "older": f"{here}?{urlencode({**asked, 'before': older})}#orders" if older else "",
        "newest": f"{here}?{urlencode(asked)}#orders" if before else "",
        "searched": bool(asked or before),
    }


def _account(request: ShopRequest, person_id: UUID, error: DomainError | None = None) -> HttpResponse:
    person = accounts.person(person_id)
    fields = marked(address_fields(request.market.code, request.language, request.POST), error)
    values: dict[str, Any] = {
        "name": person.name or _("you"),
        "email": person.email or "",
        "unconfirmed": person.email is None,
        "error": "" if error is None or names(fields, error) else text_of(error),
        **_orders(request, person_id),
        "addresses": [
            {
                "id": saved.id,
                "name": saved.address.name,
                "lines": ", ".join(markets.lines(saved.address, request.language)[1:]),
                "is_default": saved.is_default,
            }
            for saved in accounts.addresses_of(person_id)
        ],
        "fields": fields,
        "fields_open": error is not None,
    }
    return page(request, "account", values, title=_("Your account"), status=status_of(error) if error else 200)
