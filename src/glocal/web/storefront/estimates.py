"""Prices in another currency beside the charged one, an estimate by the day's rate. What is charged never changes."""

from datetime import date
from urllib.parse import urlsplit

from babel import Locale
from babel.core import parse_locale
from babel.numbers import get_currency_name, get_territory_currencies
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy
from glocal.web.storefront.requests import ShopRequest

CURRENCY = privacy.cookie("currency", gettext_noop("Remembers the other currency you want to see."), privacy.YEAR)
CURRENCIES = tuple(sorted({market.currency for market in (*markets.all_markets(), markets.get("CN"))}))
_rates: ProcessCache[tuple[str, str, date], markets.Rate | None] = ProcessCache(seconds=3600, grace=60)


def chosen(request: ShopRequest) -> str:
    """The other currency that this browser wants to see; empty for none, and for the one that is charged anyway."""
    wanted = request.COOKIES.get(CURRENCY.name, "")
    return wanted if wanted in CURRENCIES and wanted != request.market.currency else ""


def rate(request: ShopRequest) -> markets.Rate | None:
    """Today's rate from the market's currency to the chosen one; asked of the database once an hour and process."""
    wanted = chosen(request)
    if not wanted:
        return None
    day = markets.local_day(clock.now(), request.market)
    return _rates.get((request.market.currency, wanted, day), lambda: _rate(request.market.currency, wanted, day))


def _rate(base: str, quote: str, day: date) -> markets.Rate | None:
    try:
        return markets.rate(base, quote, day)
    except markets.MissingRate:
        return None


def about(request: ShopRequest, amount: Money) -> str:
    """The amount in the chosen currency; empty where none is chosen, no rate is known or it is charged in another."""
    found = rate(request)
    if found is None or amount.currency != request.market.currency:
        return ""
    return markets.format_money(amount.exchange(found.rate, chosen(request)), request.language, request.market)


def explained(request: ShopRequest, amount: Money) -> str:
    """The same as a sentence that says what is charged and of which day the rate is."""
    found, shown = rate(request), about(request, amount)
    if found is None or not shown:
        return ""
    day = markets.format_date(found.on, request.language, request.market)
    charged = _("About {sum}, charged in {currency}.").format(sum=shown, currency=amount.currency)
    return charged + " " + _("Rate of {day}; your bank may take another.").format(day=day)


def choices(request: ShopRequest) -> list[tuple[str, str, bool]]:
    """Code, name and whether it is chosen, of each other currency: the one of the visitor's home first."""
    locale = Locale.parse(request.language, sep="-")
    home, now = at_home(request), chosen(request)
    others = [code for code in CURRENCIES if code != request.market.currency]
    return [(code, get_currency_name(code, locale=locale), code == now) for code in sorted(others, key=home.__ne__)]


def at_home(request: ShopRequest) -> str:
    """The currency of the country that the browser's languages name; Chinese without a country means China's."""
    tags = [tag for tag, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500].lower())]
    for tag in tags:
        try:
            country = parse_locale(tag, sep="-")[1]
        except ValueError:
            continue
        found = get_territory_currencies(country) if country else []
        if found and found[-1] in CURRENCIES:
            return str(found[-1])
    return "CNY" if tags and tags[0].startswith("zh") else ""


@require_safe
def choose(request: ShopRequest, code: str) -> HttpResponse:
    """Keep the choice (anything that is no currency ends it), and back to the page it was made on."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    inside = came_from.netloc == request.get_host() and came_from.path.startswith(f"{request.prefix}/")
    back = came_from.path + (f"?{came_from.query}" if came_from.query else "") if inside else f"{request.prefix}/"
    response = HttpResponseRedirect(back)
    if code in CURRENCIES:
        CURRENCY.keep(request, response, code)
    else:
        CURRENCY.drop(request, response)
    return response
