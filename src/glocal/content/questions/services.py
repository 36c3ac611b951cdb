"""Writes of questions: asked and taken back by shoppers, answered by the desk."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import connection

from glocal.content.questions import letters, links, rules
from glocal.content.questions.errors import (
    AnswerMissing,
    NotForThePage,
    QuestionCannotChange,
    QuestionNotFound,
    QuestionTooShort,
    TextTooLong,
    TooManyQuestions,
    UnknownReason,
)
from glocal.content.questions.models import Question
from glocal.content.questions.selectors import view_of
from glocal.content.questions.types import Asker, QuestionView
from glocal.platform.accounts import facade as accounts
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock

DAY = timedelta(days=1)
OF_ONE_ASKER = 5
FROM_ONE_PLACE = 20
TO_CONFIRM = timedelta(days=7)
ADDRESS_KEPT = timedelta(days=90)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


@transactional
def ask(*, asker: Asker, product_id: UUID, market: str, reads: str, text: str, key: str) -> QuestionView:
    """Ask about a product of the market; ``reads`` is the language of the page, ``key`` makes a repeat harmless.

    A guest's question waits until the link mailed to them was opened. Raises QuestionTooShort, TextTooLong,
    EmailMalformed, and TooManyQuestions after 5 a day of one asker or 20 from one place.
    """
    email = "" if asker.person_id else accounts.checked_email(asker.email)
    kept = rules.on_one_line(text)
    if not rules.has_words(kept):
        raise QuestionTooShort(field="text")
    if len(kept) > rules.MOST:
        raise TextTooLong(field="text", max_length=rules.MOST)
    with connection.cursor() as cursor:  # two at once must not both be the fifth, or the first of their key
        cursor.execute(_ONE_AT_A_TIME, [f"question {asker.person_id or email}"])
    earlier = Question.objects.filter(key=key).first()
    if earlier is not None:
        return view_of(earlier)
    _check_limits(asker, email)
    now = clock.now()
    question = Question.objects.create(
        key=key,
        product_id=product_id,
        market=market,
        language=rules.language_of(kept, reads),
        reads=reads,
        status=rules.WAITING if asker.person_id else rules.UNCONFIRMED,
        text=kept,
        person_id=asker.person_id,
        email=email,
        place=asker.place[:45],
        initial=rules.initial_of(asker.name),
        asked_at=now,
        queued_at=now if asker.person_id else None,
    )
    if question.status == rules.UNCONFIRMED:
        letters.confirm(question)
    return view_of(question)


def _check_limits(asker: Asker, email: str) -> None:
    who = {"person_id": asker.person_id} if asker.person_id else {"email": email}
    today = Question.objects.filter(asked_at__gt=clock.now() - DAY)
    too_many = today.filter(**who).count() >= OF_ONE_ASKER
    if too_many or (asker.place and today.filter(place=asker.place[:45]).count() >= FROM_ONE_PLACE):
        raise TooManyQuestions(retry_after=int(DAY.total_seconds()))


@transactional
def confirm(token: str) -> QuestionView:
    """The guest's address is theirs: the question is to be answered. A repeat changes nothing.

    Raises QuestionNotFound, also for one that nobody confirmed within a week.
    """
    question = _own(token)
    if question.status == rules.UNCONFIRMED:
        question.status, question.queued_at = rules.WAITING, clock.now()
        question.save(update_fields=["status", "queued_at"])
    return view_of(question)


@transactional
def take_back(token: str) -> None:
    """The asker does not want it to be there: question and answer are removed. Raises QuestionNotFound."""
    question = _own(token)
    _note(question, "take_back", question.person_id)
    question.delete()


@transactional
def answer(
    question_id: UUID,
    *,
    text: str,
    public: bool,
    actor_id: UUID | None,
    language: str = "",
    markets: Collection[str] | None = None,
) -> None:
    """Answer a question, or correct its answer; a public one stands on the product's page. The asker is written to.

    ``language`` of the answer, if it is not the question's; ``markets`` are those the caller may work in (None: all).
    Raises QuestionNotFound, AnswerMissing, TextTooLong, NotForThePage.
    """
    question = _at_desk(question_id, markets)
    kept = rules.tidied(text)
    if not kept:
        raise AnswerMissing(field="text")
    if len(kept) > rules.MOST_ANSWER:
        raise TextTooLong(field="text", max_length=rules.MOST_ANSWER)
    if public:
        _check_page(question, kept)
    changed = kept != question.answer
    question.answer, question.answer_language = kept, language or rules.language_of(kept, question.language)
    question.is_public, question.status, question.reason = public, rules.ANSWERED, ""
    question.closed_at = question.closed_at if not changed and question.closed_at else clock.now()
    question.save()
    _note(question, "answer", actor_id, answer=kept, public=public)
    if changed:
        letters.answered(question)


@transactional
def decline(question_id: UUID, *, reason: str, actor_id: UUID | None, markets: Collection[str] | None = None) -> None:
    """Do not answer; the asker reads why. Raises QuestionNotFound, UnknownReason, QuestionCannotChange."""
    if reason not in rules.REASONS:
        raise UnknownReason(field="reason", expected=", ".join(rules.REASONS))
    question = _at_desk(question_id, markets)
    if (question.status, question.reason) == (rules.DECLINED, reason):
        return
    if (question.status, rules.DECLINED) not in rules.TRANSITIONS:
        raise QuestionCannotChange
    question.status, question.reason, question.closed_at = rules.DECLINED, reason, clock.now()
    question.save(update_fields=["status", "reason", "closed_at"])
    _note(question, "decline", actor_id, reason=reason)
    letters.declined(question)


@transactional
def set_public(question_id: UUID, *, public: bool, actor_id: UUID | None) -> None:
    """Put an answered question on the product's page, or take it away. Raises QuestionNotFound, NotForThePage,
    QuestionCannotChange.
    """
    question = _at_desk(question_id, None)
    if question.status != rules.ANSWERED:
        raise QuestionCannotChange
    if public:
        _check_page(question, question.answer)
    question.is_public = public
    question.save(update_fields=["is_public"])
    _note(question, "show" if public else "hide", actor_id)


def _check_page(question: Question, answer: str) -> None:
    if any(rules.names_somebody(text, question.market) for text in (question.text, answer)):
        raise NotForThePage(field="public")


def _own(token: str) -> Question:
    row = Question.objects.select_for_update().filter(pk=links.id_in(token)).first()
    if row is None:
        raise QuestionNotFound
    return row


def _at_desk(question_id: UUID, markets: Collection[str] | None) -> Question:
    """One that nobody confirmed is there for the desk as little as one of another market."""
    found = Question.objects.select_for_update().filter(pk=question_id).exclude(status=rules.UNCONFIRMED)
    row = (found if markets is None else found.filter(market__in=markets)).first()
    if row is None:
        raise QuestionNotFound
    return row


def _note(question: Question, action: str, actor_id: UUID | None, **after: str | bool) -> None:
    audit.record(
        actor_id=actor_id,
        action=f"questions.{action}",
        object_type="question",
        object_id=question.pk,
        after={"status": question.status, **after},
        market=question.market,
    )


@transactional
def forget() -> None:
    """Remove questions that nobody confirmed, and what was kept of askers for limits and letters."""
    now = clock.now()
    Question.objects.filter(status=rules.UNCONFIRMED, asked_at__lt=now - TO_CONFIRM).delete()
    Question.objects.exclude(place="").filter(asked_at__lt=now - DAY).update(place="")
    Question.objects.exclude(email="").filter(closed_at__lt=now - ADDRESS_KEPT).update(email="")
