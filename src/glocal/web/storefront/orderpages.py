"""An order: waiting for its payment, then its way from paid to yours."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from glocal.content.media.facade import picture_from_dict
from glocal.platform.accounts import facade as accounts
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.payments import facade as payments
from glocal.web.storefront import aftersales, papers, pictures
from glocal.web.storefront.installable import readable_offline
from glocal.web.storefront.pages import day_text, fragment, money, page
from glocal.web.storefront.requests import ShopRequest, person_of
from glocal.web.storefront.sums import sums_of

WAITING = privacy.cookie("waiting", gettext_noop("Leads you from the payment back to your order."), 2 * 60 * 60)

CANCELLABLE = {"placed", "paid", "packing"}
STEPS = ("paid", "packing", "shipped", "delivered")
UNDER_WAY = {"picked_up", "departed", "customs", "out_for_delivery", "delivered"}
"""News that a parcel is with its carrier; others can come before."""
NEWS = {
    "label_created": gettext_noop("The parcel is packed."),
    "picked_up": gettext_noop("The carrier has it."),
    "departed": gettext_noop("It has left the country it came from."),
    "customs": gettext_noop("It is with customs."),
    "out_for_delivery": gettext_noop("It is out for delivery."),
    "delivered": gettext_noop("It was delivered."),
    "exception": gettext_noop("Something holds it up. We are looking into it with the carrier."),
    "returned": gettext_noop("It is on its way back to us."),
}


def method_name(method: str) -> str:
    """A way to pay as people call it."""
    return aftersales.WALLETS.get(method) or _("Card")


def address_of_order(request: ShopRequest, number: str, token: str) -> str:
    return f"{request.prefix}/orders/{number}?t={token}"


def keep_waiting_order(request: ShopRequest, response: HttpResponseBase, number: str, token: str) -> None:
    """Remember which order this browser went to pay for: the provider's return address is made before its number."""
    WAITING.keep(request, response, f"{number}.{token}")


@never_cache
@require_safe
def came_back(request: ShopRequest) -> HttpResponse:
    """Where providers send the browser back to: ask once how the payment stands, then show the order."""
    number, _dot, token = request.COOKIES.get(WAITING.name, "").partition(".")
    order = orders.order_for(number=number, person_id=None, token=token or None)
    attempts = payments.of_order(order.id)
    if order.status == "placed" and attempts:
        with suppress(DomainError):  # the page asks again, and so does the poller
            payments.look_up(attempts[0].id)
    return HttpResponseRedirect(address_of_order(request, number, token))


@never_cache
@require_safe
def order(request: ShopRequest, number: str) -> HttpResponse:
    """An order, for who holds its link or owns it."""
    found = found_order(request, number)
    response = _page(request, found)
    if found.status != "placed" and found.person_id is not None and found.person_id == person_of(request):
        readable_offline(response, found.person_id)
    if found.status == "placed":  # opened from the e-mail or on another device, it can be paid here as well
        keep_waiting_order(request, response, found.number, found.token)
    return response


@never_cache
@require_safe
def state(request: ShopRequest, number: str) -> HttpResponse:
    """Only how it stands; the page asks for it every two seconds while the payment is not settled."""
    found = found_order(request, number)
    if not request.htmx:
        return HttpResponseRedirect(address_of_order(request, number, found.token))
    values = _state(request, found)
    if not values["waiting"]:  # what can be done has changed with it: show the whole page
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = address_of_order(request, number, found.token)
        return response
    return fragment(request, "order_state", values)


@require_POST
def cancel(request: ShopRequest, number: str) -> HttpResponse:
    """Cancel an order that has not left."""
    found = found_order(request, number)
    person_id = person_of(request)
    try:
        orders.cancel_order(order_id=found.id, reason="by the shopper", actor_id=person_id)
    except DomainError as error:
        return _page(request, found_order(request, number), error)
    return HttpResponseRedirect(address_of_order(request, number, found.token))


@require_POST
def pay_again(request: ShopRequest, number: str) -> HttpResponse:
    """Another attempt to pay, at the provider's own page."""
    found = found_order(request, number)
    try:
        bought = checkout.pay_again(
            order=found,
            method=request.POST.get("method", ""),
            key=request.POST.get("key", ""),
            return_url=request.build_absolute_uri(f"{request.prefix}/checkout/return"),
        )
    except DomainError as error:
        return _page(request, found_order(request, number), error)
    response = HttpResponseRedirect(bought.action_url or address_of_order(request, number, found.token))
    response.status_code = 303
    keep_waiting_order(request, response, found.number, found.token)
    return response


