"""Tax rules in the console: to read, with where each comes from and how certain it is."""

import json
from functools import cache

from django.contrib import admin
from django.utils.html import format_html, format_html_join

from glocal.platform.console.records import Records, state
from glocal.transaction.tax.models import TaxRule
from glocal.transaction.tax.rule_format import packaged_rule_files


@admin.register(TaxRule)
class TaxRuleAdmin(Records):
    permission = "tax.view"
    reach = "reference"
    intro = (
        "Loaded from the rule files that come with the product. A correction is a new revision; none is overwritten."
    )
    list_display = ("code", "where", "certainty", "valid_from", "valid_to", "revision", "in_force", "source")
    numeric = ("revision",)
    list_filter = ("area", "confidence", "active")
    search_fields = ("code__startswith",)
    search_help_text = "Rule code"
    ordering = ("area", "position", "-revision")
    facts = (
        "code",
        "where",
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

    @admin.display(description="area", ordering="area")
    def where(self, rule: TaxRule) -> str:
        return rule.area_id

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


@cache
def _explained() -> dict[tuple[str, str], str]:
    """What each file says of its sources, by area and code."""
    return {
        (content.area.code, code): ", ".join(filter(None, (source.title, source.site, source.date)))
        for content in packaged_rule_files()
        for code, source in content.sources.items()
    }


def _sources(rule: TaxRule) -> list[str]:
    return [_explained().get((rule.area_id, code), code) for code in rule.body.get("sources", ())]
