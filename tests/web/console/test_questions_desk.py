"""The questions desk in the console: who may work at it, in which order, and what its steps do."""

import pytest

from glocal.content.questions import facade as questions
from glocal.content.questions.models import Question
from glocal.platform.audit.models import AuditEntry
from glocal.platform.console.records import list_url, record_url
from glocal.platform.kernel.ids import uuid7
from tests.content.questions.factories import asked, guest
from tests.factories.catalog import make_product
from tests.web.console.conftest import operator, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]
LIST = "questions.question"


@pytest.fixture
def product():
    return make_product(title="Cloud cream", skus={"CREAM-1": {}})


def test_unanswered_come_first_the_longest_waiting_on_top(manager, product):
    texts = ["Is it the first?", "Is it the second?", "Is it dealt with?"]
    views = [asked(product.id, text=text) for text in texts]
    questions.answer(views[2].id, text="Yes.", public=True, actor_id=None)
    asked(product.id, asker=guest(), text="Is it not confirmed?")
    page = manager.get(list_url(LIST)).content.decode()
    assert page.index(texts[0]) < page.index(texts[1]) < page.index(texts[2])
    assert "not confirmed" not in page
    assert "Cloud cream" in page
    for lookup in ({"status__exact": "waiting"}, {"age": "1"}, {"market": "US"}, {"language": "en"}):
        assert manager.get(list_url(LIST), lookup).status_code == 200
    assert texts[0] not in manager.get(list_url(LIST), {"age": "1"}).content.decode()
    assert texts[0] in manager.get(list_url(LIST), {"q": "CREAM"}).content.decode()
    assert texts[0] not in manager.get(list_url(LIST), {"q": "OTHER"}).content.decode()
    assert "Questions to answer" in manager.get("/console/").content.decode()


def test_a_question_is_answered_shown_and_hidden(manager, product, step):
    view = asked(product.id)
    page = record_url(LIST, view.id)
    assert "Is it good for sensitive skin?" in manager.get(page).content.decode()
    refused = step(manager, page, "answer", text="Yes.", language="en", public="")
    assert refused.status_code == 422
    assert step(manager, page, "answer", text="Yes.", language="en", public="private").status_code == 302
    row = Question.objects.get()
    assert (row.status, row.is_public, row.answer) == ("answered", False, "Yes.")
    assert step(manager, page, "show").status_code == 302
    assert len(questions.shown(product_id=product.id, market="US", language="en").items) == 1
    assert step(manager, page, "hide").status_code == 302
    assert questions.shown(product_id=product.id, market="US", language="en").items == ()
    actions = set(AuditEntry.objects.filter(object_type="question").values_list("action", flat=True))
    assert actions == {"questions.answer", "questions.show", "questions.hide"}


def test_one_that_names_somebody_says_so_and_cannot_be_published(manager, product, step):
    view = asked(product.id, text="Write to ada@example.com, is it warm?")
    page = record_url(LIST, view.id)
    assert "it can be answered privately only" in manager.get(page).content.decode()
    refused = step(manager, page, "answer", text="Yes.", language="en", public="public")
    assert refused.status_code == 422
    assert "Answer it privately." in refused.content.decode()
    assert Question.objects.get().status == "waiting"


def test_a_question_is_declined_with_a_reason(manager, product, step):
    view = asked(product.id)
    assert step(manager, record_url(LIST, view.id), "decline", reason="unclear").status_code == 302
    assert (Question.objects.get().status, Question.objects.get().reason) == ("declined", "unclear")
    assert step(manager, record_url(LIST, view.id), "decline", reason="").status_code != 302


def test_who_asked_is_not_told_to_the_desk(manager, product):
    view = asked(product.id, asker=guest("ada@example.com"))
    questions.confirm(view.token)
    for page in (list_url(LIST), record_url(LIST, view.id)):
        assert "ada@example.com" not in manager.get(page).content.decode()


@pytest.mark.parametrize(
    ("roles", "seen", "works"),
    [
        ((), False, False),
        ((("sea", "manager"),), False, False),
        ((("na", "orders", "CA"),), False, False),
        ((("na", "viewer"),), True, False),
        ((("na", "warehouse"),), True, False),
        ((("na", "orders", "US"),), True, True),
        ((("na", "catalogue"),), True, True),
    ],
)
def test_only_operators_of_the_market_see_it_and_only_roles_that_may_answer_it(product, step, roles, seen, works):
    view = asked(product.id)
    client = signed_in(operator("someone@glocal.test", *roles))
    page = record_url(LIST, view.id)
    assert (client.get(page).status_code == 200) == seen
    assert ("sensitive skin" in client.get(list_url(LIST)).content.decode()) == seen
    step(client, page, "answer", text="Yes.", language="en", public="private")
    assert (Question.objects.get().status == "answered") == works
    assert client.get(record_url(LIST, uuid7())).status_code in (302, 404)


def test_an_anonymous_visitor_is_sent_to_sign_in(product):
    view = asked(product.id)
    for address in (list_url(LIST), record_url(LIST, view.id)):
        assert signed_in(None).get(address)["Location"].startswith("/console/login/")
