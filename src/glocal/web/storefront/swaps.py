"""Another size or colour for a line of an order that is not being packed yet."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.transaction.orders import facade as orders
from glocal.transaction.returns import facade as returns
from glocal.web.storefront.aftersales import order_of
from glocal.web.storefront.pages import page
from glocal.web.storefront.requests import ShopRequest, person_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ShopRequest, number: str, line: int) -> HttpResponse:
    """What a line can be changed to at the same price, and the change."""
    order, error = order_of(request, number), None
    bought = next((one for one in order.lines if one.id == line), None)
    if bought is None:
        raise orders.OrderNotFound(number=number)
    if request.method == "POST":
        try:
            wanted = _variant(request.POST.get("variant", ""))
            returns.swap_variant(order=order, line_id=line, variant_id=wanted, actor_id=person_of(request))
            return HttpResponseRedirect(f"{request.prefix}/orders/{order.number}?t={order.token}")
        except DomainError as refusal:
            error = refusal
    values = {
        "number": order.number,
        "token": order.token,
        "address_here": f"{request.prefix}/orders/{order.number}",
        "line": line,
        "title_of_line": markets.pick(bought.title, request.language),
        "now": markets.pick(bought.options, request.language) if bought.options else bought.sku,
        "choices": [
            (str(one.variant_id), markets.pick(one.options_text, request.language) if one.options_text else one.sku)
            for one in (returns.variants_for(order, bought) if order.status == "paid" else ())
        ],
        "error": text_of(error) if error else "",
    }
    title = _("Another size or colour")
    return page(request, "order_variant", values, title=title, status=status_of(error) if error else 200)


def _variant(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise returns.CannotSwap(field="variant") from error
