"""The product page: what it is, what it costs to the door, which of its kinds, and Buy."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.web.storefront import cards, pictures, promises
from glocal.web.storefront.pages import day_text, kept, money
from glocal.web.storefront.requests import ShopRequest

SKU = "sku"
ASKED = {"size": gettext_noop("Choose a size"), "length": gettext_noop("Choose a length")}
"""Options that only the shopper can know, and what to say until one is chosen."""


def address_of(request: ShopRequest, slug: str, sku: str) -> str:
    """Of a product's page with that variant chosen."""
    return f"{request.prefix}/p/{slug}?{urlencode({SKU: sku})}"


@require_safe
def product(request: ShopRequest, slug: str) -> HttpResponse:
    """A product; to htmx only the offer of the chosen variant."""
    shown = catalog.product_page(market=request.market.code, language=request.language, slug=slug)
    variant = chosen_variant(shown, request.GET)
    open_options = unchosen(shown, variant, request.GET)
    days = _days(request, variant.landed) if variant.landed else None
    facts = (shown, variant.id, open_options, days, _return_kind(shown))
    if request.htmx:
        offer = kept(request, "offer", facts, lambda: _offer(request, shown, variant, open_options) | {"days": days})
        offer.headers["HX-Replace-Url"] = _address(request, shown, variant, open_options)
        return offer

    def values() -> dict[str, Any]:
        return _values(request, shown, variant, open_options) | {"days": days}

    return kept(request, "product", facts, values, title=shown.title)


def _return_kind(shown: catalog.ProductPage) -> str:
    return catalog.return_kind(shown.trail[-1].path) if shown.trail else ""


def _address(
    request: ShopRequest, shown: catalog.ProductPage, variant: catalog.VariantView, open_options: tuple[str, ...]
) -> str:
    """Of the page as it is now chosen."""
    if not open_options:
        return address_of(request, shown.slug, variant.sku)
    chosen = {code: value for code, value in variant.options.items() if code not in open_options}
    return f"{request.prefix}/p/{shown.slug}" + (f"?{urlencode(chosen)}" if chosen else "")


def _values(
    request: ShopRequest, shown: catalog.ProductPage, variant: catalog.VariantView, open_options: tuple[str, ...]
) -> dict[str, Any]:
    gallery = [
        pictures.framed(picture, pictures.HERO, language=request.language, first=place == 0)
        for place, picture in enumerate(shown.gallery)
    ] or [pictures.framed(None, "", name=shown.title)]
    return {
        "product": shown,
        "gallery": mark_safe("".join(gallery)),  # noqa: S308
        "description": [paragraph for paragraph in shown.description.split("\n") if paragraph.strip()],
        "specs": _specs(request, shown, variant),
        "comes_back": promises.of_product(request, _return_kind(shown)),
        "similar": cards.joined(request, shown.similar),
        "country": markets.country_name(request.market.code, request.language),
        **_offer(request, shown, variant, open_options),
    }


def chosen_variant(shown: catalog.ProductPage, chosen: Mapping[str, str]) -> catalog.VariantView:
    """The variant named by its ``sku``, else the one that agrees with most of what was chosen; one in stock if equal.

    The first options weigh most.
    """
    named = next((variant for variant in shown.variants if variant.sku == chosen.get(SKU)), None)
    if named is not None:
        return named
    wanted = [(option.code, chosen.get(option.code)) for option in shown.options]

    def agreement(variant: catalog.VariantView) -> tuple[list[bool], bool]:
        return [code in variant.options and variant.options[code] == value for code, value in wanted], variant.in_stock

    return max(shown.variants, key=agreement)


