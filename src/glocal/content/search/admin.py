"""Searches and synonyms in the console."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from glocal.content.search import synonyms
from glocal.content.search.models import DaySearches, Missed, Synonym
from glocal.platform.console.records import MarketFilter, Records, Step, moment, operator_of


class OutcomeFilter(admin.SimpleListFilter):
    """Whether what was typed was found as it was typed."""

    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("missed", "not found as typed"), ("nothing", "found nothing at all")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "missed":
            return queryset.filter(without__gt=0)
        return queryset.filter(without=F("searches"), found=0) if self.value() == "nothing" else queryset


@admin.register(DaySearches)
class DaySearchesAdmin(Records):
    permission = "catalogue.view"
    heading = "Searches"
    intro = "What people searched, by day (UTC), and what they did not find. Nobody's name or number is kept with it."
    list_display = ("query", "market", "language", "day", "searches", "without", "found")
    numeric = ("searches", "without", "found")
    list_filter = (OutcomeFilter, MarketFilter, "language", "day")
    search_fields = ("query__startswith",)
    search_help_text = "Beginning of a query"
    ordering = ("-day", "-searches", "query")
    facts = ("query", "market", "language", "day", "searches", "without", "found")


class FoundNowFilter(admin.SimpleListFilter):
    """What the last search for it gave, mended or widened."""

    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("nothing", "nothing at all"), ("helped", "something near")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "nothing":
            return queryset.filter(found=0)
        return queryset.filter(found__gt=0) if self.value() == "helped" else queryset


class SynonymForm(forms.Form):
    language = forms.ChoiceField(label="Language")
    phrases = forms.CharField(
        max_length=1_300,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One word or phrase a line, two to twenty.",
    )

    def clean_phrases(self) -> list[str]:
        return [line.strip() for line in str(self.cleaned_data["phrases"]).splitlines() if line.strip()]


def languages() -> list[tuple[str, str]]:
    """Those the shop speaks, and those that have synonyms."""
    offered = dict.fromkeys(Synonym.objects.values_list("language", flat=True), "") | dict(settings.LANGUAGES)
    return [(code, said or code) for code, said in offered.items()]


@admin.register(Missed)
class MissedAdmin(Records):
    permission = "catalogue.view"
    heading = "Not found"
    intro = (
        "What people searched in the last 90 days and did not find as they typed it, most often first. "
        "Open one to say what it means; a synonym counts in every market."
    )
    list_display = ("query", "market", "language", "without", "searches", "found", "last_missed")
    numeric = ("without", "searches", "found")
    list_filter = (FoundNowFilter, MarketFilter, "language")
    search_fields = ("query__startswith",)
    search_help_text = "Beginning of a query"
    ordering = ("-without", "query", "id")
    facts = ("query", "market", "language", "without", "searches", "found", "last_missed")
    steps: ClassVar[Mapping[str, Step]] = {
        "mean": Step("Add a synonym", "catalogue.edit", SynonymForm, hint="Shops follow within a minute.")
    }

    def may(self, request: HttpRequest, permission: str, record: Any) -> bool:
        return operator_of(request).everywhere(permission)

    def initial(self, request: HttpRequest, name: str, record: Missed) -> Mapping[str, Any]:
        return {"language": record.language, "phrases": f"{record.query}\n"}

    def choices(self, request: HttpRequest, name: str, record: Any) -> Mapping[str, Sequence[tuple[str, str]]]:
        return {"language": languages()}

    def take_mean(self, request: HttpRequest, missed: Missed, given: Mapping[str, Any]) -> str:
        synonyms.save_synonym(
            language=given["language"], phrases=given["phrases"], actor_id=operator_of(request).person_id
        )
        return "The group is saved."


@admin.register(Synonym)
class SynonymAdmin(Records):
    permission = "catalogue.view"
    reach = "shared"
    heading = "Synonyms"
    trail_type = "synonym"
    intro = "Words that mean the same to a shopper: a search for one finds what the others find, in every market."
    list_display = ("group", "language", "counts", "changed")
    list_filter = ("language", "active")
    ordering = ("language", "id")
    facts = ("group", "language", "counts", "changed")
    list_steps: ClassVar[Mapping[str, Step]] = {"add": Step("Add a group", "catalogue.edit", SynonymForm)}
    steps: ClassVar[Mapping[str, Step]] = {
        "change": Step("Change", "catalogue.edit", SynonymForm, hint="Shops follow within a minute."),
        "remove": Step("Remove", "catalogue.edit", danger=True, hint="Changing it brings it back."),
    }

    @admin.display(description="words")
    def group(self, synonym: Synonym) -> str:
        return ", ".join(synonym.phrases)

    @admin.display(description="in use", boolean=True)
    def counts(self, synonym: Synonym) -> bool:
        return synonym.active

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, synonym: Synonym) -> str:
        return moment(synonym.updated_at)

    def initial(self, request: HttpRequest, name: str, record: Synonym | None) -> Mapping[str, Any]:
        return {"language": record.language, "phrases": "\n".join(record.phrases)} if record else {}

    def choices(
        self, request: HttpRequest, name: str, record: Synonym | None
    ) -> Mapping[str, Sequence[tuple[str, str]]]:
        return {"language": languages()}

    def offers(self, name: str, record: Synonym) -> bool:
        return name != "remove" or record.active

    def take_add(self, request: HttpRequest, record: None, given: Mapping[str, Any]) -> str:
        return self._save(request, given, None)

    def take_change(self, request: HttpRequest, synonym: Synonym, given: Mapping[str, Any]) -> str:
        return self._save(request, given, synonym.pk)

    def _save(self, request: HttpRequest, given: Mapping[str, Any], key: int | None) -> str:
        synonyms.save_synonym(
            language=given["language"],
            phrases=given["phrases"],
            actor_id=operator_of(request).person_id,
            synonym_id=key,
        )
        return "The group is saved."

    def take_remove(self, request: HttpRequest, synonym: Synonym, given: Mapping[str, Any]) -> str:
        synonyms.remove_synonym(synonym_id=synonym.pk, actor_id=operator_of(request).person_id)
        return "The group counts no longer."
