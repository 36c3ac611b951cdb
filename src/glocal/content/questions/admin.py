"""The questions desk in the console: what waits, the longest first; answer it, or say why not."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from glocal.content.catalog import facade as catalog
from glocal.content.questions import rules, services
from glocal.content.questions.models import Question
from glocal.platform.console.records import MarketFilter, Queue, Records, Step, moment, operator_of, record_url
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets

PRIVATE, PUBLIC = "private", "public"


class AnswerForm(forms.Form):
    text = forms.CharField(
        max_length=rules.MOST_ANSWER,
        label="Answer",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="In the language of the question. Empty lines make paragraphs.",
    )
    language = forms.ChoiceField(label="Language of the answer", required=False)
    public = forms.ChoiceField(
        label="Who reads it",
        choices=[("", "Choose"), (PUBLIC, "Everybody, on the product’s page"), (PRIVATE, "Only who asked")],
    )


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(label="Why", help_text="The asker reads this in their language.")


class AgeFilter(admin.SimpleListFilter):
    title = "waiting"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "for more than a day"), ("3", "for more than three days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"1", "3"}:
            return queryset
        before = clock.now() - timedelta(days=int(self.value() or 1))
        return queryset.filter(status=rules.WAITING, queued_at__lt=before)


@admin.register(Question)
class QuestionAdmin(Records):
    permission = "questions.view"
    trail_type = "question"
    record_template = "console/question.html"
    intro = "Unanswered first, the longest waiting on top. A question comes here once its asker’s address is confirmed."
    list_display = ("asked", "status", "waited", "product", "market", "language", "shown")
    list_filter = ("status", AgeFilter, MarketFilter, "language", "is_public")
    search_fields = ("product_id",)
    search_help_text = "Article number"
    ordering = (F("closed_at").desc(nulls_first=True), "queued_at", "id")
    queues = (Queue("Questions to answer", {"status__exact": rules.WAITING}, "Shoppers wait before they buy"),)
    steps: ClassVar[Mapping[str, Step]] = {
        "answer": Step("Answer", "questions.edit", AnswerForm, hint="Who asked is written to."),
        "show": Step("Put on the page", "questions.edit"),
        "hide": Step("Take off the page", "questions.edit", hint="Who asked can still read it."),
        "decline": Step("Do not answer", "questions.edit", DeclineForm, danger=True),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(status=rules.UNCONFIRMED)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Question], search_term: str
    ) -> tuple[QuerySet[Question], bool]:
        if not search_term:
            return queryset, False
        found = catalog.products_of(catalog.find_variants(search_term))
        return queryset.filter(product_id__in=found), False

    def prepare(self, rows: Sequence[Any]) -> None:
        named = catalog.names_of([row.product_id for row in rows])
        for row in rows:
            row.named = named.get(row.product_id)

    @admin.display(description="question")
    def asked(self, row: Question) -> str:
        return str(row)

    @admin.display(description="product")
    def product(self, row: Any) -> str:
        return markets.pick(row.named.title, "en") if row.named else ""

    @admin.display(description="waits", ordering="queued_at")
    def waited(self, row: Question) -> str:
        return age(row)

    @admin.display(description="on the page", boolean=True)
    def shown(self, row: Question) -> bool:
        return row.is_public

    def offers(self, name: str, record: Question) -> bool:
        answered = record.status == rules.ANSWERED
        return {
            "answer": True,
            "decline": record.status == rules.WAITING,
            "show": answered and not record.is_public,
            "hide": answered and record.is_public,
        }[name]

    def more(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        return {
            "title": str(record),
            "question": record,
            "waited": age(record),
            "product": self.product(record) or "a product that is gone",
            "product_url": record_url("catalog.product", record.product_id) if record.named else "",
            "names_somebody": rules.names_somebody(record.text, record.market),
            "why": rules.REASONS.get(record.reason, ""),
            "shown_as": f"{record.initial}." if record.initial else "A shopper",
        }

    def initial(self, request: HttpRequest, name: str, record: Question) -> Mapping[str, Any]:
        if name != "answer":
            return {}
        public = {True: PUBLIC, False: PRIVATE}[record.is_public] if record.answer else ""
        return {"text": record.answer, "language": record.answer_language or record.language, "public": public}

    def choices(self, request: HttpRequest, name: str, record: Question) -> Mapping[str, Sequence[tuple[str, str]]]:
        languages = dict(settings.LANGUAGES)
        return {
            "language": [(code, languages.get(code, code)) for code in {record.language: 0} | languages],
            "reason": list(rules.REASONS.items()),
        }

    def take_answer(self, request: HttpRequest, row: Question, given: Mapping[str, Any]) -> str:
        services.answer(
            row.pk,
            text=given["text"],
            language=given["language"],
            public=given["public"] == PUBLIC,
            actor_id=operator_of(request).person_id,
        )
        return "Answered."

    def take_decline(self, request: HttpRequest, row: Question, given: Mapping[str, Any]) -> str:
        services.decline(row.pk, reason=given["reason"], actor_id=operator_of(request).person_id)
        return "Not answered. Who asked reads why."

    def take_show(self, request: HttpRequest, row: Question, given: Mapping[str, Any]) -> str:
        services.set_public(row.pk, public=True, actor_id=operator_of(request).person_id)
        return "It stands on the product’s page."

    def take_hide(self, request: HttpRequest, row: Question, given: Mapping[str, Any]) -> str:
        services.set_public(row.pk, public=False, actor_id=operator_of(request).person_id)
        return "It is off the product’s page."


def age(row: Question) -> str:
    """How long a question has waited, or when it was dealt with."""
    if row.closed_at is not None or row.queued_at is None:
        return moment(row.closed_at)
    hours = int((clock.now() - row.queued_at).total_seconds() // 3600)
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h"