def unchosen(shown: catalog.ProductPage, variant: catalog.VariantView, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the options that nobody should be given by chance: of a size that has others in stock, one is chosen."""
    if chosen.get(SKU) == variant.sku:
        return ()
    return tuple(
        option.code
        for option in shown.options
        if option.code in ASKED
        and chosen.get(option.code) not in {value.code for value in option.values}
        and len({other.options.get(option.code) for other in _kin(shown, variant) if other.in_stock}) > 1
    )


def _kin(shown: catalog.ProductPage, variant: catalog.VariantView) -> list[catalog.VariantView]:
    """The variants that differ from this one in size only."""
    fixed = {code: value for code, value in variant.options.items() if code not in ASKED}
    return [other for other in shown.variants if fixed.items() <= other.options.items()]


def _offer(
    request: ShopRequest, shown: catalog.ProductPage, variant: catalog.VariantView, open_options: tuple[str, ...]
) -> dict[str, Any]:
    able = [other for other in _kin(shown, variant) if other.in_stock] if open_options else [variant]
    variant = min(able, key=_cost)  # what is not chosen yet costs at least this
    landed = variant.landed
    return {
        "ask": _(ASKED[open_options[0]]) if open_options else "",
        "asked": open_options[0] if open_options else "",
        "from_price": len({_cost(other) for other in able}) > 1,
        "address": f"{request.prefix}/p/{shown.slug}",
        "variant": variant.id,
        "in_stock": variant.in_stock,
        "options": [_option(shown, option, variant, open_options) for option in shown.options],
        "price": money(request, Money(landed["total"], landed["currency"]) if landed else variant.price),
        "parts": landed_parts(request, landed) if landed else (),
        "estimate": bool(landed and landed["estimate"]),
    }


def landed_parts(request: ShopRequest, landed: Mapping[str, Any]) -> list[dict[str, str]]:
    """The lines of a landed price; a line of zero is left out, except delivery, whose being free is worth saying."""
    names = {"goods": _("Goods"), "shipping": _("Delivery"), "tax": _("Tax"), "duty": _("Duty"), "fees": _("Fees")}
    return [
        {"label": name, "amount": money(request, Money(landed[key], landed["currency"])) if landed[key] else _("free")}
        for key, name in names.items()
        if landed.get(key) or key == "shipping"
    ]


def _days(request: ShopRequest, landed: Mapping[str, Any]) -> tuple[str, str] | None:
    """When it would come if it were bought now, whenever the landed price was worked out."""
    now = clock.now()
    if landed.get("parcels"):
        sent = [(UUID(warehouse_id), least, most) for warehouse_id, least, most in landed["parcels"]]
        first, last = shipping.arrival(sent, request.market.code, now)
    elif landed.get("days_max"):
        today = markets.local_day(now, request.market)
        first, last = (today + timedelta(days=landed[key]) for key in ("days_min", "days_max"))
    else:
        return None
    return day_text(request, first), day_text(request, last)


def _cost(variant: catalog.VariantView) -> int:
    return int(variant.landed["total"]) if variant.landed else variant.price.minor


def _option(
    shown: catalog.ProductPage,
    option: catalog.ProductOption,
    variant: catalog.VariantView,
    open_options: tuple[str, ...],
) -> dict[str, Any]:
    others = {code: value for code, value in variant.options.items() if code not in {option.code, *open_options}}
    values = []
    for value in option.values:
        fitting = [
            other
            for other in shown.variants
            if other.options.get(option.code) == value.code
            and all(other.options.get(code) == kept for code, kept in others.items())
        ]
        values.append(
            {
                "code": value.code,
                "label": value.label,
                "hex": value.hex,
                "checked": option.code not in open_options and variant.options.get(option.code) == value.code,
                "out": not any(other.in_stock for other in fitting),
            }
        )
    chosen = next((value["label"] for value in values if value["checked"]), "")
    return {"code": option.code, "label": option.label, "values": values, "chosen": chosen}


def _specs(request: ShopRequest, shown: catalog.ProductPage, variant: catalog.VariantView) -> list[tuple[str, str]]:
    rows = [(attribute.label, ", ".join(attribute.values)) for attribute in shown.attributes]
    if shown.origin:
        rows.append((_("Made in"), markets.country_name(shown.origin, request.language)))
    weight = markets.format_number(variant.weight_g, request.language, request.market)
    rows.append((_("Weight, packed"), _("{grams} g").format(grams=weight)))
    rows.append((_("Article"), variant.sku))
    return rows


def variant_id(text: str) -> UUID | None:
    """The id in ``text``; None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
