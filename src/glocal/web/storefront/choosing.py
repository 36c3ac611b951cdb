"""Which variant of a product is chosen, and the chips that choose another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop

from glocal.content.catalog import facade as catalog
from glocal.web.storefront import pictures
from glocal.web.storefront.requests import ShopRequest

VARIANT, FORMER = "v", "sku"
"""The parameter that names a variant by its article number, and what it was called before."""
ASKED = {"size": gettext_noop("Choose a size"), "length": gettext_noop("Choose a length")}
"""Options that only the shopper can know, and what to say until one is chosen."""


def address_of(request: ShopRequest, slug: str, sku: str) -> str:
    """Of a product's page with that variant chosen."""
    return f"{request.prefix}/p/{slug}?{urlencode({VARIANT: sku})}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen of ``shown``: ``variant``, but for the ``asked`` options, which are still to be chosen.

    ``able`` are the variants that it may become; ``priced`` is the one whose price is shown, the cheapest of them.
    """

    shown: catalog.ProductPage
    variant: catalog.VariantView
    asked: tuple[str, ...]
    able: tuple[catalog.VariantView, ...]
    priced: catalog.VariantView

    @property
    def options(self) -> dict[str, str]:
        return {code: value for code, value in self.variant.options.items() if code not in self.asked}

    def address(self, request: ShopRequest) -> str:
        """Of the page as it is now chosen."""
        if not self.asked:
            return address_of(request, self.shown.slug, self.variant.sku)
        return f"{request.prefix}/p/{self.shown.slug}" + (f"?{urlencode(self.options)}" if self.options else "")


def choice_of(shown: catalog.ProductPage, asked_for: Mapping[str, str]) -> Choice:
    """What the parameters of an address choose."""
    variant = _variant(shown, asked_for)
    asked = _unchosen(shown, variant, asked_for)
    able = tuple(other for other in _kin(shown, variant) if other.in_stock) if asked else (variant,)
    return Choice(shown, variant, asked, able, min(able, key=cost))


def cost(variant: catalog.VariantView) -> int:
    """All in where that is known, in minor units."""
    return int(variant.landed["total"]) if variant.landed else variant.price.minor


def _named(asked_for: Mapping[str, str]) -> str:
    return asked_for.get(VARIANT) or asked_for.get(FORMER) or ""


def _variant(shown: catalog.ProductPage, asked_for: Mapping[str, str]) -> catalog.VariantView:
    """The variant named, else the one that agrees with most of what was chosen; one in stock if equal.

    The first options weigh most.
    """
    named = next((variant for variant in shown.variants if variant.sku == _named(asked_for)), None)
    if named is not None:
        return named
    wanted = [(option.code, asked_for.get(option.code)) for option in shown.options]

    def agreement(variant: catalog.VariantView) -> tuple[list[bool], bool]:
        return [code in variant.options and variant.options[code] == value for code, value in wanted], variant.in_stock

    return max(shown.variants, key=agreement)


def _unchosen(
    shown: catalog.ProductPage, variant: catalog.VariantView, asked_for: Mapping[str, str]
) -> tuple[str, ...]:
    """Codes of the options that nobody should be given by chance: of a size that has others in stock, one is chosen."""
    if _named(asked_for) == variant.sku:
        return ()
    return tuple(
        option.code
        for option in shown.options
        if option.code in ASKED
        and asked_for.get(option.code) not in {value.code for value in option.values}
        and len({other.options.get(option.code) for other in _kin(shown, variant) if other.in_stock}) > 1
    )


def _kin(shown: catalog.ProductPage, variant: catalog.VariantView) -> list[catalog.VariantView]:
    """The variants that differ from this one in size only."""
    fixed = {code: value for code, value in variant.options.items() if code not in ASKED}
    return [other for other in shown.variants if fixed.items() <= other.options.items()]


def chips(request: ShopRequest, choice: Choice) -> list[dict[str, Any]]:
    """Each option with a link for each of its values; one that is sold out says so and can still be looked at."""
    chart = choice.shown.size_chart
    called = catalog.system_in(request.market.code, chart) if chart else ""
    own_names = {row.size: row.labels.get(called, "") for row in chart.rows} if chart and called else {}
    return [
        _option(request, choice, option, own_names if chart and option.code == chart.option else {})
        for option in choice.shown.options
    ]


def _option(
    request: ShopRequest, choice: Choice, option: catalog.ProductOption, own_names: Mapping[str, str]
) -> dict[str, Any]:
    others = {code: value for code, value in choice.options.items() if code != option.code}
    by_picture = any(not value.hex for value in option.values)
    values = []
    for value in option.values:
        wanted = others | {option.code: value.code}
        fitting = [other for other in choice.shown.variants if wanted.items() <= other.options.items()]
        own = own_names.get(value.code, "")
        values.append(
            {
                "code": value.code,
                "label": value.label,
                "hex": value.hex,
                "crop": _crop(choice.shown, fitting) if by_picture else "",
                "own": own if own not in ("", value.label) else "",
                "href": _href(request, choice, wanted, fitting),
                "chosen": choice.options.get(option.code) == value.code,
                "out": not any(other.in_stock for other in fitting),
            }
        )
    chosen = next((value["label"] for value in values if value["chosen"]), "")
    return {"code": option.code, "label": option.label, "chips": values, "chosen": chosen}


def _href(
    request: ShopRequest, choice: Choice, wanted: Mapping[str, str], fitting: Sequence[catalog.VariantView]
) -> str:
    named = next((other for other in fitting if other.options == wanted), None)
    if named is not None:
        return address_of(request, choice.shown.slug, named.sku)
    return f"{request.prefix}/p/{choice.shown.slug}?{urlencode(wanted)}"


def _crop(shown: catalog.ProductPage, fitting: Sequence[catalog.VariantView]) -> SafeString | str:
    """A small picture of a value that has no colour of its own, where its variants have one."""
    ids = {other.picture_id for other in fitting}
    found = next((picture for picture in shown.gallery if picture.id in ids), None)
    return pictures.framed(found, pictures.CHIP) if found else ""
