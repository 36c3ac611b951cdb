"""After the sale: things sent back, parcels that never came, and where refunds are; for the owner or by the link."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from glocal.content.media.facade import FileTooBig, picture_from_dict
from glocal.platform.http import bodies
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel import clock
from glocal.platform.kernel.errors import DomainError, Invalid
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.returns import facade as returns
from glocal.web.storefront import pictures, promises
from glocal.web.storefront.bags import buyer_of, remember
from glocal.web.storefront.fields import address_fields, marked, names
from glocal.web.storefront.pages import day_text, money, page
from glocal.web.storefront.requests import ShopRequest, person_of

MOST_BYTES = 20 * 1024 * 1024
"""Of one photo; what media takes."""
BANK_TAKES = timedelta(days=7)
"""Calendar days in which most banks have booked a refund: five working days."""
WALLET_TAKES = timedelta(days=1)
WALLETS = {"paypal": "PayPal", "grabpay": "GrabPay", "dana": "DANA"}

REASONS = {
    "changed_mind": gettext_noop("I changed my mind"),
    "too_small": gettext_noop("It is too small"),
    "too_big": gettext_noop("It is too big"),
    "damaged": gettext_noop("It arrived damaged"),
    "wrong_item": gettext_noop("It is not what I ordered"),
    "not_as_shown": gettext_noop("It is not as shown"),
}
STATES = {
    "requested": gettext_noop("We look at your photos and answer within a day."),
    "approved": gettext_noop("Print the label, put it on the parcel and hand it in at any counter of the carrier."),
    "in_transit": gettext_noop("Your parcel is on its way to us."),
    "received": gettext_noop("Your parcel is here. We are looking at what is in it."),
    "refunded": gettext_noop("We have taken it back, and your money is on its way."),
    "exchanged": gettext_noop("We have taken it back, and what you chose instead is on its way."),
    "refused": gettext_noop("We could not take it back."),
    "withdrawn": gettext_noop("You kept it."),
}
STEPS = ("requested", "approved", "in_transit", "received", "done")
CLAIMS = {
    "open": gettext_noop("You told us that this parcel never came. We answer within a day."),
    "resent": gettext_noop("We have sent it to you again."),
    "refunded": gettext_noop("Your money is on its way."),
    "refused": gettext_noop("The carrier has found it. Look at its journey above."),
}


@bodies.takes(105 * bodies.MB)  # five photos and the form around them
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: ShopRequest, number: str) -> HttpResponse:
    """The form to send things back, and what it asks for."""
    order = order_of(request, number)
    if request.method != "POST":
        return _form(request, order)
    try:
        returns.request_return(
            order=order,
            lines=_asked(request),
            reason=request.POST.get("reason", ""),
            note=request.POST.get("note", ""),
            photos=_Photos(request.FILES.getlist("photos")),
            key=f"{order.id}:{request.POST.get('key', '')[:80]}",
        )
    except DomainError as error:
        return _form(request, order_of(request, number), error)
    return HttpResponseRedirect(f"{request.prefix}/orders/{order.number}?t={order.token}#returns")


@require_POST
def keep(request: ShopRequest, number: str, returned: str) -> HttpResponse:
    """The shopper keeps the things after all."""
    order = order_of(request, number)
    returns.withdraw(order_id=order.id, number=returned)
    return HttpResponseRedirect(f"{request.prefix}/orders/{order.number}?t={order.token}#returns")


@never_cache
@require_safe
def label(request: ShopRequest, number: str, returned: str) -> HttpResponse:
    """The label of a return, to print."""
    order = order_of(request, number)
    content = returns.label_of(order.id, returned)
    return HttpResponse(content, content_type="application/pdf", headers={"X-Robots-Tag": "noindex"})


@require_POST
def lost(request: ShopRequest, number: str) -> HttpResponse:
    """A parcel that never came."""
    order = order_of(request, number)
    returns.claim_lost(order=order, parcel=request.POST.get("parcel", ""), want=request.POST.get("want", ""))
    return HttpResponseRedirect(f"{request.prefix}/orders/{order.number}?t={order.token}#parcels")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def readdress(request: ShopRequest, number: str) -> HttpResponse:
    """Another address for an order that is not being packed yet."""
    order = order_of(request, number)
    country, error = order.address.get("country", order.market), None
    if request.method == "POST":
        try:
            address = markets.check_address(country, request.POST, request.language)
            checkout.change_address(order=order, address=address, actor_id=person_of(request))
            return HttpResponseRedirect(f"{request.prefix}/orders/{order.number}?t={order.token}#address")
        except DomainError as refusal:
            error = refusal
    typed = request.POST if request.method == "POST" else order.address
    fields = marked(address_fields(country, request.language, typed), error)
    values = {
        "number": order.number,
        "token": order.token,
        "address_here": f"{request.prefix}/orders/{order.number}",
        "fields": fields,
        "error": "" if error is None or (isinstance(error, Invalid) and names(fields, error)) else text_of(error),
    }
    title = _("Change the address")
    return page(request, "order_address", values, title=title, status=status_of(error) if error else 200)


@require_POST
def buy_again(request: ShopRequest, number: str) -> HttpResponse:
    """Put what is still sold of an order into the bag; the bag says what it costs now."""
    order = order_of(request, number)
    request.keep_visitor = True
    buyer = buyer_of(request)
    for line in order.lines:
        with suppress(DomainError):  # not sold here any more, or the bag is full: the bag shows what is in it
            checkout.add(buyer=buyer, market=request.market, variant_id=line.variant_id, quantity=line.quantity)
    return remember(request, HttpResponseRedirect(f"{request.prefix}/bag"), checkout.cart_count(buyer))


def order_of(request: ShopRequest, number: str) -> orders.OrderView:
    """An order, for who holds its link or owns it. Raises OrderNotFound."""
    token = request.POST.get("t") or request.GET.get("t")
    return orders.order_for(number=number.upper(), person_id=person_of(request), token=token or None)


class _Photos(Sequence[bytes]):
    """Uploads, read one by one and only when somebody asks for them; too large ones are refused unread."""

    def __init__(self, files: Sequence[Any]) -> None:
        if any((one.size or 0) > MOST_BYTES for one in files):
            raise FileTooBig(field="photos", megabytes=MOST_BYTES // 1024**2)
        self._files = files

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, place: Any) -> Any:
        return bytes(self._files[place].read())


def _asked(request: ShopRequest) -> list[returns.Asked]:
    """What the form asks for, a line told of twice (7 and 07) with the sum of its units."""
    asked: dict[int, returns.Asked] = {}
    for name in request.POST:
        text, units = name.removeprefix("line-"), request.POST.get(name, "")[:9]
        if text != name and _is_number(text) and len(text) < 19 and _is_number(units) and int(units):
            line, exchange = int(text), _variant(request.POST.get(f"exchange-{text}", ""))
            before = asked.get(line, returns.Asked(line, 0))
            asked[line] = returns.Asked(line, before.quantity + int(units), before.exchange or exchange)
    return list(asked.values())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _variant(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise returns.CannotExchange(field="exchange") from error


def _form(request: ShopRequest, order: orders.OrderView, error: DomainError | None = None) -> HttpResponse:
    until = returns.deadline(order)
    lines = returns.returnable(order)
    values = {
        "number": order.number,
        "token": order.token,
        "address_here": f"{request.prefix}/orders/{order.number}",
        "error": text_of(error) if error else "",
        "fault": error.field if error else "",
        "key": request.POST.get("key") or str(uuid4()),
        "lines": [_returnable(request, line) for line in lines],
        "own_rules": promises.of_lines([line.kind for line in lines], order.market),
        "reasons": [(code, _(REASONS[code])) for code in returns.REASONS],
        "reason": request.POST.get("reason", ""),
        "note": request.POST.get("note", "")[:1000],
        "until": _("Until {day} for any reason; until {later} if something is wrong with it.").format(
            day=day_text(request, until.changed_mind), later=day_text(request, until.faulty)
        ),
        "most": returns.MOST_PHOTOS,
    }
    return page(request, "return", values, title=_("Send back"), status=status_of(error) if error else 200)


def _returnable(request: ShopRequest, line: returns.Returnable) -> dict[str, Any]:
    title = markets.pick(line.title, request.language)
    return {
        "id": line.line_id,
        "title": title,
        "options": markets.pick(line.options, request.language) if line.options else "",
        "picture": pictures.framed(picture_from_dict(line.cover) if line.cover else None, pictures.SMALL, name=title),
        "quantities": range(line.left + 1),
        "chosen": request.POST.get(f"line-{line.line_id}", "0"),
        "choices": [
            (str(one.variant_id), markets.pick(one.options, request.language) if one.options else one.sku)
            for one in line.choices
        ],
        "exchange": request.POST.get(f"exchange-{line.line_id}", ""),
    }


def of_page(
    request: ShopRequest,
    order: orders.OrderView,
    parcels: tuple[shipping.ShipmentInfo, ...],
    refunds: tuple[orders.RefundInfo, ...],
) -> dict[str, Any]:
    """What the order's page shows of all this; nothing is read for an order that is not paid."""
    if order.paid_at is None:
        return {}
    can_send_back = order.status == "delivered" and any(
        line.quantity > line.refunded_quantity + line.returning_quantity for line in order.lines
    )
    return {
        "returns": [_return(request, one) for one in returns.returns_of(order.id)],
        "refunds": [_refund(request, one) for one in refunds],
        "can_send_back": can_send_back,
        "send_back_until": _until(request, order, parcels) if can_send_back else "",
    }


