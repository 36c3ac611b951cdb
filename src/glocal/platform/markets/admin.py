"""Exchange rates in the console: to read, with their dates and sources."""

from django.contrib import admin

from glocal.platform.console.records import Records
from glocal.platform.markets.models import FxRate


@admin.register(FxRate)
class FxRateAdmin(Records):
    permission = "prices.view"
    reach = "reference"
    intro = "A price or a tax base is exchanged at the newest rate at or before its day. Rates arrive from the feed."
    list_display = ("pair", "rate", "on", "source")
    numeric = ("rate",)
    list_filter = ("on",)
    search_fields = ("base__exact", "quote__exact")
    search_help_text = "Currency, such as THB"
    ordering = ("-on", "base", "quote")
    facts = ("base", "quote", "rate", "on", "source")

    @admin.display(description="pair", ordering="base")
    def pair(self, rate: FxRate) -> str:
        return f"{rate.base}/{rate.quote}"
