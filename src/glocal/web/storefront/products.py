"""The product page: what it is, what it costs to the door, which of its kinds, and Buy."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.web.storefront import beside, galleries, promises, seen, shell, sizecharts
from glocal.web.storefront.choosing import ASKED, VARIANT, Choice, chips, choice_of, cost
from glocal.web.storefront.estimates import explained
from glocal.web.storefront.pages import day_text, kept, money
from glocal.web.storefront.priceproofs import cut_of
from glocal.web.storefront.requests import ShopRequest
from glocal.web.storefront.structured import product_data


@require_safe
def product(request: ShopRequest, slug: str) -> HttpResponse:
    """A product; to htmx only the offer of the chosen variant, and what else follows from the choice."""
    shown = catalog.product_page(market=request.market.code, language=request.language, slug=slug)
    choice, now = choice_of(shown, request.GET.dict()), clock.now()
    days = _days(request, choice.variant.landed, now) if choice.variant.landed else None
    cut = cut_of(request, choice.priced, now)
    facts = (shown, choice.variant.id, choice.asked, days, cut, _return_kind(shown))
    if request.htmx:
        moved = galleries.is_another(request, choice)
        values = {"days": days, "cut": cut, "oob": True, "moved": moved}
        offer = kept(request, "offer", (*facts, moved), lambda: _chosen(request, choice) | values)
        offer.headers["HX-Replace-Url"] = choice.address(request)
        return offer

    seen.look_at(request, shown.id)

    def whole() -> dict[str, Any]:
        return _values(request, choice) | {"days": days, "cut": cut}

    return kept(request, "product", (*facts, request.get_host()), whole, title=shown.title)


def _return_kind(shown: catalog.ProductPage) -> str:
    return catalog.return_kind(shown.trail[-1].path) if shown.trail else ""


def _values(request: ShopRequest, choice: Choice) -> dict[str, Any]:
    shown = choice.shown
    return {
        "product": shown,
        "style": shell.file("css/product.css"),
        "data": product_data(request, shown),
        "description": [paragraph for paragraph in shown.description.split("\n") if paragraph.strip()],
        "specs": _specs(request, shown, choice.priced),
        "comes_back": promises.of_product(request, _return_kind(shown)),
        **beside.values(request, shown),
        "country": markets.country_name(request.market.code, request.language),
        **_chosen(request, choice),
    }


def _chosen(request: ShopRequest, choice: Choice) -> dict[str, Any]:
    """What follows from the choice: the pictures' order, the size chart's mark, and the offer."""
    return {
        "gallery": galleries.gallery(request, choice),
        "sizes": sizecharts.view(request, choice),
        **_offer(request, choice),
    }


def _offer(request: ShopRequest, choice: Choice) -> dict[str, Any]:
    priced, landed = choice.priced, choice.priced.landed
    asked = Money(landed["total"], landed["currency"]) if landed else priced.price
    query = urlencode({VARIANT: priced.sku})
    page = f"{request.prefix}/p/{choice.shown.slug}"
    return {
        "ask": _(ASKED[choice.asked[0]]) if choice.asked else "",
        "asked": choice.asked[0] if choice.asked else "",
        "from_price": len({cost(other) for other in choice.able}) > 1,
        "variant": priced.id,
        "in_stock": priced.in_stock,
        "options": chips(request, choice),
        "price": money(request, asked),
        "about": explained(request, asked),
        "parts": landed_parts(request, landed) if landed else (),
        "inside": _inside(request, landed) if landed else "",
        "estimate": bool(landed and landed["estimate"]),
        "ways_href": f"{page}/delivery?{query}",
        "prices_href": f"{page}/prices?{query}",
    }


def landed_parts(request: ShopRequest, landed: Mapping[str, Any]) -> list[dict[str, str]]:
    """The lines of a landed price; a line of zero is left out, except delivery, whose being free is worth saying."""
    names = {"goods": _("Goods"), "shipping": _("Delivery"), "tax": _("Tax"), "duty": _("Duty"), "fees": _("Fees")}
    return [
        {"label": name, "amount": money(request, Money(landed[key], landed["currency"])) if landed[key] else _("free")}
        for key, name in names.items()
        if landed.get(key) or key == "shipping"
    ]


def _inside(request: ShopRequest, landed: Mapping[str, Any]) -> str:
    """The tax that stands inside goods and delivery, where prices are shown with it."""
    if not landed.get("tax_included"):
        return ""
    tax = money(request, Money(landed["tax_included"], landed["currency"]))
    return _("Includes {tax} of tax.").format(tax=tax)


def _days(request: ShopRequest, landed: Mapping[str, Any], now: datetime) -> tuple[str, str] | None:
    """When it would come if it were bought now, whenever the landed price was worked out."""
    if landed.get("parcels"):
        sent = [(UUID(warehouse_id), least, most) for warehouse_id, least, most in landed["parcels"]]
        first, last = shipping.arrival(sent, request.market.code, now)
    elif landed.get("days_max"):
        today = markets.local_day(now, request.market)
        first, last = (today + timedelta(days=landed[key]) for key in ("days_min", "days_max"))
    else:
        return None
    return day_text(request, first), day_text(request, last)


def _specs(request: ShopRequest, shown: catalog.ProductPage, variant: catalog.VariantView) -> list[tuple[str, str]]:
    rows = [(attribute.label, ", ".join(attribute.values)) for attribute in shown.attributes]
    if shown.origin:
        rows.append((_("Made in"), markets.country_name(shown.origin, request.language)))
    weight = markets.format_number(variant.weight_g, request.language, request.market)
    rows.append((_("Weight, packed"), _("{grams} g").format(grams=weight)))
    rows.append((_("Article"), variant.sku))
    return rows
