"""Invoices and credit notes of an order, as files to keep."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from glocal.transaction.invoices import facade as invoices
from glocal.transaction.orders import facade as orders
from glocal.web.storefront.requests import ShopRequest, person_of


@never_cache
@require_safe
def paper(request: ShopRequest, number: str, paper: str) -> HttpResponse:
    """One paper of an order (``invoice``, or a number), for who holds the order's link or owns it."""
    token = request.GET.get("t")
    order = orders.order_for(number=number.upper(), person_id=person_of(request), token=token or None)
    name, content = invoices.pdf_of(order, paper)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"', "X-Robots-Tag": "noindex"},
    )


def links(
    request: ShopRequest, order: orders.OrderView, refunds: Sequence[orders.RefundInfo] = ()
) -> list[dict[str, str]]:
    """The papers that the order's page offers: the invoice from the payment on, and a credit note for what went back.

    A credit note that was not issued yet has no number; it gets one when it is opened.
    """
    base = f"{request.prefix}/orders/{order.number}/papers"
    issued = invoices.papers_of(order.id) if order.paid_at else ()
    credited = [one for one in issued if one.kind == "credit_note"]
    sources = {one.source for one in credited}
    waiting = [one for one in refunds if one.state == "done" and f"refund:{one.id}" not in sources]
    invoiced = any(one.kind == "invoice" for one in issued)
    if not invoiced and not invoices.is_due(order):
        return []
    return [
        {"name": _("Invoice (PDF)"), "href": f"{base}/invoice?t={order.token}"},
        *(
            {
                "name": _("Credit note {number} (PDF)").format(number=one.number),
                "href": f"{base}/{one.number}?t={order.token}",
            }
            for one in credited
        ),
        *({"name": _("Credit note (PDF)"), "href": f"{base}/refund:{one.id}?t={order.token}"} for one in waiting),
    ]
