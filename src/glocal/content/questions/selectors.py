"""Reads of questions. Each is one statement."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, IntegerField, Q, Value, When

from glocal.content.questions import links, rules
from glocal.content.questions.errors import QuestionNotFound
from glocal.content.questions.models import Question
from glocal.content.questions.types import QuestionView, Shown, ShownPage, Waiting
from glocal.platform.kernel.paging import Position

PAGE_SIZE = 10


def shown(*, product_id: UUID, market: str, language: str, page: int = 1, size: int = PAGE_SIZE) -> ShownPage:
    """Answered questions that everybody may read: those in the reader's language first, then the newest."""
    foreign = Case(When(language=language, then=Value(0)), default=Value(1), output_field=IntegerField())
    public = Question.objects.filter(product_id=product_id, market=market, is_public=True)
    start = (page - 1) * size
    rows = list(public.order_by(foreign, "-closed_at", "id")[start : start + size + 1])
    return ShownPage(tuple(_shown(row) for row in rows[:size]), len(rows) > size)


def _shown(row: Question) -> Shown:
    assert row.closed_at is not None
    return Shown(
        row.text,
        row.language,
        row.initial,
        row.asked_at,
        row.answer,
        row.answer_language or row.language,
        row.closed_at,
    )


def question_of(token: str) -> QuestionView:
    """The question that a link of ours opens. Raises QuestionNotFound."""
    row = Question.objects.filter(pk=links.id_in(token)).first()
    if row is None:
        raise QuestionNotFound
    return view_of(row)


def questions_of(person_id: UUID, limit: int = 50) -> list[QuestionView]:
    """What somebody asked, the newest first."""
    return [view_of(row) for row in Question.objects.filter(person_id=person_id).order_by("-asked_at", "-id")[:limit]]


def view_of(row: Question) -> QuestionView:
    return QuestionView(
        id=row.pk,
        token=links.token_of(row.pk),
        product_id=row.product_id,
        market=row.market,
        status=row.status,
        text=row.text,
        language=row.language,
        asked_at=row.asked_at,
        answer=row.answer,
        answer_language=row.answer_language or row.language,
        closed_at=row.closed_at,
        is_public=row.is_public,
        reason=row.reason,
    )


def listed(
    *, markets: Collection[str], status: str | None = None, after: Position | None = None, limit: int = 50
) -> list[Waiting]:
    """Confirmed questions of these markets for whoever answers them, the longest waiting first."""
    rows = Question.objects.filter(market__in=markets).exclude(status=rules.UNCONFIRMED)
    if status is not None:
        rows = rows.filter(status=status)
    if after is not None:
        rows = rows.filter(Q(queued_at__gt=after.at) | Q(queued_at=after.at, pk__gt=after.id))
    return [waiting_of(row) for row in rows.order_by("queued_at", "pk")[:limit]]


def waiting_of(row: Question) -> Waiting:
    assert row.queued_at is not None
    return Waiting(
        row.pk,
        row.product_id,
        row.market,
        row.language,
        row.status,
        row.text,
        row.queued_at,
        row.answer,
        row.is_public,
    )
