"""Keeping exchange rates up to date."""

from django.conf import settings

from glocal.platform.jobs import periodic
from glocal.platform.markets.feeds import fetch_rates


@periodic("markets.fetch_rates", cron="20 15-18 * * 1-5 0")
def fetch() -> None:
    """Ask the configured feed, if there is one, on working days after it publishes (about 16:00 in Frankfurt)."""
    if settings.FX_FEED_URL:
        fetch_rates(settings.FX_FEED_URL)
