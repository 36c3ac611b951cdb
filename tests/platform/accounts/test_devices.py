"""Browsers somebody is signed in on: listed, ended one by one or all, and a new one is mailed."""

import pytest
from django.core import mail as sent
from django.test import Client

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Device, Person
from glocal.platform.audit.models import AuditEntry
from glocal.platform.mail.jobs import send_batch
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "seven-green-lamps"
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"


@pytest.fixture
def mali() -> Person:
    person = make_person(email="mali@example.com", name="Mali", language="en", market="TH")
    person.set_password(PASSWORD)
    person.save()
    return person


def browser(agent: str) -> Client:
    return Client(headers={"user-agent": agent})


def sign_in(client: Client, email: str = "mali@example.com") -> Client:
    assert client.post("/en-TH/sign-in", {"email": email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/en-TH/account").status_code == 200


def letters() -> list:
    while send_batch():
        pass
    return sent.outbox


def end(client: Client, **what) -> int:
    return client.post("/en-TH/account/security", {"act": "end_device", **what}).status_code


def test_each_browser_is_listed_under_its_name_with_this_one_first(mali):
    phone, tablet = sign_in(browser(FIREFOX)), sign_in(browser(SAFARI))
    found = accounts.devices_of(mali.pk, phone.session.session_key)
    assert [(one.name, one.is_this) for one in found] == [("Firefox, Android", True), ("Safari, iPhone", False)]
    assert found[0].place == "127.0.0.1"
    page = tablet.get("/en-TH/account/security").content.decode()
    assert page.index("Safari, iPhone") < page.index("Firefox, Android")


def test_signing_in_again_on_a_browser_is_no_other_device(mali):
    phone = sign_in(browser(FIREFOX))
    phone.post("/en-TH/sign-out")
    sign_in(phone)
    assert Device.objects.count() == 1
    assert len(accounts.devices_of(mali.pk, None)) == 1


def test_signing_out_takes_the_browser_off_the_list(mali):
    phone = sign_in(browser(FIREFOX))
    phone.post("/en-TH/sign-out")
    assert accounts.devices_of(mali.pk, None) == ()


def test_one_browser_is_signed_out_by_another_and_that_is_audited(mali):
    phone, lost, tablet = (sign_in(browser(agent)) for agent in (FIREFOX, SAFARI, FIREFOX))
    device = Device.objects.get(session_key=lost.session.session_key)
    assert end(phone, id=device.pk) == 302
    assert (is_in(phone), is_in(lost), is_in(tablet)) == (True, False, True)
    assert AuditEntry.objects.filter(action="accounts.end_session", object_id=str(mali.pk)).count() == 1
    end(phone, id=device.pk)
    assert AuditEntry.objects.filter(action="accounts.end_session").count() == 1


def test_all_the_others_are_signed_out_at_once(mali):
    phone, lost, tablet = (sign_in(browser(agent)) for agent in (FIREFOX, SAFARI, FIREFOX))
    assert end(phone) == 302
    assert (is_in(phone), is_in(lost), is_in(tablet)) == (True, False, False)


@pytest.mark.parametrize("device", ["theirs", "none", "x" * 300])
def test_nobody_ends_a_session_that_is_not_theirs(mali, device):
    phone = sign_in(browser(FIREFOX))
    ada = make_person(email="ada@example.com")
    ada.set_password(PASSWORD)
    ada.save()
    theirs = Device.objects.get()
    assert end(sign_in(browser(SAFARI), "ada@example.com"), id=theirs.pk if device == "theirs" else device) == 302
    assert is_in(phone)
    assert not AuditEntry.objects.filter(action="accounts.end_session").exists()


def test_a_new_password_signs_every_other_browser_out(mali):
    phone, lost = sign_in(browser(FIREFOX)), sign_in(browser(SAFARI))
    phone.post("/en-TH/account/security", {"act": "password", "password": "eight-red-kettles"})
    assert (is_in(phone), is_in(lost)) == (True, False)
    assert accounts.devices_of(mali.pk, phone.session.session_key)[0].is_this


def test_the_first_browser_and_a_known_one_are_not_worth_a_letter_and_a_new_one_is(mali):
    phone = sign_in(browser(FIREFOX))
    phone.post("/en-TH/sign-out")
    sign_in(phone)
    assert letters() == []
    sign_in(browser(SAFARI))
    (letter,) = letters()
    assert letter.to == ["mali@example.com"]
    assert "Safari, iPhone" in letter.body
    assert "/en-TH/account/security" in letter.body


def test_a_cookie_that_is_none_of_ours_is_replaced(mali):
    phone = browser(FIREFOX)
    phone.cookies["device"] = "forged"
    sign_in(phone)
    assert phone.cookies["device"].value != "forged"
    assert phone.cookies["device"]["httponly"]
    assert len(phone.cookies["device"].value) == 43


def test_a_browser_that_nothing_is_known_of_has_no_name():
    assert accounts.device_name("") == ""
    assert accounts.device_name("curl/8") == ""
