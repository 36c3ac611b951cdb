"""The audit trail in the console: to read, never to change."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.html import format_html

from glocal.platform.audit.models import AuditEntry
from glocal.platform.console.records import MarketFilter, Operator, Records, moment


@admin.register(AuditEntry)
class AuditEntryAdmin(Records):
    heading = "Audit trail"
    permission = "audit.view"
    intro = "Who did what, in the transaction that did it. Entries are never changed or removed."
    list_display = ("at_time", "action", "object_type", "object_id", "market", "who", "note")
    list_filter = (MarketFilter, "at")
    search_fields = ("object_id__exact",)
    search_help_text = "Id of the thing"
    ordering = ("-at", "-id")
    facts = ("at_time", "action", "who", "object_type", "object_id", "market", "note", "was", "became")

    def within(self, rows: QuerySet[Any], operator: Operator) -> QuerySet[Any]:
        """Entries of the operator's markets; those of no market concern all, and are for who may read all."""
        markets = operator.markets(self.permission)
        wanted = Q(market__in=markets)
        return rows.filter(wanted | Q(market="")) if operator.everywhere(self.permission) else rows.filter(wanted)

    def prepare(self, rows: Any) -> None:
        names = self.admin_site.names_of({row.actor_id for row in rows if row.actor_id})
        for row in rows:
            row.actor_name = names.get(row.actor_id, "")

    @admin.display(description="at", ordering="at")
    def at_time(self, entry: AuditEntry) -> str:
        return moment(entry.at)

    @admin.display(description="who")
    def who(self, entry: Any) -> str:
        return entry.actor_name or ("system" if entry.actor_id is None else str(entry.actor_id))

    @admin.display(description="before")
    def was(self, entry: AuditEntry) -> str:
        return _plain(entry.before)

    @admin.display(description="after")
    def became(self, entry: AuditEntry) -> str:
        return _plain(entry.after)


def _plain(values: Any) -> str:
    return format_html("<pre>{}</pre>", json.dumps(values, indent=2, ensure_ascii=False)) if values else ""
