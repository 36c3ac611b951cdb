"""Buying: one page, or one sheet over the product, that ends in one button saying the sum."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from glocal.platform.accounts import facade as accounts
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError, Invalid, Unavailable
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.payments import facade as payments
from glocal.web.storefront.bags import buyer_of, line_view, remember, whole
from glocal.web.storefront.fields import address_fields, email_field, marked, names
from glocal.web.storefront.orderpages import address_of_order, keep_waiting_order, method_name
from glocal.web.storefront.pages import day_text, fragment, page
from glocal.web.storefront.requests import ShopRequest, person_of
from glocal.web.storefront.sums import nothing, sums_of

SPEEDS = {"economy": gettext_noop("Economy"), "standard": gettext_noop("Standard"), "express": gettext_noop("Express")}
SAVED = "saved:"
WORTH_SAYING = {"no_service", "too_heavy", "value_cap", "out_of_stock"}
"""Why a delivery is missing, where another address or fewer things would bring it back."""


class AddressGone(Invalid):
    """The saved address that was chosen is no longer in the book."""

    code = "address_gone"
    message = gettext_noop("That address is no longer in your book. Choose another.")


Typed = Mapping[str, str]


@never_cache
@require_safe
def buy(request: ShopRequest) -> HttpResponse:
    """Buy one thing now: the sheet to htmx, else the same on a page."""
    request.keep_visitor = True
    lines = _lines(request.GET)
    values = _values(request, lines, request.GET)
    if request.htmx:
        return fragment(request, "sheet", values)
    return page(request, "checkout", values, title=_("Buy"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout_page(request: ShopRequest) -> HttpResponse:
    """Buy what is in the bag; an empty one leads back to the bag, which says so."""
    request.keep_visitor = True
    if request.method == "POST":
        return _pay(request)
    if not checkout.cart_lines(buyer_of(request)):
        return HttpResponseRedirect(f"{request.prefix}/bag")
    return page(request, "checkout", _values(request, None, request.GET), title=_("Checkout"))


@require_POST
def quote(request: ShopRequest) -> HttpResponse:
    """The parts of the form that follow from place and delivery choice."""
    values = _values(request, _lines(request.POST), request.POST)
    return fragment(request, "quote", values | {"oob_sums": True})


def _pay(request: ShopRequest) -> HttpResponse:
    """Buy. A refusal shows the form again with what was typed; nothing is kept of it."""
    lines = _lines(request.POST)
    try:
        bought = checkout.buy(_buy_request(request, lines))
    except checkout.AlreadyPlaced as error:  # sent again from an older page: show what there is
        return _leading(request, address_of_order(request, error.details["number"], error.details["token"]))
    except DomainError as error:
        return _refused(request, lines, error)
    answer = _leading(request, bought.action_url or address_of_order(request, bought.number, bought.token))
    keep_waiting_order(request, answer, bought.number, bought.token)
    return answer if lines else remember(request, answer, 0)


def _leading(request: ShopRequest, address: str) -> HttpResponse:
    """The browser goes there. htmx is told by a header: a fetch may not follow to another site."""
    if request.htmx:
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = address
        return response
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _refused(request: ShopRequest, lines: tuple[checkout.Wanted, ...] | None, error: DomainError) -> HttpResponse:
    """What is wrong, at its fields. htmx gets those parts alone, so that the card's frame keeps what was typed."""
    values = _values(request, lines, request.POST, error)
    if request.htmx:
        return fragment(request, "refusal", values | {"oob_sums": True})
    response = page(request, "checkout", values, title=_("Checkout"), status=status_of(error))
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _faults(request: ShopRequest, typed: Typed) -> list[DomainError]:
    """All that is wrong with what was typed, whichever of it was refused first."""
    faults: list[DomainError] = []
    if person_of(request) is None:
        try:
            checkout.require_email(typed.get("email", "").strip())
        except DomainError as fault:
            faults.append(fault)
    if not typed.get("saved_address"):
        faults += markets.address_faults(request.market.code, typed, request.language)
    return faults


def _buy_request(request: ShopRequest, lines: tuple[checkout.Wanted, ...] | None) -> checkout.BuyRequest:
    typed = request.POST
    person_id = person_of(request)
    address = _address(request, typed)
    person = accounts.person(person_id) if person_id else None
    if person_id and typed.get("save_address"):
        accounts.save_address(person_id=person_id, address=address)
    method, saved = _method(request, typed)
    return checkout.BuyRequest(
        key=typed.get("key", ""),
        buyer=buyer_of(request),
        market=request.market.code,
        language=request.language,
        email=(typed.get("email") or (person.email if person else "") or "").strip(),
        address=address,
        delivery_code=typed.get("delivery", ""),
        method=method,
        expected_total=whole(typed.get("total", "")),
        return_url=request.build_absolute_uri(f"{request.prefix}/checkout/return"),
        lines=lines,
        token=typed.get("payment_token") or None,
        saved_method_id=saved,
        save_method=bool(person_id and typed.get("save_method")),
    )


def _address(request: ShopRequest, typed: Typed) -> markets.Address:
    person_id, chosen = person_of(request), typed.get("saved_address")
    if person_id and chosen:
        for saved in accounts.addresses_of(person_id):
            if str(saved.id) == chosen and saved.address.country == request.market.code:
                return saved.address
        raise AddressGone(field="saved_address")
    return markets.check_address(request.market.code, typed, request.language)


