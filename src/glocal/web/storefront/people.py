"""Signing in and up, and what an account keeps: orders, addresses."""

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from glocal.platform.accounts import facade as accounts
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.web.storefront.bags import remember
from glocal.web.storefront.fields import Field, address_fields, email_field, marked, names, password_field
from glocal.web.storefront.installable import readable_offline
from glocal.web.storefront.orderpages import address_of_order, row
from glocal.web.storefront.pages import page
from glocal.web.storefront.requests import ShopRequest, person_of


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: ShopRequest) -> HttpResponse:
    """Sign in; what was in the bag comes along."""
    fields = [email_field(request.POST), password_field(new=False)]
    if request.method != "POST":
        return _sign_page(request, fields, new=False)
    try:
        person = accounts.sign_in(
            request, email=request.POST.get("email", ""), password=request.POST.get("password", "")
        )
    except DomainError as error:
        return _sign_page(request, fields, new=False, error=error)
    return _welcome(request, person.id)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: ShopRequest) -> HttpResponse:
    """Open an account and be signed in."""
    typed = request.POST if request.method == "POST" else _known_of_guest(request)
    name = Field("name", _("Name"), typed.get("name", "")[:120], autocomplete="name", max_length=120)
    fields = [name, email_field(typed), password_field(new=True)]
    if request.method != "POST":
        return _sign_page(request, fields, new=True)
    email, password = typed.get("email", ""), typed.get("password", "")
    try:
        accounts.sign_up(
            email=email,
            password=password,
            name=typed.get("name", ""),
            language=request.language,
            market=request.market.code,
        )
        person = accounts.sign_in(request, email=email, password=password)
    except DomainError as error:
        return _sign_page(request, fields, new=True, error=error)
    return _welcome(request, person.id)


def _known_of_guest(request: ShopRequest) -> dict[str, str]:
    """Name and e-mail of the guest's order that the sign-up leads back to; its link is what entitles to see them."""
    wanted = urlsplit(_next(request))
    token = parse_qs(wanted.query).get("t", [""])[-1]
    number = wanted.path.rpartition("/")[2]
    if not token or wanted.path != f"{request.prefix}/orders/{number}":
        return {}
    try:
        order = orders.order_for(number=number, person_id=None, token=token)
    except DomainError:
        return {}
    return {"email": order.email, "name": order.address.get("name", "")}


@require_POST
def sign_out(request: ShopRequest) -> HttpResponse:
    accounts.sign_out(request)
    return remember(HttpResponseRedirect(f"{request.prefix}/"), 0)


def _welcome(request: ShopRequest, person_id: UUID) -> HttpResponse:
    checkout.merge(visitor_id=request.visitor_id, person_id=person_id)
    count = checkout.cart_count(checkout.Buyer(request.visitor_id, person_id))
    return remember(HttpResponseRedirect(_next(request)), count)


def _next(request: ShopRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return f"{request.prefix}/account"


def _sign_page(
    request: ShopRequest, fields: list[Field], *, new: bool, error: DomainError | None = None
) -> HttpResponse:
    there = "sign-in" if new else "sign-up"
    values: dict[str, Any] = {
        "fields": marked(fields, error),
        "error": "" if error is None or names(fields, error) else text_of(error),
        "action": f"{request.prefix}/{'sign-up' if new else 'sign-in'}",
        "next": _next(request),
        "button": _("Open an account") if new else _("Sign in"),
        "lead": _("Your orders and addresses in one place, and buying in two taps.") if new else "",
        "other": {
            "href": f"{request.prefix}/{there}",
            "label": _("I have an account") if new else _("I am new here"),
        },
    }
    title = _("Open an account") if new else _("Sign in")
    return page(request, "sign", values, title=title, status=status_of(error) if error else 200)


@never_cache
@require_safe
def account(request: ShopRequest) -> HttpResponse:
    """Orders and addresses of who is signed in."""
    person_id = person_of(request)
    if person_id is None:
        return _to_sign_in(request)
    return readable_offline(_account(request, person_id), person_id)


@require_POST
def add_address(request: ShopRequest) -> HttpResponse:
    """Keep an address of this country."""
    person_id = person_of(request)
    if person_id is None:
        return _to_sign_in(request)
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
        return _to_sign_in(request)
    with suppress(DomainError, ValueError):  # gone already: what was wanted is so
        accounts.remove_address(person_id=person_id, address_id=UUID(request.POST.get("id", "")))
    return HttpResponseRedirect(f"{request.prefix}/account")


@require_POST
def claim(request: ShopRequest) -> HttpResponse:
    """Bring an order that was bought as a guest into the account."""
    person_id = person_of(request)
    if person_id is None:
        return _to_sign_in(request)
    number, token = request.POST.get("number", ""), request.POST.get("token", "")
    orders.claim(number=number, token=token, person_id=person_id)
    return HttpResponseRedirect(address_of_order(request, number, token) + "&kept=1")


def _to_sign_in(request: ShopRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{request.prefix}/sign-in?next={request.prefix}/account")


def _account(request: ShopRequest, person_id: UUID, error: DomainError | None = None) -> HttpResponse:
    person = accounts.person(person_id)
    fields = marked(address_fields(request.market.code, request.language, request.POST), error)
    values: dict[str, Any] = {
        "name": person.name or _("you"),
        "email": person.email or "",
        "error": "" if error is None or names(fields, error) else text_of(error),
        "orders": [row(request, summary) for summary in orders.orders_of(person_id)],
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
