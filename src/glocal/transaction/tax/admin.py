"""Tax rules in the console: to read, with where each comes from and how certain it is."""

import json

from django.contrib import admin
from django.utils.html import format_html, format_html_join

from glocal.platform.http.console import Records, state
from glocal.transaction.tax.models import TaxRule


@admin.register(TaxRule)
class TaxRuleAdmin(Records):
    permission = "tax.view"
    reach = "reference"
    intro = (
        "Loaded from the rule files that come with the product. A correction is a new revision; none is overwritten."
    )
    list_display = ("code", "area_id", "certainty", "valid_from", "valid_to", "revision", "in_force", "source")
    numeric = ("revision",)
    list_filter = ("area", "confidence", "active")
    search_fields = ("code__startswith",)
    search_help_text = "Rule code"
    ordering = ("area", "position", "-revision")
    facts = (
        "code",
        "area_id",
        "certainty",
        "valid_from",
        "valid_to",
        "revision",
        "in_force",
        "loaded_at",
        "sources",
        "rule",
    )

    @admin.display(description="certainty", ordering="confidence")
    def certainty(self, rule: TaxRule) -> str:
        return state(rule.confidence)

    @admin.display(description="in force", boolean=True, ordering="active")
    def in_force(self, rule: TaxRule) -> bool:
        return rule.active

    @admin.display(description="source")
    def source(self, rule: TaxRule) -> str:
        return next(iter(_sources(rule)), "")

    @admin.display(description="sources")
    def sources(self, rule: TaxRule) -> str:
        return format_html_join("", "{}<br>", ((text,) for text in _sources(rule)))

    @admin.display(description="rule")
    def rule(self, rule: TaxRule) -> str:
        return format_html("<pre>{}</pre>", json.dumps(rule.body, indent=2, ensure_ascii=False))


def _sources(rule: TaxRule) -> list[str]:
    found = rule.body.get("sources", rule.body.get("source", []))
    return [found] if isinstance(found, str) else [str(one) for one in found]