def _method(request: ShopRequest, typed: Typed) -> tuple[str, UUID | None]:
    chosen, person_id = typed.get("method", ""), person_of(request)
    if not chosen.startswith(SAVED):
        return chosen, None
    kept = payments.saved_methods(person_id) if person_id else ()
    for saved in kept:
        if SAVED + str(saved.id) == chosen:
            return saved.method, saved.id
    raise checkout.UnknownMethod(field="method")


def _lines(typed: Typed) -> tuple[checkout.Wanted, ...] | None:
    """The one thing to buy now; None for the bag."""
    if "variant" not in typed:
        return None
    try:
        return (checkout.Wanted(UUID(typed["variant"]), whole(typed.get("quantity", "1"))),)
    except ValueError:
        return (checkout.Wanted(UUID(int=0), 1),)  # for sale nowhere: the quote says so


def _values(
    request: ShopRequest, lines: tuple[checkout.Wanted, ...] | None, typed: Typed, error: DomainError | None = None
) -> dict[str, Any]:
    person_id = person_of(request)
    sheet = _sheet(request, lines, typed)
    book = _book(request, typed, sheet.address_id)
    settled = next((saved for saved in book if saved["checked"]), None)
    faults = [] if error is None else [error, *_faults(request, typed)]
    fields = marked(
        address_fields(request.market.code, request.language, typed, required=not book, requote=True), *faults
    )
    contact = [] if person_id else marked([email_field(typed)], *faults)
    said = "" if error is None or names([*fields, *contact], error) else text_of(error)
    return {
        "error": said or (sheet.problem if error is None else "") or "",
        "lines": [line_view(request, line) for line in sheet.quote.lines] if sheet.quote else [],
        "hidden": _hidden(lines, typed),
        "known": person_id is not None,
        "email_field": contact[0] if contact else None,
        "addresses": book,
        "settled": settled,
        "fields": fields,
        "methods": _methods(sheet, typed),
        "fields_url": _hosted_fields(request),
        "here": request.get_full_path() if request.method == "GET" else "/checkout",
        "back": f"{request.prefix}/bag",
        **_quoted(request, sheet.quote),
    }


def _sheet(request: ShopRequest, lines: tuple[checkout.Wanted, ...] | None, typed: Typed) -> checkout.BuySheet:
    """What the facade makes of the choices."""
    address = None
    if typed.get("saved_address"):
        person_id = person_of(request)
        kept = accounts.addresses_of(person_id) if person_id else []
        address = next((saved.address for saved in kept if str(saved.id) == typed["saved_address"]), None)
    elif "postcode" in typed or "region" in typed or "city" in typed:
        place = {name: typed.get(name, "")[:100] for name in ("region", "postcode", "city")}
        address = markets.Address.from_dict(place | {"country": request.market.code})
    buyer, choice = buyer_of(request), typed.get("delivery") or None
    return checkout.sheet(buyer, request.market, request.language, lines=lines, address=address, delivery_code=choice)


def _quoted(request: ShopRequest, quoted: checkout.Quote | None) -> dict[str, Any]:
    if quoted is None:
        return {"options": [], "sums": nothing(request), "missing": []}
    return {
        "options": [_option(request, choice, quoted.option.code) for choice in quoted.choices],
        "sums": sums_of(request, quoted.totals),
        "missing": [shipping.explain(missing) for missing in quoted.missing if missing.reason in WORTH_SAYING],
    }


def _option(request: ShopRequest, choice: checkout.DeliveryChoice, chosen: str) -> dict[str, Any]:
    option, sums = choice.option, sums_of(request, choice.totals)
    first, last = (day_text(request, day) for day in (option.earliest, option.latest))
    return {
        "code": option.code,
        "name": _(SPEEDS.get(option.code, option.code)),
        "dates": first if first == last else _("{first} to {last}").format(first=first, last=last),
        "parts": sums.parts[1:],  # all but the goods, which cost the same by every delivery
        "total": sums.total,
        "checked": option.code == chosen,
    }


def _book(request: ShopRequest, typed: Typed, usual: UUID | None) -> list[dict[str, Any]]:
    person_id = person_of(request)
    if person_id is None:
        return []
    chosen = typed.get("saved_address", str(usual) if usual else None)
    return [
        {
            "id": saved.id,
            "name": saved.address.name,
            "lines": ", ".join(markets.lines(saved.address, request.language)[1:]),
            "checked": str(saved.id) == chosen,
        }
        for saved in accounts.addresses_of(person_id)
        if saved.address.country == request.market.code
    ]


def _methods(sheet: checkout.BuySheet, typed: Typed) -> list[dict[str, Any]]:
    methods = [
        {
            "code": f"{SAVED}{saved.id}",
            "name": saved.brand.title() or saved.label or method_name(saved.method),
            "more": f"•••• {saved.last4}" if saved.last4 else saved.label,
        }
        for saved in sheet.saved_methods
    ]
    methods += [{"code": method, "name": method_name(method), "more": ""} for method in sheet.methods]
    codes = [method["code"] for method in methods]
    chosen = typed.get("method") if typed.get("method") in codes else codes[0]
    return [method | {"checked": method["code"] == chosen} for method in methods]


def _hosted_fields(request: ShopRequest) -> str:
    origin = f"{request.scheme}://{request.get_host()}"
    return payments.hosted_fields(origin=origin, language=request.language, theme=request.market.theme).url


def _hidden(lines: tuple[checkout.Wanted, ...] | None, typed: Typed) -> list[tuple[str, str]]:
    hidden = [("key", typed.get("key") or str(uuid4()))]
    if lines:
        hidden += [("variant", str(lines[0].variant_id)), ("quantity", str(lines[0].quantity))]
    return hidden
