"""Questions for programs: read, ask, answer; each by who may."""

from uuid import uuid4

import pytest

from glocal.content.questions import facade as questions
from glocal.content.questions.models import Question
from glocal.platform.mail.models import OutgoingMail
from tests.content.questions.factories import asked, guest
from tests.factories.api import Caller, code_of, token
from tests.factories.catalog import make_product
from tests.factories.sale import open_shop
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db):
    open_shop()
    return make_product(title="Cloud cream")


def test_answered_questions_are_for_everybody_and_say_nothing_of_who_asked(product):
    view = asked(product.id, asker=guest(name="Ada"))
    questions.confirm(view.token)
    questions.answer(view.id, text="Yes.", public=True, actor_id=None)
    page = Caller().get(f"/products/{product.slug}/questions?market=US").json()
    (item,) = page["items"]
    assert (item["text"], item["answer"], item["initial"], page["more"]) == (view.text, "Yes.", "A", False)
    assert set(item) == {"text", "language", "initial", "asked_at", "answer", "answer_language", "answered_at"}
    assert Caller().get(f"/products/{product.slug}/questions?market=TH").json()["items"] == []
    assert code_of(Caller().get("/products/none/questions?market=US")) == (404, "product_not_found")


def test_a_guest_asks_and_confirms_by_mail(product):
    body, key = {"market": "US", "text": "Is it warm?", "email": "ada@example.com"}, str(uuid4())
    caller = Caller()
    path = f"/products/{product.slug}/questions"
    for _ in range(2):
        answer = caller.post(path, body, key=key)
        assert (answer.status_code, answer.json()) == (202, {"status": "unconfirmed"})
    assert (Question.objects.count(), OutgoingMail.objects.count()) == (1, 1)
    assert code_of(caller.post(path, body | {"email": ""})) == (422, "email_malformed")
    assert code_of(caller.post(path, body | {"text": "?"})) == (422, "question_too_short")
    assert code_of(Caller(visitor="me").post(path, body)) == (422, "visitor_needed")


def test_a_token_asks_for_its_person_only_with_the_scope(product):
    person = make_person()
    path, body = f"/products/{product.slug}/questions", {"market": "US", "text": "Is it warm?"}
    allowed = Caller(token("questions:write", person_id=person.pk))
    assert allowed.post(path, body).json() == {"status": "waiting"}
    assert Question.objects.get().person_id == person.pk
    without = Caller(token("orders:read", person_id=person.pk))
    assert code_of(without.post(path, body)) == (422, "email_malformed")


def test_an_operators_program_lists_and_answers_those_of_its_markets(product):
    views = [asked(product.id, text=f"Is it {word}?") for word in ("warm", "soft", "clean")]
    mine, foreign = (Caller(token("questions:read", "questions:write", unit=unit)) for unit in ("na", "eu"))
    first = mine.get("/operator/questions?size=2").json()
    rest = mine.get(f"/operator/questions?size=2&after={first['next']}").json()
    assert [row["id"] for row in (*first["items"], *rest["items"])] == [str(view.id) for view in views]
    assert rest["next"] is None
    assert foreign.get("/operator/questions").json()["items"] == []
    assert mine.get("/operator/questions?market=TH").json()["items"] == []
    answer = f"/operator/questions/{views[0].id}/answer"
    unknown = foreign.post(f"/operator/questions/{uuid4()}/answer", {"text": "Yes.", "public": True})
    assert foreign.post(answer, {"text": "Yes.", "public": True}).content == unknown.content
    key = str(uuid4())
    said = [mine.post(answer, {"text": "Yes.", "public": True}, key=key).status_code for _ in range(2)]
    assert said == [204, 204]
    decline = f"/operator/questions/{views[1].id}/decline"
    assert code_of(mine.post(decline, {"reason": "tired"})) == (422, "unknown_reason")
    assert mine.post(decline, {"reason": "unclear"}).status_code == 204
    assert [row["id"] for row in mine.get("/operator/questions").json()["items"]] == [str(views[2].id)]
    assert [row.text for row in questions.shown(product_id=product.id, market="US", language="en").items] == [
        "Is it warm?"
    ]
