"""Questions on the product's page: reading and asking without script and with it, one's own page, who may see what."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.content.questions import facade as questions
from glocal.content.questions.models import Question
from glocal.platform.http import rates
from glocal.platform.kernel.cache import clear_all
from glocal.platform.mail.models import OutgoingMail
from tests.content.questions.factories import asked, guest
from tests.factories.catalog import MadeProduct, make_product
from tests.platform.accounts.factories import make_person
from tests.web.console.conftest import operator, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|name="key" value="[^"]*"')


@pytest.fixture(autouse=True)
def _nobody_asked_this_minute() -> None:
    rates._windows.clear()


@pytest.fixture
def cream() -> MadeProduct:
    return make_product(title="Cloud cream")


@pytest.fixture
def here(cream: MadeProduct) -> str:
    return f"/en-US/p/{cream.slug}/questions"


def answered(
    product: MadeProduct, text: str = "Is it warm?", answer: str = "Yes.", **changes
) -> questions.QuestionView:
    view = asked(product.id, text=text, **changes)
    questions.answer(view.id, text=answer, public=True, actor_id=None)
    return view


def test_the_products_page_leads_to_its_questions_and_reads_none_of_them(shopper, cream, here) -> None:
    def cost() -> int:
        clear_all()
        with CaptureQueriesContext(connection) as caught:
            page = shopper.get(f"/en-US/p/{cream.slug}").content.decode()
        assert f'<a class="textlink" href="{here}">' in page
        assert f'hx-get="{here}" hx-trigger="toggle once"' in page
        assert not any("questions_question" in query["sql"] for query in caught)
        return len(caught)

    before = cost()
    answered(cream)
    assert cost() == before


def test_a_warm_fold_is_two_statements_however_many_there_are(htmx, cream, here) -> None:
    def cost() -> int:
        htmx.get(here)
        with CaptureQueriesContext(connection) as caught:
            assert htmx.get(here).status_code == 200
        return len(caught)

    assert cost() == 2
    for number in range(8):
        answered(cream, f"Is it warm at {number} degrees?")
    assert cost() == 2


def test_what_was_asked_is_read_with_its_answer_in_the_page_and_in_the_fold(shopper, htmx, cream, here) -> None:
    answered(cream, answer="Yes.\n\nVery.")
    for client in (shopper, htmx):
        said = client.get(here).content.decode()
        for text in ("Is it warm?", "<p>Yes.</p>", "<p>Very.</p>", "A shopper"):
            assert text in said
    assert htmx.get(here).content.decode().lstrip().startswith('<div class="asked stack" id="asked">')
    assert "<h1>Questions to the shop</h1>" in shopper.get(here).content.decode()


def test_nobody_has_asked_yet_says_what_to_ask(shopper, here) -> None:
    assert "Nobody has asked yet." in shopper.get(here).content.decode()


def test_ones_own_language_comes_first_and_others_are_named(shopper, cream, here) -> None:
    answered(cream)
    answered(cream, "ใส่หน้าร้อนได้ไหม", "ได้")
    page = shopper.get(here).content.decode()
    assert page.index("Is it warm?") < page.index("ใส่หน้าร้อนได้ไหม")
    assert '<p class="asked__text" lang="th" dir="auto">' in page
    assert '<bdi lang="th">ไทย</bdi>' in page


def test_many_questions_are_turned_by_pages(shopper, cream, here) -> None:
    person = make_person()
    for number in range(11):
        if number % 5 == 0:
            person = make_person()
        answered(cream, f"Question {number:02}?", person_id=person.pk)
    first, second = shopper.get(here).content.decode(), shopper.get(f"{here}?page=2").content.decode()
    assert (first.count("asked__one"), second.count("asked__one")) == (10, 1)
    assert f'href="{here}?page=2"' in first
    assert "Question 00?" in second
    for odd in ("0", "-1", "x", "9" * 30):
        assert shopper.get(f"{here}?page={odd}").status_code == 200


def test_a_text_is_text_wherever_it_stands(shopper, htmx, cream, here) -> None:
    evil = "<script>alert(1)</script>\" onmouseover=alert(1) x=' {{ 7 }} \ue0f1?"
    view = answered(cream, evil, evil)
    for client, path in ((shopper, here), (htmx, here), (shopper, f"/en-US/questions/{view.token}")):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onmouseover" in page
        assert "\ue0f1" not in page


def test_a_guest_asks_without_script_and_confirms_by_the_letters_link(shopper, cream, here) -> None:
    sent = {"text": "Is it warm?", "email": "ada@example.com", "name": "Ada", "key": "k"}
    for _ in range(2):  # the form sent twice asks once
        answer = shopper.post(here, sent)
        assert (answer.status_code, answer["Location"]) == (302, f"{here}?asked=mail")
    assert "Look into your mail" in shopper.get(answer["Location"]).content.decode()
    question, letter = Question.objects.get(), OutgoingMail.objects.get()
    assert (question.status, question.initial, letter.to) == ("unconfirmed", "A", "ada@example.com")
    link = letter.context["link"].removeprefix("http://localhost:8000")
    stranger = Client()
    assert "Yes, I ask this" in stranger.get(link).content.decode()
    question.refresh_from_db()
    assert question.status == "unconfirmed"  # a scanner that opens links asks nothing
    assert stranger.post(link, {"act": "confirm"})["Location"] == link
    question.refresh_from_db()
    assert question.status == "waiting"
    assert "We have your question." in stranger.get(link).content.decode()


def test_no_page_of_asking_says_the_link_that_only_the_letter_has(htmx, shopper, cream, here) -> None:
    sent = {"text": "Is it warm?", "email": "ada@example.com", "key": "k"}
    said = htmx.post(here, sent).content.decode()
    assert "Look into your mail" in said
    token = OutgoingMail.objects.get().context["token"]
    assert token not in said
    assert token not in shopper.get(here).content.decode()


def test_the_answer_to_asking_is_the_same_for_an_address_with_an_account_and_one_without(here) -> None:
    make_person(email="ada@example.com")
    said = [
        TOKEN.sub(b"", Client(headers={"hx-request": "true"}).post(here, {"text": "Is it?", "email": to}).content)
        for to in ("ada@example.com", "bob@example.com")
    ]
    assert said[0] == said[1]


def test_a_person_asks_without_typing_an_address_and_their_name_is_shown_only_if_they_say_so(cream, here) -> None:
    client = signed_in(make_person(name="Somchai Jaidee"))
    form = client.get(here).content.decode()
    assert 'name="email"' not in form.split('<form class="stack" action="')[1].split("</form>")[0]
    assert 'name="named" value="1">' in form  # nothing is ticked beforehand
    for sent, shown in (({}, "A shopper"), ({"named": "1"}, "S.")):
        answer = client.post(here, {"text": f"Is it warm, {shown}?", "key": shown} | sent)
        assert answer["Location"] == f"{here}?asked=kept"
        view = Question.objects.latest("asked_at")
        questions.answer(view.pk, text="Yes.", public=True, actor_id=None)
        page = Client().get(here).content.decode()
        assert f"<bdi>{shown}</bdi>" in page
        assert "Somchai" not in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": "", "email": "ada@example.com"}, "Write your question in a few words."),
        ({"text": "x" * 501, "email": "ada@example.com"}, "at most 500 characters"),
        ({"text": "Is it warm, and \u200bkept?", "email": "nobody"}, 'value="nobody"'),
    ],
)
def test_what_was_typed_is_kept_and_the_field_marked(shopper, htmx, here, sent, said) -> None:
    for client, status in ((shopper, 422), (htmx, 200)):
        answer = client.post(here, sent)
        page = answer.content.decode()
        assert answer.status_code == status
        assert said in page
        assert 'aria-invalid="true"' in page
        assert '<details class="asked__ask" open>' in page
    assert not Question.objects.exists()


def test_characters_that_cannot_be_kept_break_nothing(shopper, here) -> None:
    odd = "\0"
    for name in ("text", "email", "name", "key"):
        sent = {"text": "Is it warm?", "email": "ada@example.com", "name": "", "key": "k"}
        assert shopper.post(here, sent | {name: f"{sent[name]}{odd}"}).status_code in {302, 400, 422}, name


def test_asking_too_fast_is_refused_in_words(shopper, here) -> None:
    answers = [shopper.post(here, {"text": "Is it?", "email": f"a{n}@example.com", "key": n}) for n in range(8)]
    assert [answer.status_code for answer in answers][-2:] == [503, 503]
    assert "You have asked a lot in a short time." in answers[-1].content.decode()


def test_taking_a_question_back_removes_it(cream, here) -> None:
    view = answered(cream)
    answer = Client().post(f"/en-US/questions/{view.token}", {"act": "take_back"})
    assert "are removed from the shop" in Client().get(answer["Location"]).content.decode()
    assert not Question.objects.exists()
    assert Client().get(f"/en-US/questions/{view.token}").status_code == 404


def test_a_product_that_is_not_sold_here_has_no_questions_here(shopper, cream) -> None:
    thai = make_product(prices={"TH": 59_900})
    assert shopper.get(f"/en-US/p/{thai.slug}/questions").status_code == 404
    assert shopper.post(f"/en-US/p/{thai.slug}/questions", {"text": "Is it?", "email": "a@b.co"}).status_code == 404


def test_who_may_see_what(cream, here) -> None:
    asker, other = make_person(email="asker@example.com"), make_person()
    callers = {
        "stranger": Client(),
        "other": signed_in(other),
        "asker": signed_in(asker),
        "operator": signed_in(operator("orla@glocal.test", ("na", "manager"))),
    }
    private = asked(cream.id, person_id=asker.pk, text="What do you say to me alone?")
    questions.answer(private.id, text="Nothing.", public=False, actor_id=None)
    asked(cream.id, asker=guest(), text="Nobody confirmed this one")
    asked(cream.id, text="Nobody answered this one")
    for name, client in callers.items():
        page = client.get(here)
        assert page.status_code == 200
        assert "asked__one" not in page.content.decode(), name
        assert "example.com" not in page.content.decode().split('id="asked"')[1].split("</details>")[0], name
        assert "no-store" in page["Cache-Control"]
        mine = client.get("/en-US/account/questions")
        assert mine.status_code == (302 if name == "stranger" else 200)
        assert ("to me alone" in mine.content.decode()) == (name == "asker")
    for token in ("forged", private.token[:-1] + "!", str(private.id), private.id.hex):
        absent = {name: client.get(f"/en-US/questions/{token}").status_code for name, client in callers.items()}
        assert set(absent.values()) == {404}
        assert {client.post(f"/en-US/questions/{token}").status_code for client in callers.values()} == {404}
    assert "Nothing." in callers["stranger"].get(f"/en-US/questions/{private.token}").content.decode()
