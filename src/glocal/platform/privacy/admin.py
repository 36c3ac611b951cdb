"""What browsers and people said about optional purposes: proof, to read."""

from django.contrib import admin

from glocal.platform.console.records import MarketFilter, Records, moment
from glocal.platform.privacy.models import Consent


@admin.register(Consent)
class ConsentAdmin(Records):
    permission = "audit.view"
    heading = "Privacy choices"
    intro = "Every answer with its time, the text it was given to, and where. Nothing is changed here, by anybody."
    list_display = ("said_at", "purpose", "granted", "market", "language", "source", "version")
    list_filter = (MarketFilter, "purpose", "granted", "version")
    ordering = ("-at", "-id")
    facts = ("said_at", "purpose", "granted", "market", "language", "source", "version", "browser_id", "person_id")

    @admin.display(description="said", ordering="at")
    def said_at(self, consent: Consent) -> str:
        return moment(consent.at)