def _until(request: ShopRequest, order: orders.OrderView, parcels: tuple[shipping.ShipmentInfo, ...]) -> str:
    """The last day for any reason, while it is not over."""
    try:
        last = returns.deadline(order, parcels).changed_mind
    except returns.NotDelivered:  # history from elsewhere has no parcels
        return ""
    if last < markets.local_day(clock.now(), order.market):
        return ""
    return _("For any reason until {day}.").format(day=day_text(request, last))


def claims_on_page(
    request: ShopRequest, order: orders.OrderView, parcels: tuple[shipping.ShipmentInfo, ...]
) -> dict[UUID, dict[str, Any]]:
    """By parcel: whether it can be told of as lost, from when, and what became of a claim."""
    if order.status not in {"shipped", "delivered", "packing"}:
        return {}
    told = {one.shipment_id: one for one in returns.claims_of(order.id)}
    today = markets.local_day(clock.now(), order.market)
    found: dict[UUID, dict[str, Any]] = {}
    for parcel in parcels:
        since = returns.claimable_from(parcel)
        if parcel.id in told:
            found[parcel.id] = {"said": _(CLAIMS[told[parcel.id].status])}
        elif since and since <= today:
            found[parcel.id] = {"can": True, "number": parcel.number}
        elif since:
            text = _("If it is not there by {day}, tell us here and we send it again or refund it.")
            found[parcel.id] = {"said": text.format(day=day_text(request, since))}
    return found


