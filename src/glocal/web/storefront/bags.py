"""The bag: what is in it, what it comes to at the door, and changing it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from glocal.content.media.facade import picture_from_dict
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError
from glocal.transaction.checkout import facade as checkout
from glocal.web.storefront import pictures
from glocal.web.storefront.choosing import address_of
from glocal.web.storefront.pages import fragment, money, page
from glocal.web.storefront.requests import ShopRequest, person_of
from glocal.web.storefront.shell import BAG
from glocal.web.storefront.sums import nothing, sums_of

Removed = tuple[UUID, int]


def buyer_of(request: ShopRequest) -> checkout.Buyer:
    return checkout.Buyer(request.visitor_id, person_of(request))


@never_cache
@require_safe
def bag(request: ShopRequest) -> HttpResponse:
    """The bag as a page."""
    return _answer(request)


@require_POST
def add(request: ShopRequest) -> HttpResponse:
    """Put something in: a short message to htmx, the bag itself to a browser without script."""
    request.keep_visitor = True
    quantity = whole(request.POST.get("quantity", "1"))
    error: DomainError | None = None
    try:
        variant = uuid_in(request, "variant")
        checkout.add(buyer=buyer_of(request), market=request.market, variant_id=variant, quantity=quantity)
    except DomainError as refusal:
        error = refusal
    if request.htmx and request.htmx.target != "div#bag":  # anywhere but on the bag's own page
        count = checkout.cart_count(buyer_of(request))
        shown = fragment(request, "added", {"error": error and text_of(error), "count": count or ""})
        return remember(request, shown, count)
    if error is None and not request.htmx:
        return remember(request, HttpResponseRedirect(f"{request.prefix}/bag"), checkout.cart_count(buyer_of(request)))
    return _answer(request, error)


@require_POST
def set_quantity(request: ShopRequest) -> HttpResponse:
    """Set how many; none takes it out, and the answer offers to put it back."""
    request.keep_visitor = True
    quantity = whole(request.POST.get("quantity", ""))
    error: DomainError | None = None
    removed: Removed | None = None
    try:
        variant = uuid_in(request, "variant")
        if quantity == 0:
            before = {line.variant_id: line.quantity for line in checkout.cart_lines(buyer_of(request))}
            checkout.remove(buyer=buyer_of(request), variant_id=variant)
            removed = (variant, before[variant]) if variant in before else None
        else:
            checkout.set_quantity(buyer=buyer_of(request), variant_id=variant, quantity=quantity)
    except DomainError as refusal:
        error = refusal
    return _answer(request, error, removed)


def _answer(request: ShopRequest, error: DomainError | None = None, removed: Removed | None = None) -> HttpResponse:
    view = checkout.cart_view(buyer_of(request), request.market, request.language)
    values = _values(request, view) | {
        "error": text_of(error) if error else "",
        "removed": {"variant": removed[0], "quantity": removed[1]} if removed else None,
        "oob": bool(request.htmx),
    }
    status = status_of(error) if error else 200
    if request.htmx:
        return remember(request, fragment(request, "bag_body", values), view.count)
    return remember(request, page(request, "bag", values, title=_("Your bag"), status=status), view.count)


def _values(request: ShopRequest, view: checkout.CartView) -> dict[str, Any]:
    lines = [line_view(request, line) | {"problem": _problem(line)} for line in view.lines]
    lines += [_gone(variant_id) for variant_id in view.unavailable]
    return {
        "lines": lines,
        "count": view.count or "",
        "sums": sums_of(request, view.quote.totals) if view.quote else nothing(request),
        "blocked": view.quote is None or bool(view.unavailable),
    }


def line_view(request: ShopRequest, line: checkout.QuotedLine) -> dict[str, Any]:
    """A line of a quote, ready to show."""
    cover = picture_from_dict(line.cover) if line.cover else None
    return {
        "variant": line.variant_id,
        "href": address_of(request, line.slug, line.sku),
        "title": line.title,
        "options": line.options,
        "picture": pictures.framed(cover, pictures.SMALL, name=line.title),
        "quantity": line.quantity,
        "fewer": line.quantity - 1,
        "more": line.quantity + 1,
        "amount": money(request, line.line),
    }


def _problem(line: checkout.QuotedLine) -> str:
    if line.available >= line.quantity:
        return ""
    return _("Only {left} left.").format(left=line.available) if line.available > 0 else _("Sold out.")


def _gone(variant_id: UUID) -> dict[str, Any]:
    return {
        "variant": variant_id,
        "title": _("No longer sold here"),
        "picture": pictures.framed(None, ""),
        "problem": _("Take it out to go on."),
        "quantity": 0,
        "gone": True,
    }


def remember(request: ShopRequest, response: HttpResponse, count: int) -> HttpResponse:
    """Keep the count in a cookie, so that pages can show it without asking the database."""
    BAG.keep(request, response, str(count))
    return response


def uuid_in(request: ShopRequest, name: str) -> UUID:
    """The id that the form or address carries. Raises NotForSale for anything else."""
    try:
        return UUID(request.POST.get(name) or request.GET.get(name, ""))
    except ValueError:
        raise checkout.NotForSale(field="variant_id", variant_id="") from None


def whole(text: str) -> int:
    """The number typed; -1, which every service refuses, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