def found_order(request: ShopRequest, number: str) -> orders.OrderView:
    token = request.POST.get("t") or request.GET.get("t")
    return orders.order_for(number=number.upper(), person_id=person_of(request), token=token or None)


def _page(request: ShopRequest, found: orders.OrderView, error: DomainError | None = None) -> HttpResponse:
    person_id = person_of(request)
    address = markets.Address.from_dict(found.address)
    parcels = shipping.track(found.id) if found.status in STEPS else ()
    refunds = orders.refunds_of(found.id) if found.paid_at and found.refunded else ()
    values = _state(request, found, parcels) | {
        "error": text_of(error) if error else "",
        "lines": [_line(request, line) for line in found.lines],
        "sums": sums_of(request, found.totals),
        "refunded": _("{amount} was paid back.").format(amount=money(request, found.refunded))
        if found.refunded
        else "",
        "address": markets.lines(address, request.language),
        "email": found.email,
        "kept": "kept" in request.GET and person_id is not None and found.person_id == person_id,
        "claimable": person_id is not None and found.person_id is None,
        "keepable": person_id is None and found.person_id is None,
        "passkey_refused": request.GET.get("passkey") == "refused",
        "offer_passkey": found.status in STEPS
        and person_id is not None
        and person_id == found.person_id
        and not accounts.passkeys_of(person_id),
        "address_with_token": address_of_order(request, found.number, found.token),
        "cancellable": found.status in CANCELLABLE,
        "bought": found.status in STEPS,
        "can_readdress": found.status == "paid"
        and bool(parcels)
        and all(parcel.status in {"planned", "cancelled"} for parcel in parcels),
        "parcels": _parcels(request, parcels, aftersales.claims_on_page(request, found, parcels)),
        "papers": papers.links(request, found, refunds),
        "owns": person_id is not None and found.person_id == person_id,
        "links_ended": request.GET.get("links") == "ended",
        **aftersales.of_page(request, found, parcels, refunds),
    }
    return page(
        request, "order", values, title=f"{_('Order')} {found.number}", status=status_of(error) if error else 200
    )


def _line(request: ShopRequest, line: orders.LineView) -> dict[str, Any]:
    back, title = line.refunded_quantity, markets.pick(line.title, request.language)
    return {
        "title": title,
        "options": markets.pick(line.options, request.language) if line.options else "",
        "quantity": line.quantity,
        "picture": pictures.framed(picture_from_dict(line.cover) if line.cover else None, pictures.SMALL, name=title),
        "amount": money(request, line.line),
        "id": line.id,
        "kinds": bool(line.options) and not back,
        "refunded": _("{n} refunded").format(n=back) if back else "",
    }


def _state(
    request: ShopRequest, found: orders.OrderView, parcels: tuple[shipping.ShipmentInfo, ...] = ()
) -> dict[str, Any]:
    attempts: tuple[payments.PaymentView, ...] = payments.of_order(found.id) if found.status == "placed" else ()
    declined = bool(attempts) and attempts[0].over
    code = attempts[0].decline_code if declined else ""
    headline, explanation = _words(request, found, code, declined, moving=bool(_heard(parcels) & UNDER_WAY))
    return {
        "number": found.number,
        "token": found.token,
        "address_here": f"{request.prefix}/orders/{found.number}",
        "headline": headline,
        "explanation": explanation,
        "waiting": found.status == "placed" and not declined,
        "action_url": attempts[0].action_url if attempts and not declined else "",
        "pay_again": declined,
        "methods": [(method, method_name(method)) for method in payments.methods_for(found.market)] if declined else [],
        "key": str(uuid4()),
        "legs": _legs(request, found, parcels) if found.status in STEPS else [],
    }


def _words(
    request: ShopRequest, found: orders.OrderView, decline_code: str, declined: bool, *, moving: bool
) -> tuple[str, str]:
    """What has happened, and what comes next."""
    if declined:
        return _("The payment did not go through."), payments.decline_text(decline_code)
    if found.status == "placed":
        return _("Waiting for your payment."), _("This page moves on by itself as soon as the payment is confirmed.")
    if found.status == "expired":
        return _("This order was not paid in time."), _("Nothing was charged. You can put the things in the bag again.")
    if found.status == "cancelled":
        paid = found.paid_at is not None
        return _("This order is cancelled."), (
            _("What you paid goes back the way it came.") if paid else _("Nothing was charged.")
        )
    if found.status == "delivered":
        return _("It is yours."), _("We hope it is just right.")
    when = _expected(request, found)
    if found.status == "shipped":
        return _("On its way to you.") if moving else _("Packed. The carrier takes it next."), when
    return _("Thank you. It is yours soon."), when


