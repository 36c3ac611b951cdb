"""Links of orders: how they end, and the way to a new one, which leads through the order's own mailbox only."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from glocal.platform.http import rates
from glocal.transaction.orders import facade as orders
from glocal.web.storefront.fields import Field, email_field
from glocal.web.storefront.pages import page
from glocal.web.storefront.requests import ShopRequest, person_of

P = ParamSpec("P")

MOST_ASKED = 5
"""Links asked for from one address in a minute."""


def by_link(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """A view of one order; who comes by a link that has ended is shown the way to a new one."""

    @wraps(view)
    def shown(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(*args, **kwargs)
        except orders.OrderLinkEnded as ended:
            return _ended(args[0], str(ended.details["number"]))  # type: ignore[arg-type]

    return shown


@require_POST
def end(request: ShopRequest, number: str) -> HttpResponse:
    """End every link of an order. Its owner needs none; who came by a link finds a new one in the order's mailbox."""
    token = request.POST.get("t") or None
    person_id = person_of(request)
    order = orders.order_for(number=number.upper(), person_id=person_id, token=token)
    owns = person_id is not None and order.person_id == person_id
    orders.end_links(order_id=order.id, actor_id=person_id, mailed=not owns)
    if owns:
        return HttpResponseRedirect(f"{request.prefix}/orders/{order.number}?links=ended")
    return page(request, "order_link", {"said": _said(), "number": "", "fields": []}, title=_("All links have ended."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ShopRequest) -> HttpResponse:
    """Ask for the link of an order. The answer is the same whatever was typed, and takes as long."""
    number, email, token = (request.POST.get(name, "")[:254] for name in ("number", "email", "t"))
    title = _("Find an order")
    if request.method != "POST" or not number or not (email or token):
        fields = [Field("number", _("Order number"), number[:24], max_length=24), email_field(request.POST)]
        return page(request, "order_link", {"fields": fields}, title=title)
    if not rates.allow(MOST_ASKED, "order link", rates.address_of(request)):
        text = _("Too many tries. Wait a minute, then try again.")
        return page(request, "order_link", {"said": text, "bad": True, "fields": []}, title=title, status=429)
    orders.ask_for_link(number=number, email=email, token=token)
    return page(request, "order_link", {"said": _said(), "fields": []}, title=title)


def _said() -> str:
    return _("If we know it, a link is on its way to the order's own e-mail address.")


def _ended(request: HttpRequest, number: str) -> HttpResponse:
    asked: ShopRequest = request  # type: ignore[assignment]
    token = asked.POST.get("t") or asked.GET.get("t") or ""
    values = {"lead": True, "number": number, "token": token, "fields": []}
    response = page(asked, "order_link", values, title=_("This link has ended."), status=410)
    response.headers["Cache-Control"] = "no-store"
    return response
