"""Who may see and do what on the pages of signing in: a stranger, another person, the owner, an operator."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Device, Person
from tests.factories.sale import open_shop
from tests.platform.accounts.factories import make_person
from tests.web.console.conftest import operator, paid_order, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("callers")]
PLACE = "203.0.113.7"
STRANGER, OTHER, OWNER, OPERATOR = "stranger", "another person", "owner", "operator"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
NOBODYS = "01a20691-0000-7000-8000-000000000000"
OPEN = ("sign-in", "sign-in/code", "sign-up", "password", f"sign-in/code/{NOBODYS}", f"sign-up/code/{NOBODYS}")
OWN = ("account/security", "account/app", f"account/email/{NOBODYS}", f"account/phone/{NOBODYS}")


@pytest.fixture
def callers() -> dict[str, Client]:
    open_shop()
    people = {name: make_person(email=f"{name[:5]}@example.com") for name in (OTHER, OWNER)}
    people[OPERATOR] = operator("orla@glocal.test", ("na", "manager"))
    return {STRANGER: Client()} | {name: signed_in(person) for name, person in people.items()}


@pytest.fixture
def owner(callers) -> Person:
    return Person.objects.get(email="owner@example.com")


def statuses(callers, path, **sent):
    asked = {name: (client.post if sent else client.get)(f"/en-US/{path}", sent) for name, client in callers.items()}
    return {name: answer.status_code for name, answer in asked.items()}


@pytest.mark.parametrize("path", OPEN)
def test_pages_of_signing_in_are_for_everybody(callers, path):
    assert set(statuses(callers, path).values()) == {200}


@pytest.mark.parametrize("path", OWN)
def test_pages_of_an_account_lead_a_stranger_to_sign_in(callers, path):
    assert statuses(callers, path) == {STRANGER: 302, OTHER: 200, OWNER: 200, OPERATOR: 200}
    assert "/en-US/sign-in" in callers[STRANGER].get(f"/en-US/{path}")["Location"]
    assert "/en-US/sign-in" in callers[STRANGER].post(f"/en-US/{path}", {"act": "email", "code": "1"})["Location"]


def test_the_second_step_is_there_after_the_first_only(callers):
    assert set(statuses(callers, "sign-in/second").values()) == {302}


def test_a_code_that_is_anothers_and_one_that_is_not_there_look_the_same(callers, owner):
    theirs = accounts.request_email(person_id=owner.pk, email="new@example.com", place=PLACE)
    shown = []
    for code_id in (theirs, uuid4()):
        answer = callers[OTHER].post(f"/en-US/account/email/{code_id}", {"code": "000000"})
        shown.append((answer.status_code, TOKEN.sub(b"", answer.content).replace(str(code_id).encode(), b"")))
    assert shown[0] == shown[1]
    assert shown[0][0] == 422


@pytest.mark.parametrize("act", ["rename_passkey", "remove_passkey", "unlink", "end_device"])
def test_what_is_anothers_cannot_be_told_from_what_is_not_there_and_stays(callers, owner, act):
    device = Device.objects.create(person=owner, mark="m" * 64, session_key="s", agent="", place=PLACE)
    found = []
    for number in (str(device.pk) if act == "end_device" else "1", str(uuid4())):
        answer = callers[OTHER].post("/en-US/account/security", {"act": act, "id": number, "name": "Mine"})
        found.append((answer.status_code, answer.get("Location"), TOKEN.sub(b"", answer.content)))
    assert found[0] == found[1]
    device.refresh_from_db()
    assert device.session_key == "s"


def test_an_act_that_is_none_is_refused_to_all_who_are_in(callers):
    found = statuses(callers, "account/security", act="close")
    assert found == {STRANGER: 302, OTHER: 400, OWNER: 400, OPERATOR: 400}


def test_only_who_has_a_guest_orders_link_keeps_it_by_a_passkey(callers):
    order = paid_order()
    for token in ("", "forged"):
        assert set(statuses(callers, f"orders/{order.number}/passkey", t=token).values()) == {404}
    assert set(statuses(callers, f"orders/{order.number}/passkey", t=order.token).values()) == {302}
    order.refresh_from_db()
    assert order.person_id is None


def test_what_a_passkey_needs_to_know_names_nobody(callers):
    said = {name: client.post("/en-US/passkeys/options", {"does": "sign-in"}) for name, client in callers.items()}
    assert {answer.status_code for answer in said.values()} == {200}
    assert all("example.com" not in answer.content.decode() for answer in said.values())
    assert "owner@example.com" not in callers[OTHER].post("/en-US/passkeys/options", {"does": "add"}).content.decode()


@pytest.mark.parametrize("path", ["account/security", "account/app", "sign-in/second", "sign-up", "sign-in"])
def test_what_such_a_page_shows_is_kept_by_no_cache(callers, path):
    assert "no-store" in callers[OWNER].get(f"/en-US/{path}")["Cache-Control"]
