"""The console opens to nobody without a second factor, and dangerous acts ask for it again."""

import re
import time

import pytest
from django.core import mail as sent
from django.test import Client

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person, Role
from glocal.platform.audit.models import AuditEntry
from glocal.platform.console.records import list_url, record_url
from glocal.platform.kernel.totp import totp
from glocal.platform.mail.jobs import send_batch
from tests.web.console.conftest import PASSWORD, operator, signed_in

pytestmark = pytest.mark.django_db


def enrolled(person: Person) -> str:
    secret = accounts.new_secret()
    accounts.enrol(person_id=person.pk, secret=secret, code=totp(secret, steps=-1))
    return secret


def test_the_password_alone_leads_to_the_second_factor_only():
    secret = enrolled(operator("maya@glocal.test", ("na", "manager")))
    client = Client()
    client.post("/console/login/", {"username": "maya@glocal.test", "password": PASSWORD})
    for address in ("/console/", list_url("accounts.person"), "/console/find/?q=x"):
        assert client.get(address)["Location"].startswith("/console/second-factor/?next=%2Fconsole%2F")
    assert client.post("/console/second-factor/", {"code": "000000"}).status_code == 422
    assert client.get("/console/").status_code == 302
    assert client.post("/console/second-factor/", {"code": totp(secret)})["Location"] == "/console/"
    assert client.get("/console/").status_code == 200


def test_an_operator_without_an_app_sets_one_up_before_anything_else():
    operator("maya@glocal.test", ("na", "manager"))
    client = Client()
    client.post("/console/login/", {"username": "maya@glocal.test", "password": PASSWORD})
    page = client.get("/console/second-factor/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    done = client.post("/console/second-factor/", {"code": totp(secret)}).content.decode()
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", done)) == 10
    assert client.get("/console/").status_code == 200


def test_a_shopper_has_no_second_factor_page_of_the_console():
    for client in (Client(), signed_in(Person.objects.create_user("ada@example.test", PASSWORD))):
        assert client.get("/console/second-factor/")["Location"] == "/console/login/"


def test_giving_a_role_asks_once_more_and_keeps_what_was_chosen():
    maya = operator("maya@glocal.test", ("na", "manager"))
    secret, other = enrolled(maya), operator("orla@glocal.test", ("na", "viewer"))
    client = signed_in(maya)
    session = client.session
    session["strong_at"] = time.time() - accounts.STEP_UP_SECONDS - 1
    session.save()
    address = record_url("accounts.person", other.pk)
    wish = {"step": "grant", "business_unit": "na", "role": "finance", "market": "US"}
    asked = client.post(address, wish).content.decode()
    assert 'name="role" value="finance"' in asked
    assert client.post(address, {**wish, "factor_code": "000000"}).status_code == 422
    assert not Role.objects.filter(role="finance").exists()
    assert client.post(address, {**wish, "factor_code": totp(secret)}).status_code == 302
    assert Role.objects.get(role="finance").market == "US"


@pytest.mark.django_db(transaction=True)
def test_an_invitation_opens_an_account_with_its_role_once():
    client = signed_in(operator("maya@glocal.test", ("na", "manager")))
    wish = {"step": "invite", "email": "New@glocal.test", "business_unit": "na", "role": "orders", "market": "US"}
    assert client.post(list_url("accounts.person"), wish).status_code == 302
    send_batch()
    link = re.search(r"/console/invitation/\S+", sent.outbox[-1].body)[0]
    guest = Client()
    assert "new@glocal.test" in guest.get(link).content.decode()
    assert guest.post(link, {"name": "New", "password": "12345678"}).status_code == 422
    assert guest.post(link, {"name": "New", "password": PASSWORD})["Location"] == "/console/login/"
    role = Role.objects.get(person__email="new@glocal.test")
    assert (role.role, role.market, role.business_unit_id) == ("orders", "US", "na")
    assert guest.get(link).status_code == 422
    assert guest.get("/console/invitation/forged/").status_code == 422


@pytest.mark.django_db(transaction=True)
def test_nobody_invites_to_markets_they_do_not_manage():
    client = signed_in(operator("maya@glocal.test", ("na", "manager", "US")))
    wish = {"step": "invite", "email": "new@glocal.test", "business_unit": "na", "role": "orders", "market": ""}
    assert client.post(list_url("accounts.person"), wish).status_code == 422
    assert not send_batch()


def test_who_has_shown_only_the_password_can_sign_out():
    enrolled(operator("maya@glocal.test", ("na", "manager")))
    client = Client()
    client.post("/console/login/", {"username": "maya@glocal.test", "password": PASSWORD})
    assert client.get("/console/logout/").status_code == 405
    assert client.post("/console/logout/")["Location"] == "/console/login/"
    assert client.get("/console/second-factor/")["Location"] == "/console/login/"


def test_the_trail_of_an_invitation_keeps_no_whole_address():
    maya = operator("maya@glocal.test", ("na", "manager"))
    accounts.invite(email="newcomer@example.com", business_unit="na", role="orders", actor_id=maya.pk)
    kept = AuditEntry.objects.get(action="accounts.invite")
    assert kept.after["email"] == "n•••@example.com"
