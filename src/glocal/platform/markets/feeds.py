"""Taking published exchange rates in."""

from itertools import islice

from django.utils.module_loading import import_string

from glocal.platform.kernel.currencies import UnknownCurrency, minor_digits
from glocal.platform.markets.ports import FxFeed
from glocal.platform.markets.rates import save_rates
from glocal.settings.wiring import adapter

_BATCH = 5000


def fetch_rates(address: str) -> int:
    """Store what the wired feed publishes at an address; a currency we do not know is left out. Repeatable.

    No transaction is open while the publisher is spoken to: figures are stored in batches as they arrive.
    Returns how many there were. Raises FeedUnreadable.
    """
    feed: FxFeed = import_string(adapter("platform.markets.fx"))()
    stored = 0
    figures = (figure for figure in feed.fetch(address) if _is_known(figure.base) and _is_known(figure.quote))
    while batch := list(islice(figures, _BATCH)):
        stored += save_rates(batch)
    return stored


def _is_known(currency: str) -> bool:
    try:
        minor_digits(currency)
    except UnknownCurrency:
        return False
    return True
