"""Reading the table of markets."""

from django.conf import settings

from glocal.platform.markets.errors import UnknownMarket
from glocal.platform.markets.table import MARKETS, SHOPS
from glocal.platform.markets.types import Market


def get(code: str) -> Market:
    """The market of a country code in capitals, the home market CN among them. Raises UnknownMarket."""
    try:
        return MARKETS[code]
    except KeyError:
        raise UnknownMarket(field="market", market=code, known=", ".join(market.code for market in SHOPS)) from None


def all_markets() -> tuple[Market, ...]:
    """The markets that have a shop; the home market CN has none (``get("CN")`` gives it)."""
    return SHOPS


def support_email(code: str) -> str:
    """Where the shoppers of a market write to (GLOCAL_SUPPORT_EMAILS); without one, where our letters come from."""
    return str(settings.SUPPORT_EMAILS.get(code) or settings.SUPPORT_EMAILS[""])
