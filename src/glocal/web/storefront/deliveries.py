"""When a product would come to a place, by which delivery and for how much; and why a delivery is missing."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from glocal.content.catalog import facade as catalog
from glocal.platform.accounts import facade as accounts
from glocal.platform.http.problems import text_of
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.web.storefront import shell
from glocal.web.storefront.checkouts import SPEEDS
from glocal.web.storefront.choosing import VARIANT, address_of, choice_of
from glocal.web.storefront.pages import day_text, fragment, page
from glocal.web.storefront.requests import ShopRequest, person_of
from glocal.web.storefront.sums import sums_of

PLACE = privacy.cookie("place", gettext_noop("Remembers the place you asked delivery for."), 182 * privacy.DAY)
FEW = 5
"""Units from which on it is worth saying how many are left."""


@never_cache
@require_safe
def deliveries(request: ShopRequest, slug: str) -> HttpResponse:
    """Every delivery of one unit of the chosen variant to my place: a part of the product page, or its own page."""
    shown = catalog.product_page(market=request.market.code, language=request.language, slug=slug)
    variant = choice_of(shown, request.GET.dict()).priced
    typed = {name: request.GET[name][:80] for name in ("postcode", "region") if name in request.GET}
    problem, place = "", _kept_place(request)
    if typed:
        try:
            place = markets.check_place(request.market.code, language=request.language, **typed)
        except DomainError as error:
            problem = text_of(error)
    values = {
        "product": shown,
        "variant": variant,
        "action": f"{request.prefix}/p/{slug}/delivery",
        "back": address_of(request, slug, variant.sku),
        "parameter": VARIANT,
        "place": _place_text(request, place),
        "fields": _fields(request, place, typed),
        "problem": problem,
        **_ways(request, variant, place),
    }
    if request.htmx:
        answer = fragment(request, "deliveries", values)
    else:
        styles = {"style": shell.file("css/product.css")}
        answer = page(request, "deliveries_page", values | styles, title=_("Delivery dates"))
    if typed and not problem:
        _keep_place(request, answer, place)
    return answer


def _ways(request: ShopRequest, variant: catalog.VariantView, place: markets.Place) -> dict[str, Any]:
    """One statement: the goods with their stock."""
    wanted = (checkout.Wanted(variant.id, 1),)
    try:
        quote = checkout.quote_to(
            request.market, request.language, wanted, region=place.region, postcode=place.postcode
        )
    except DomainError as error:
        return {"ways": [], "missing": [], "none": text_of(error), "left": 0}
    available = quote.lines[0].available
    return {
        "ways": [_way(request, choice) for choice in quote.choices],
        "missing": [(_(SPEEDS[missing.code]), shipping.explain(missing)) for missing in quote.missing],
        "none": "",
        "left": available if available <= FEW else 0,
    }


def _way(request: ShopRequest, choice: checkout.DeliveryChoice) -> dict[str, Any]:
    option, sums = choice.option, sums_of(request, choice.totals)
    first, last = (day_text(request, day) for day in (option.earliest, option.latest))
    return {
        "name": _(SPEEDS.get(option.code, option.code)),
        "dates": first if first == last else _("{first} to {last}").format(first=first, last=last),
        "parts": sums.parts,
        "total": sums.total,
    }


def _kept_place(request: ShopRequest) -> markets.Place:
    """What was asked for last in this country, else the person's usual address, else nothing but the country."""
    country, region, postcode = [*request.COOKIES.get(PLACE.name, "").split("|"), "", ""][:3]
    if country != request.market.code:
        region, postcode = _usual(request)
    try:
        return markets.check_place(request.market.code, region=region, postcode=postcode, language=request.language)
    except DomainError:  # a cookie that somebody changed, or an address of other days
        return markets.Place(request.market.code, "", "", "")


def _usual(request: ShopRequest) -> tuple[str, str]:
    person_id = person_of(request)
    book = accounts.addresses_of(person_id) if person_id else ()
    here = [saved for saved in book if saved.address.country == request.market.code]
    if not here:
        return "", ""
    usual = next((saved for saved in here if saved.is_default), here[0]).address
    return usual.region, usual.postcode


def _keep_place(request: ShopRequest, answer: HttpResponse, place: markets.Place) -> None:
    kept = "|".join((place.country, place.region, place.postcode))
    PLACE.keep(request, answer, kept)


def _place_text(request: ShopRequest, place: markets.Place) -> str:
    country = markets.country_name(request.market.code, request.language)
    return ", ".join(part for part in (place.postcode, place.name, country) if part)


def _fields(request: ShopRequest, place: markets.Place, typed: dict[str, str]) -> list[dict[str, Any]]:
    """The country's postcode; its region where it has no postcodes."""
    form = {field.name: field for field in markets.address_form(request.market.code, request.language).fields}
    field = form.get("postcode") or form.get("region")
    if field is None:
        return []
    value = typed.get(field.name, place.postcode if field.name == "postcode" else place.region)
    return [{"field": field, "value": value}]