def _expected(request: ShopRequest, found: orders.OrderView) -> str:
    if found.earliest is None or found.latest is None:
        return ""
    first, last = (day_text(request, day) for day in (found.earliest, found.latest))
    return _("Expected between {first} and {last}. If it is late, write to us with the order number.").format(
        first=first, last=last
    )


def _legs(
    request: ShopRequest, found: orders.OrderView, parcels: tuple[shipping.ShipmentInfo, ...]
) -> list[dict[str, str]]:
    """The way from paid to yours: where it is, by the last thing that happened, and what comes."""
    abroad = any(parcel.ship_from != found.market for parcel in parcels)
    steps = [_("Paid"), _("Packed"), _("On its way"), *([_("Customs")] if abroad else []), _("Yours")]
    heard = _heard(parcels)
    if found.status == "delivered":
        here = len(steps) - 1
    elif abroad and "customs" in heard:
        here = steps.index(_("Customs"))
    elif heard & UNDER_WAY:
        here = steps.index(_("On its way"))
    elif found.status == "shipped" or "label_created" in heard:
        here = steps.index(_("Packed"))
    else:
        here = 0
    times = [""] * len(steps)
    if here + 1 < len(steps):
        times[here + 1] = _("comes next")
        times[-1] = _("by {day}").format(day=day_text(request, found.latest)) if found.latest else times[-1]
    times[0] = day_text(request, found.paid_at) if found.paid_at else ""
    states = ["done" if place < here else "now" if place == here else "next" for place in range(len(steps))]
    return [{"name": name, "at": at, "state": how} for name, at, how in zip(steps, times, states, strict=True)]


def _heard(parcels: tuple[shipping.ShipmentInfo, ...]) -> set[str]:
    """What the carriers have told of any of the parcels."""
    return {step.code for parcel in parcels for step in parcel.steps}


def _parcels(
    request: ShopRequest, parcels: tuple[shipping.ShipmentInfo, ...], claims: Mapping[UUID, Any]
) -> list[dict[str, Any]]:
    """Parcels that have a number to follow or go out once more, each with its news, the newest first."""
    return [
        {
            "carrier": markets.pick(parcel.service_name, request.language),
            "tracking": parcel.tracking_number,
            "href": parcel.tracking_url,
            "claim": claims.get(parcel.id),
            "why": _why_again(parcel),
            "promised": ""
            if parcel.status == "delivered"
            else _("Expected between {first} and {last}.").format(
                first=day_text(request, parcel.promised_from), last=day_text(request, parcel.promised_to)
            ),
            "events": [
                {
                    "text": _news(parcel, step.code),
                    "at": markets.format_moment(step.at, request.language, request.market),
                    "place": step.place,
                }
                for step in parcel.steps
            ],
        }
        for parcel in parcels
        if parcel.tracking_number or parcel.steps or (parcel.owner_id and parcel.status != "cancelled")
    ]


def _news(parcel: shipping.ShipmentInfo, code: str) -> str:
    """What a step means; a parcel that crosses no border leaves no country."""
    if code == "departed" and parcel.ship_from == parcel.market:
        return _("It is on its way.")
    return _(NEWS.get(code, code))


def _why_again(parcel: shipping.ShipmentInfo) -> str:
    """What a parcel is that goes out beside those of the purchase."""
    if parcel.owner_id is None:
        return ""
    text = _("What you chose instead.") if parcel.in_exchange else _("Sent again, for the one that never came.")
    return text if parcel.tracking_number else text + " " + _("We are packing it.")


def row(request: ShopRequest, summary: orders.OrderSummary) -> dict[str, Any]:
    """One line of a person's list of orders."""
    title = markets.pick(summary.title, request.language) if summary.title else summary.number
    others = summary.quantity - 1
    cover = picture_from_dict(summary.cover) if summary.cover else None
    return {
        "href": address_of_order(request, summary.number, summary.token),
        "number": summary.number,
        "title": title if others < 1 else _("{title} and {n} more").format(title=title, n=others),
        "total": money(request, summary.total),
        "at": markets.format_date(summary.placed_at, request.language, request.market),
        "state": _(orders.STATES.get(summary.status, summary.status)),
        "picture": pictures.framed(cover, pictures.SMALL, name=title),
    }