def _return(request: ShopRequest, one: returns.ReturnView) -> dict[str, Any]:
    over = {"refunded", "exchanged"}
    here = STEPS.index("done" if one.status in over else one.status) if one.status in {*over, *STEPS} else -1
    names = (_("Asked for"), _("Approved"), _("On its way to us"), _("Received"), _("Settled"))
    return {
        "number": one.number,
        "what": [
            f"{line.quantity} × {markets.pick(line.title, request.language)}"
            + (f" → {markets.pick(line.exchange, request.language)}" if line.exchange else "")
            for line in one.lines
        ],
        "reason": _(REASONS.get(one.reason, one.reason)),
        "said": one.answer if one.status == "refused" and one.answer else _(STATES[one.status]),
        "legs": [
            {"name": name, "state": "done" if place < here or here == 4 else "now" if place == here else "next"}
            for place, name in enumerate(names)
        ]
        if here >= 0
        else [],
        "label": one.has_label and one.status in {"approved", "in_transit"},
        "label_soon": not one.has_label and one.status == "approved",
        "can_keep": one.status in {"requested", "approved"},
        "at": day_text(request, one.requested_at),
    }


def _refund(request: ShopRequest, one: orders.RefundInfo) -> dict[str, str]:
    amount = money(request, one.amount)
    if one.state == "failed":
        text = _("{amount} could not be sent back. We will find another way and write to you.").format(amount=amount)
    elif one.done_at is None:
        text = _("{amount} is being sent back since {day}.").format(
            amount=amount, day=day_text(request, one.created_at)
        )
    elif one.method in WALLETS:
        text = _("{amount} was sent to {wallet} on {day}, usually there by {later}.").format(
            amount=amount,
            wallet=WALLETS[one.method],
            day=day_text(request, one.done_at),
            later=day_text(request, one.done_at + WALLET_TAKES),
        )
    else:
        text = _("{amount} was sent to your bank on {day}, usually there by {later}.").format(
            amount=amount, day=day_text(request, one.done_at), later=day_text(request, one.done_at + BANK_TAKES)
        )
    return {"text": text, "state": one.state}
