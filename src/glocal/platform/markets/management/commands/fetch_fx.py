from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from glocal.platform.markets.errors import FeedUnreadable
from glocal.platform.markets.feeds import fetch_rates


class Command(BaseCommand):
    """For the first fill (the feed's history) and for days on which the job could not run."""

    help = "Fetch exchange rates from a feed in the ECB's eurofxref form and store them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default=settings.FX_FEED_URL, help="default: GLOCAL_FX_FEED_URL")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        if not url:
            raise CommandError("No feed is set: give --url or set GLOCAL_FX_FEED_URL.")
        try:
            stored = fetch_rates(url)
        except FeedUnreadable as error:
            raise CommandError(error.message.format(**error.details)) from error
        self.stdout.write(f"{stored} exchange rates stored.")
