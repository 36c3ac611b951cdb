"""Asking: who may, how often, and that a guest's question waits for its link."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from glocal.content.questions import facade as questions
from glocal.content.questions import services
from glocal.content.questions.models import Question
from glocal.platform.accounts import facade as accounts
from glocal.platform.kernel import clock
from glocal.platform.mail import facade as mail
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.models import OutgoingMail
from tests.content.questions.factories import asked, guest
from tests.factories.catalog import make_product
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db


def test_a_persons_question_waits_at_once():
    view = asked()
    assert (view.status, view.text) == ("waiting", "Is it good for sensitive skin?")
    assert [row.id for row in questions.listed(markets={"US"}, status="waiting")] == [view.id]
    assert questions.question_of(view.token) == view
    assert not OutgoingMail.objects.exists()


def test_a_guests_question_waits_for_the_mailed_link_and_nobody_sees_it_before():
    product = make_product(title="Cloud cream")
    view = asked(product.id, asker=guest("Ada@Example.com"))
    assert view.status == "unconfirmed"
    assert questions.listed(markets={"US"}) == []
    send_batch()
    (letter,) = outbox.outbox
    assert letter.to == ["ada@example.com"]
    assert letter.subject == "Your question about Cloud cream: one click is missing"
    assert f"/en-US/questions/{view.token}" in letter.body
    for part in (letter.body, letter.alternatives[0].content):  # nobody sends a stranger words of theirs by us
        assert view.text not in part
    assert [questions.confirm(view.token).status for _ in range(2)] == ["waiting", "waiting"]
    assert [row.id for row in questions.listed(markets={"US"})] == [view.id]


@pytest.mark.parametrize("token", ["", "forged", "0" * 32 + ".signature", "\0", "a" * 5000])
def test_a_link_that_is_not_ours_opens_nothing(token):
    asked()
    for act in (questions.question_of, questions.confirm, questions.take_back):
        with pytest.raises(questions.QuestionNotFound):
            act(token)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"text": "?!"}, questions.QuestionTooShort),
        ({"text": "\u200b\u200b\u202e  \n"}, questions.QuestionTooShort),
        ({"text": "long " * 101}, questions.TextTooLong),
        ({"asker": guest("nobody")}, accounts.EmailMalformed),
        ({"asker": guest("")}, accounts.EmailMalformed),
    ],
)
def test_what_is_no_question_is_refused_and_nothing_is_kept(change, refusal):
    with pytest.raises(refusal) as caught:
        asked(**change)
    assert caught.value.field in {"text", "email"}
    assert not Question.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_text_is_kept_without_what_is_not_seen():
    view = asked(text="  Is\u200b it\r\n\r\n\u202ewarm\0 <b>now</b>\ue0f1 ?")
    assert view.text == "Is it warm <b>now</b> ?"


def test_the_language_is_noted_by_the_script_and_letters_keep_the_pages():
    view = asked(text="ผิวแพ้ง่ายใช้ได้ไหม")
    assert view.language == "th"
    assert Question.objects.get().reads == "en"


def test_only_an_initial_is_kept_of_a_name_and_only_if_one_is_given():
    asked(asker=guest(name="Ada Lovelace"))
    asked(asker=guest())
    assert sorted(Question.objects.values_list("initial", flat=True)) == ["", "A"]


def test_the_same_key_asks_once():
    first, again = asked(key="k", asker=guest()), asked(key="k", asker=guest())
    assert first.id == again.id
    assert (Question.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_so_many_a_day_of_one_asker():
    person = make_person()
    for _ in range(services.OF_ONE_ASKER):
        asked(person_id=person.pk)
    with pytest.raises(questions.TooManyQuestions):
        asked(person_id=person.pk)
    asked()  # somebody else may
    Question.objects.update(asked_at=clock.now() - timedelta(days=1, seconds=1))
    asked(person_id=person.pk)


def test_so_many_a_day_from_one_place(monkeypatch):
    monkeypatch.setattr(services, "FROM_ONE_PLACE", 3)
    for number in range(3):
        asked(asker=guest(f"ada{number}@example.com"))
    with pytest.raises(questions.TooManyQuestions):
        asked(asker=guest("eve@example.com"))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_than_the_limit_are_kept():
    def one(number):
        try:
            return asked(asker=guest(), key=f"at-once-{number}").status
        except questions.TooManyQuestions:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(one, range(12)))
    assert said.count("refused") == 12 - services.OF_ONE_ASKER
    assert Question.objects.count() == services.OF_ONE_ASKER


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_asks_once():
    def one(_number):
        try:
            return asked(asker=guest(), key="twice").id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(one, range(4)))) == 1
    assert (Question.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_an_asker_takes_a_question_back_with_its_answer():
    product = make_product()
    view = asked(product.id)
    questions.answer(view.id, text="Yes.", public=True, actor_id=None)
    questions.take_back(view.token)
    assert not Question.objects.exists()
    assert questions.shown(product_id=product.id, market="US", language="en").items == ()


def test_what_need_not_be_kept_is_forgotten():
    product = make_product()
    confirmed, waiting, unconfirmed = (
        asked(product.id, asker=guest(f"{name}@example.com")) for name in ("ada", "bob", "eve")
    )
    for view in (confirmed, waiting):
        questions.confirm(view.token)
    questions.answer(confirmed.id, text="Yes.", public=True, actor_id=None)
    long_ago = clock.now() - timedelta(days=100)
    Question.objects.update(asked_at=long_ago)
    Question.objects.filter(pk=confirmed.id).update(closed_at=long_ago)
    services.forget()
    kept = {row.pk: (row.email, row.place) for row in Question.objects.all()}
    assert kept == {confirmed.id: ("", ""), waiting.id: ("bob@example.com", "")}
    assert unconfirmed.id not in kept
    services.forget()
    assert len(questions.shown(product_id=product.id, market="US", language="en").items) == 1


def test_the_shown_ones_are_one_statement_those_in_the_readers_language_first():
    product = make_product()
    texts = {"en": "Is it warm in winter?", "th": "ใส่หน้าร้อนได้ไหม", "es": "¿Es de lana?"}
    for reads, text in texts.items():
        view = asked(product.id, text=text, reads=reads)
        questions.answer(view.id, text=text, public=True, actor_id=None)
    private = asked(product.id, text="And for me alone?")
    questions.answer(private.id, text="Yes.", public=False, actor_id=None)
    elsewhere = asked(product.id, market="TH")
    questions.answer(elsewhere.id, text="Yes.", public=True, actor_id=None)
    asked(product.id, text="Not answered yet")
    with CaptureQueriesContext(connection) as caught:
        page = questions.shown(product_id=product.id, market="US", language="th")
    assert len(caught) == 1
    assert [one.language for one in page.items] == ["th", "es", "en"]
    assert not page.more
    first = questions.shown(product_id=product.id, market="US", language="th", size=2)
    rest = questions.shown(product_id=product.id, market="US", language="th", size=2, page=2)
    assert (*first.items, *rest.items) == page.items
    assert (first.more, rest.more) == (True, False)


def test_a_person_without_an_address_gets_the_notice_only():
    person = make_person(email=None)
    product = make_product(title="Cloud cream")
    view = asked(product.id, person_id=person.pk)
    questions.answer(view.id, text="Yes.", public=False, actor_id=None)
    assert not OutgoingMail.objects.exists()
    (notice,) = mail.notices_of(person.pk)
    assert notice.text == "Your question about Cloud cream is answered"
    assert notice.page == f"/questions/{view.token}"
