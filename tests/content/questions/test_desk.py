"""Answering: what the asker hears, what comes on the page, and what the trail keeps."""

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction

from glocal.content.questions import facade as questions
from glocal.content.questions import rules
from glocal.content.questions.models import Question
from glocal.platform.audit import facade as audit
from glocal.platform.kernel.ids import uuid7
from glocal.platform.mail import facade as mail
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.models import OutgoingMail
from tests.content.questions.factories import asked, guest
from tests.factories.catalog import make_product
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db


def public_texts(product_id):
    page = questions.shown(product_id=product_id, market="US", language="en")
    return [(one.text, one.answer) for one in page.items]


def test_an_answer_reaches_the_asker_and_the_page():
    product, person, desk = make_product(title="Cloud cream"), make_person(email="ada@example.com"), make_person()
    view = asked(product.id, person_id=person.pk)
    questions.answer(view.id, text="Yes.\n\n<i>It</i> has no scent.", public=True, actor_id=desk.pk)
    assert public_texts(product.id) == [(view.text, "Yes.\n\n<i>It</i> has no scent.")]
    send_batch()
    (letter,) = outbox.outbox
    assert (letter.to, letter.subject) == (["ada@example.com"], "Your question about Cloud cream is answered")
    html = letter.alternatives[0].content
    assert "<i>It</i>" not in html
    assert "&lt;i&gt;It&lt;/i&gt; has no scent." in html
    assert len(mail.notices_of(person.pk)) == 1
    (entry,) = audit.trail("question", view.id)
    assert (entry.actor_id, entry.action, entry.market) == (desk.pk, "questions.answer", "US")


def test_a_private_answer_stays_between_the_asker_and_the_shop():
    product = make_product()
    view = asked(product.id)
    questions.answer(view.id, text="Yes.", public=False, actor_id=None)
    assert public_texts(product.id) == []
    assert questions.question_of(view.token).answer == "Yes."


def test_a_repeated_answer_writes_no_second_letter_and_a_corrected_one_does():
    view = asked(make_product().id)
    for text, letters in (("Yes.", 1), ("Yes.", 1), ("No, sorry.", 2)):
        questions.answer(view.id, text=text, public=True, actor_id=None)
        assert OutgoingMail.objects.count() == letters
    assert questions.question_of(view.token).answer == "No, sorry."


def test_an_answer_is_put_on_the_page_and_taken_off_again():
    product = make_product()
    view = asked(product.id)
    questions.answer(view.id, text="Yes.", public=True, actor_id=None)
    questions.set_public(view.id, public=False, actor_id=None)
    assert public_texts(product.id) == []
    questions.set_public(view.id, public=True, actor_id=None)
    assert public_texts(product.id) == [(view.text, "Yes.")]
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [("May I come? I am ada@example.com", "Yes."), ("May I come?", "Call me: +1 415 555 2671")],
)
def test_what_names_somebody_does_not_come_on_the_page(question, answer):
    product = make_product()
    view = asked(product.id, text=question)
    with pytest.raises(questions.NotForThePage), transaction.atomic():
        questions.answer(view.id, text=answer, public=True, actor_id=None)
    questions.answer(view.id, text=answer, public=False, actor_id=None)
    with pytest.raises(questions.NotForThePage), transaction.atomic():
        questions.set_public(view.id, public=True, actor_id=None)
    assert public_texts(product.id) == []


@pytest.mark.parametrize(("language", "said"), [("en", "not about this product"), ("th", "ไม่")])
def test_the_asker_reads_in_their_language_why_there_is_no_answer(language, said):
    view = asked(make_product(title={"en": "Cream", "th": "ครีม"}).id, market="TH", reads=language)
    for _ in range(2):
        questions.decline(view.id, reason="not_the_product", actor_id=None)
    send_batch()
    (letter,) = outbox.outbox
    assert said in letter.body
    assert questions.question_of(view.token).status == "declined"


def test_a_declined_question_can_be_answered_after_all_but_an_answered_one_not_declined():
    view = asked(make_product().id)
    questions.decline(view.id, reason="unclear", actor_id=None)
    questions.answer(view.id, text="Now we see: yes.", public=False, actor_id=None)
    assert questions.question_of(view.token).reason == ""
    with pytest.raises(questions.QuestionCannotChange), transaction.atomic():
        questions.decline(view.id, reason="unclear", actor_id=None)
    assert questions.question_of(view.token).status == "answered"


@pytest.mark.parametrize("text", ["", "  \u200b ", "\0"])
def test_an_answer_of_nothing_is_refused(text):
    view = asked(make_product().id)
    with pytest.raises(questions.AnswerMissing), transaction.atomic():
        questions.answer(view.id, text=text, public=True, actor_id=None)
    assert questions.question_of(view.token).status == "waiting"


def test_what_is_of_another_market_unconfirmed_or_unknown_is_not_there():
    theirs, unconfirmed = asked(make_product().id), asked(asker=guest())
    for question_id, markets in ((theirs.id, {"TH"}), (unconfirmed.id, None), (uuid7(), None)):
        with pytest.raises(questions.QuestionNotFound):
            questions.answer(question_id, text="Yes.", public=True, actor_id=None, markets=markets)
        with pytest.raises(questions.QuestionNotFound):
            questions.decline(question_id, reason="unclear", actor_id=None, markets=markets)
    assert not Question.objects.filter(status="answered").exists()


@pytest.mark.parametrize("before", [choice for choice, _label in Question.Status.choices])
@pytest.mark.parametrize("after", [choice for choice, _label in Question.Status.choices])
def test_the_database_allows_the_steps_of_the_rules_and_no_others(before, after):
    fitting = {
        "answered": {"answer": "Yes.", "closed_at": "2026-01-01T00:00Z"},
        "declined": {"answer": "", "closed_at": "2026-01-01T00:00Z"},
    }
    plain = {"answer": "", "closed_at": None}
    fields = {"product_id": uuid7(), "market": "US", "language": "en", "reads": "en", "text": "Is it?"}
    row = Question.objects.create(key=f"{before}-{after}", status=before, **fields, **fitting.get(before, plain))
    change = {"status": after, **fitting.get(after, plain)}
    if before == after or (before, after) in rules.TRANSITIONS:
        Question.objects.filter(pk=row.pk).update(**change)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=row.pk).update(**change)


def test_only_an_answered_question_can_be_public():
    view = asked()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE questions_question SET is_public = true WHERE id = %s", [view.id])
