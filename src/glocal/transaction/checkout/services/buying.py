"""Buying: one call, one short transaction, and the payment provider asked after it.

Everything that could refuse is looked at first; then stock is reserved by the guard in its own statement, and order,
tax evidence, payment and event are written with it or not at all: the usual purchase in that one statement, any other
step by step. A repeat of the same key finds the order and goes on from there.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.http.request import validate_host

from glocal.platform.eventing import transactional
from glocal.platform.http.idempotency import KEY_FORM, BadIdempotencyKey, IdempotencyKeyReused
from glocal.platform.kernel import clock
from glocal.platform.kernel.errors import DomainError
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.platform.kernel.parts import Part, tidy, together
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.transaction.checkout import quoting
from glocal.transaction.checkout.errors import (
    AlreadyPlaced,
    BadEmail,
    BadReturnUrl,
    SoldOut,
    TotalChanged,
    UnknownMethod,
)
from glocal.transaction.checkout.models import CartLine
from glocal.transaction.checkout.selectors import cart_lines, destination_of
from glocal.transaction.checkout.services.carts import cart_of
from glocal.transaction.checkout.types import Bought, Buyer, BuyRequest, Quote
from glocal.transaction.orders import facade as orders
from glocal.transaction.payments import facade as payments
from glocal.transaction.tax import facade as tax

TRIES = 5
MOST_EMAIL = 254  # RFC 5321, 4.5.3.1.3


class _Made(NamedTuple):
    placed: orders.Placed
    payment_id: UUID
    to_start: payments.ToStart | None = None
    """Of a payment that this purchase has just made; else it must be read."""


class _Repeated(Exception):
    """Another request with the same key was faster; roll ours back and give its answer."""


def buy(request: BuyRequest) -> Bought:
    """Place the order, reserve its stock and begin its payment. No transaction is open while the provider is asked.

    The same ``key`` from the same buyer always means the same order; nothing is kept of a refused purchase.
    Raises BadIdempotencyKey, AlreadyPlaced, BadEmail, UnknownMethod, BadReturnUrl, AddressElsewhere, CartEmpty,
    BadQuantity, NotForSale, SoldOut, NoDelivery, UnknownDelivery, TotalChanged.
    """
    request = replace(request, language=_spoken(request))
    key = _key(request)
    _check(request)
    placed, payment_id, to_start = _once(request, key)
    if not request.start_payment:
        return _bought(placed, payment_id, payments.Started("created", "", ""))
    started = payments.start(
        payment_id,
        token=request.token,
        save=request.save_method,
        return_url=request.return_url,
        language=request.language,
        order_number=placed.number,
        known=to_start,
    )
    return _bought(placed, payment_id, started)


def _once(request: BuyRequest, key: str) -> _Made:
    """A purchase is taken for a new one until something refuses it: repeats are rare, and look for their order then."""
    for _ in range(TRIES):
        try:
            return _place(request, key)
        except (_Repeated, DomainError) as refusal:
            # What refused this one may be its own twin, which took the last unit or emptied the bag a moment ago.
            placed = _placed_before(request, key)
            if placed is not None:
                return _Made(placed, payments.latest_of(placed.order_id).id)
            if isinstance(refusal, DomainError):
                raise
        # The faster one was rolled back in the meantime, or the number drawn was another order's.
    raise RuntimeError("no order could be placed under this key, and none stands under it")


@transactional
def _next_attempt(order: orders.OrderView, method: str, saved_method_id: UUID | None, key: str) -> UUID:
    return payments.create(
        order_id=order.id,
        amount=order.totals.total,
        method=method,
        person_id=order.person_id,
        saved_method_id=saved_method_id,
        key=f"{order.id}:{key}",
    )


def pay_again(
    *,
    order: orders.OrderView,
    method: str,
    key: str,
    return_url: str,
    token: str | None = None,
    saved_method_id: UUID | None = None,
) -> Bought:
    """Try another way to pay for an order that is still waiting for its payment; ``key`` makes a repeat harmless.

    Raises orders.OrderCannotChange, UnknownMethod, BadIdempotencyKey, IdempotencyKeyReused, BadReturnUrl.
    """
    if order.status != "placed":
        raise orders.OrderCannotChange(state=order.status)
    if method not in payments.methods_for(order.market):
        raise UnknownMethod(field="method")
    if not KEY_FORM.fullmatch(key):
        raise BadIdempotencyKey(field="key")
    _check_return(return_url)
    payment_id = _next_attempt(order, method, saved_method_id, key)
    if payments.payment(payment_id).method != method:
        raise IdempotencyKeyReused(field="Idempotency-Key")
    started = payments.start(
        payment_id, token=token, return_url=return_url, language=order.language, order_number=order.number
    )
    return _bought(orders.Placed(order.id, order.number, order.token), payment_id, started)


def _spoken(request: BuyRequest) -> str:
    """The language for letters and links: one that the market speaks."""
    market, language = markets.get(request.market), request.language.lower()
    return language if language in market.languages else market.language


def _key(request: BuyRequest) -> str:
    if not KEY_FORM.fullmatch(request.key):
        raise BadIdempotencyKey(field="key")
    return f"{request.buyer.person_id or request.buyer.visitor_id}:{request.key}"


def _placed_before(request: BuyRequest, key: str) -> orders.Placed | None:
    placed = orders.placed_before(key)
    if placed is not None and placed.digest != _digest(request):
        raise AlreadyPlaced(field="Idempotency-Key", number=placed.number, token=placed.token)
    return placed


def _digest(request: BuyRequest) -> str:
    """Of all that makes the order; what only its payment needs (a card's token, where to return) may differ."""
    asked = (
        request.market,
        request.language,
        request.email,
        request.address,
        request.delivery_code,
        request.method,
        request.expected_total,
        request.lines,
    )
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()


def require_email(email: str) -> None:
    """That an order's news can be sent there. Raises BadEmail."""
    try:
        validate_email(email)
    except ValidationError:
        raise BadEmail(field="email") from None
    if len(email) > MOST_EMAIL:
        raise BadEmail(field="email")


def _check(request: BuyRequest) -> None:
    require_email(request.email)
    if request.method not in payments.methods_for(request.market):
        raise UnknownMethod(field="method")
    _check_return(request.return_url)


def _check_return(url: str) -> None:
    """A shop's order must not send people to a stranger's page that looks like it."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise BadReturnUrl(field="return_url") from None
    ours = [*settings.ALLOWED_HOSTS, *settings.RETURN_HOSTS]
    if parts.scheme not in {"http", "https"} or "\\" in url or not validate_host(host, ours):
        raise BadReturnUrl(field="return_url")


def _place(request: BuyRequest, key: str) -> _Made:
    market = markets.get(request.market)
    wanted = quoting.joined(request.lines if request.lines is not None else cart_lines(request.buyer))
    goods = quoting.look_up(market, wanted)
    priced = quoting.quote(
        goods,
        destination=destination_of(request.address, market),
        language=request.language,
        delivery_code=request.delivery_code,
    )
    _require_total(request, priced)
    draft = _draft(request, key, goods, priced)
    at_once = _place_at_once(request, draft, priced)
    if at_once is not None:
        return at_once
    with transaction.atomic():
        _reserve(draft, goods, request.language)
        placed = orders.place(draft)
        if placed is None:
            raise _Repeated()
        tax.record(placed.order_id, priced.tax)
        payment_id = payments.create(
            order_id=placed.order_id,
            amount=priced.total,
            method=request.method,
            person_id=request.buyer.person_id,
            saved_method_id=request.saved_method_id,
            key=str(placed.order_id),
        )
        if request.lines is None:
            bought = [line.variant_id for line in wanted]  # what was put in a moment ago stays in
            CartLine.objects.filter(**cart_of(request.buyer), variant_id__in=bought).delete()
    return _Made(placed, payment_id)


_EMPTY_CART = tidy("""
checkout_emptied AS (
  DELETE FROM checkout_cartline USING checkout_cart AS cart, orders_placed
  WHERE cart_id = cart.id AND cart.{owner} = %s AND variant_id = ANY(%s)
)
""")


def _place_at_once(request: BuyRequest, draft: orders.OrderDraft, priced: Quote) -> _Made | None:
    """The usual purchase (one variant from one warehouse) in one statement, all of it or nothing.

    None when it is another kind of purchase or anything stands against it: step by step it may still go (what expired
    is taken over), or is refused with its reason.
    """
    if len(draft.parcels) != 1 or len(draft.parcels[0].lines) != 1 or request.saved_method_id is not None:
        return None
    if connection.in_atomic_block:
        return None  # a failed statement would spoil the caller's transaction
    parcel, ((variant_id, quantity),) = draft.parcels[0], draft.parcels[0].lines
    stock = inventory.reserving(
        owner=draft.order_id,
        line=inventory.ReserveLine(variant_id, parcel.warehouse_id, quantity),
        until=draft.reserved_until,
    )
    order = orders.placing(draft, given="inventory_taken")
    payment = payments.creating(
        order_id=draft.order_id,
        amount=priced.total,
        method=request.method,
        person_id=request.buyer.person_id,
        key=str(draft.order_id),
        given="orders_placed",
    )
    parts = [stock, order.part, tax.recording(draft.order_id, priced.tax, given="orders_placed"), payment.part]
    if request.lines is None:
        parts.append(_emptying_cart(request.buyer, [variant_id]))
    try:
        with connection.cursor() as cursor:
            cursor.execute(*together(*parts, answer="SELECT FROM orders_placed"))
            return _Made(order.receipt, payment.payment_id, payment.to_start) if cursor.rowcount else None
    except IntegrityError:
        return None


def _emptying_cart(buyer: Buyer, variant_ids: list[UUID]) -> Part:
    owner, value = ("person_id", buyer.person_id) if buyer.person_id else ("visitor_id", buyer.visitor_id)
    return Part(_EMPTY_CART.format(owner=owner), (value, variant_ids))


def _require_total(request: BuyRequest, priced: Quote) -> None:
    if priced.total.minor != request.expected_total:
        before = Money(request.expected_total, priced.total.currency)
        raise TotalChanged(
            field="expected_total_minor",
            now=markets.format_money(priced.total, request.language, request.market),
            before=markets.format_money(before, request.language, request.market),
            total=priced.total,
        )


def _draft(request: BuyRequest, key: str, goods: quoting.Goods, priced: Quote) -> orders.OrderDraft:
    return orders.OrderDraft(
        order_id=uuid7(),
        key=key,
        digest=_digest(request),
        person_id=request.buyer.person_id,
        visitor_id=request.buyer.visitor_id,
        email=request.email,
        market=request.market,
        language=request.language,
        totals=priced.totals,
        lines=quoting.draft_lines(goods, priced),
        parcels=quoting.draft_parcels(priced),
        address=request.address.as_dict(),
        delivery_code=priced.option.code,
        earliest=priced.option.earliest,
        latest=priced.option.latest,
        reserved_until=clock.now() + timedelta(minutes=settings.RESERVATION_MINUTES),
    )


def _reserve(draft: orders.OrderDraft, goods: quoting.Goods, language: str) -> None:
    lines = [
        inventory.ReserveLine(variant_id, parcel.warehouse_id, quantity)
        for parcel in draft.parcels
        for variant_id, quantity in parcel.lines
    ]
    try:
        inventory.reserve(owner=draft.order_id, lines=lines, until=draft.reserved_until)
    except inventory.OutOfStock as refusal:
        variant_id = UUID(str(refusal.details["variant_id"]))
        title = markets.pick(goods.items[variant_id].title, language)
        raise SoldOut(
            field="quantity", available=refusal.details["available"], title=title, variant_id=str(variant_id)
        ) from refusal


def _bought(placed: orders.Placed, payment_id: UUID, started: payments.Started) -> Bought:
    return Bought(
        order_id=placed.order_id,
        number=placed.number,
        token=placed.token,
        payment_id=payment_id,
        payment_state=started.state,
        action_url=started.action_url,
        decline_code=started.decline_code,
    )
