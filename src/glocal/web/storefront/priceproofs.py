"""The evidence behind a price: what it was in the last weeks, and the lowest of the thirty days before a cut."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from glocal.transaction.pricing import facade as pricing
from glocal.web.storefront import shell
from glocal.web.storefront.choosing import address_of, choice_of
from glocal.web.storefront.pages import fragment, money, page
from glocal.web.storefront.requests import ShopRequest

LAWS = {"DE": "§ 11 PAngV", "FR": "Code de la consommation, art. L112-1-1"}
"""How member states took over art. 6a of Directive 98/6/EC (as changed by 2019/2161): who announces a cut names the
lowest price of the thirty days before it. Elsewhere it is the shop's own promise.
"""
LAW_SAYS = gettext_noop("The law here asks for this price beside a reduction: {law} (Directive 98/6/EC, Article 6a).")
PROMISE = gettext_noop("No law asks for this here. It is our own promise, the same in every country.")


def cut_of(request: ShopRequest, variant: catalog.VariantView, now: datetime) -> dict[str, str] | None:
    """The reduction that the price is, while it is news; None otherwise."""
    if variant.prior is None or variant.reduced_at is None or now - variant.reduced_at > pricing.THIRTY_DAYS:
        return None
    if variant.price.minor >= variant.prior.minor:
        return None
    return {
        "was": money(request, variant.prior),
        "percent": str((variant.prior.minor - variant.price.minor) * 100 // variant.prior.minor),
        "since": markets.format_date(variant.reduced_at, request.language, request.market),
    }


@never_cache
@require_safe
def prices(request: ShopRequest, slug: str) -> HttpResponse:
    """Every price of the chosen variant in the last sixty days: a part of the product page, or a page of its own."""
    shown = catalog.product_page(market=request.market.code, language=request.language, slug=slug)
    variant, now = choice_of(shown, request.GET.dict()).priced, clock.now()
    spans = pricing.recent(variant.id, request.market.code, now - pricing.TOLD, now)
    law = LAWS.get(request.market.code)
    cut = cut_of(request, variant, now)
    values = {
        "product": shown,
        "variant": variant,
        "back": address_of(request, slug, variant.sku),
        "rows": [_row(request, span, now) for span in reversed(spans)],
        "cut": cut,
        "why": (_(LAW_SAYS).format(law=law) if law else _(PROMISE)) if cut else "",
        "line": _line(spans, now),
    }
    if request.htmx:
        return fragment(request, "prices", values)
    return page(request, "prices_page", values | {"style": shell.file("css/product.css")}, title=_("Prices so far"))


def _row(request: ShopRequest, span: pricing.PastPrice, now: datetime) -> dict[str, Any]:
    first = markets.format_date(span.valid_from, request.language, request.market)
    when = _("since {first}").format(first=first)
    if span.valid_to is not None and span.valid_to <= now:
        last = markets.format_date(span.valid_to, request.language, request.market)
        when = first if first == last else _("{first} to {last}").format(first=first, last=last)
    return {"when": when, "amount": money(request, span.money)}


def _line(spans: Sequence[pricing.PastPrice], now: datetime) -> str:
    """The points of a stepped line in a box of 300 by 60, oldest first; empty while there was one price only."""
    if len(spans) < 2:
        return ""
    begin = max(now - pricing.TOLD, spans[0].valid_from)
    least, most = (figure(span.money.minor for span in spans) for figure in (min, max))
    points = []
    for span in spans:
        height = 55 - round(50 * (span.money.minor - least) / max(1, most - least))
        ends = (max(begin, span.valid_from), min(now, span.valid_to or now))
        points += [f"{round(300 * (moment - begin) / (now - begin))},{height}" for moment in ends]
    return " ".join(points)
