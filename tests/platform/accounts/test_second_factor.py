"""Authenticator app and recovery codes: each code once, guessing limited, and no way in without."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail as sent
from django.test import Client

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.services import secondfactor
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.models import OutgoingMail
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db
PASSWORD = "seven-green-lamps"


def code_of(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def enrolled():
    person = make_person(email="mali@example.com")
    person.set_password(PASSWORD)
    person.save()
    secret = accounts.new_secret()
    recovery = accounts.enrol(person_id=person.pk, secret=secret, code=code_of(secret, -1))
    return person, secret, recovery


def first_step():
    browser = Client()
    answer = browser.post("/en-US/sign-in", {"email": "mali@example.com", "password": PASSWORD})
    assert answer["Location"].startswith("/en-US/sign-in/second?")
    assert "_auth_user_id" not in browser.session
    return browser


def second_step(browser, code):
    return browser.post("/en-US/sign-in/second", {"code": code}).status_code


def test_a_password_alone_no_longer_signs_in_and_a_code_does(enrolled):
    browser = first_step()
    assert browser.get("/en-US/account").status_code == 302
    assert second_step(browser, code_of(enrolled[1])) == 302
    assert browser.get("/en-US/account").status_code == 200


def test_a_code_is_good_for_one_sign_in_even_in_another_process(enrolled):
    person, secret, _ = enrolled
    code = code_of(secret)
    accounts_code = code
    secondfactor.check_second_factor(person_id=person.pk, code=accounts_code)
    with pytest.raises(accounts.CodeRefused):
        secondfactor.check_second_factor(person_id=person.pk, code=code)
    with pytest.raises(accounts.CodeRefused):
        secondfactor.check_second_factor(person_id=person.pk, code=code_of(secret, -1))


def test_a_recovery_code_signs_in_once(enrolled):
    person, _, recovery = enrolled
    assert second_step(first_step(), f"{recovery[3][:4]} {recovery[3][4:]}") == 302
    assert second_step(first_step(), recovery[3]) == 422
    assert accounts.recovery_codes_left(person.pk) == 9


def test_guessing_is_stopped_and_then_even_the_right_code_waits(enrolled, monkeypatch):
    person, secret, _ = enrolled
    monkeypatch.setattr(secondfactor, "WRONG_AN_HOUR", 3)
    for _guess in range(3):
        with pytest.raises(accounts.CodeRefused):
            secondfactor.check_second_factor(person_id=person.pk, code="000000")
    with pytest.raises(accounts.TooManyTries) as refused:
        secondfactor.check_second_factor(person_id=person.pk, code=code_of(secret))
    assert refused.value.retry_after == 3600


def test_axes_counts_second_factors_of_one_place(enrolled, settings):
    settings.AXES_ENABLED = True
    browser = first_step()
    for _guess in range(settings.AXES_FAILURE_LIMIT):
        second_step(browser, "000000")
    assert second_step(browser, code_of(enrolled[1])) in (429, 503)


def test_the_second_step_without_the_first_is_not_there():
    assert Client().get("/en-US/sign-in/second").status_code == 302


def test_a_wrong_first_code_sets_nothing_up():
    person = make_person()
    with pytest.raises(accounts.CodeRefused):
        accounts.enrol(person_id=person.pk, secret=accounts.new_secret(), code="000000")
    with pytest.raises(accounts.CodeRefused):
        accounts.enrol(person_id=person.pk, secret="", code="")
    assert not accounts.has_second_factor(person.pk)


def open_session_of(person, *, minutes):
    """Signed in and shown a second factor so many minutes ago: what a thief of a session has."""
    browser = Client()
    browser.force_login(person, backend="glocal.platform.accounts.backends.EmailBackend")
    session = browser.session
    session["proved_at"] = session["strong_at"] = time.time() - 60 * minutes
    session.save()
    return browser


def test_an_open_session_is_not_enough_to_replace_the_app(enrolled):
    person, secret, _ = enrolled
    thief = open_session_of(person, minutes=25)
    page = thief.get("/en-US/account/app").content.decode()
    assert 'name="factor_code"' in page
    assert "otpauth" not in page
    session, own = thief.session, accounts.new_secret()
    session["app_secret"] = own
    session.save()
    answer = thief.post("/en-US/account/app", {"code": code_of(own)})
    assert 'name="factor_code"' in answer.content.decode()
    assert thief.post("/en-US/account/app", {"code": code_of(own), "factor_code": code_of(own)}).status_code == 422
    secondfactor.check_second_factor(person_id=person.pk, code=code_of(secret))  # still the owner's


@pytest.mark.parametrize("act", ["remove_app", "recovery", "add_passkey", "remove_passkey"])
def test_changing_what_proves_somebody_asks_for_the_second_factor(enrolled, act):
    person, secret, recovery = enrolled
    browser = open_session_of(person, minutes=11)
    sent_first = {"act": act, "id": "7", "credential": "{}"}
    page = browser.post("/en-US/account/security", sent_first).content.decode()
    assert 'name="factor_code"' in page
    assert f'name="act" value="{act}"' in page
    assert browser.post("/en-US/account/security", {**sent_first, "factor_code": "000000"}).status_code == 422
    assert accounts.has_second_factor(person.pk)
    assert accounts.recovery_codes_left(person.pk) == len(recovery)
    after = browser.post("/en-US/account/security", {**sent_first, "factor_code": code_of(secret)})
    assert 'name="factor_code"' not in after.content.decode()
    assert accounts.has_second_factor(person.pk) == (act != "remove_app")


def test_who_shows_the_old_app_sets_up_a_new_one(enrolled):
    person, secret, _ = enrolled
    browser = open_session_of(person, minutes=11)
    page = browser.post("/en-US/account/app", {"factor_code": code_of(secret)}).content.decode()
    new = re.search(r"secret=([A-Z2-7]+)", page)[1]
    assert browser.post("/en-US/account/app", {"code": code_of(new)}).status_code == 200
    secondfactor.check_second_factor(person_id=person.pk, code=code_of(new, 1))


def test_a_first_app_and_a_fresh_second_factor_are_asked_nothing_more(enrolled):
    assert "otpauth" in open_session_of(enrolled[0], minutes=9).get("/en-US/account/app").content.decode()
    assert "otpauth" in open_session_of(make_person(), minutes=25).get("/en-US/account/app").content.decode()


def test_the_owner_hears_of_every_change_in_their_language(enrolled):
    person = enrolled[0]
    person.language, person.market = "es", "US"
    person.save()
    accounts.recovery_codes(person_id=person.pk)
    accounts.remove_second_factor(person_id=person.pk)
    accounts.remove_second_factor(person_id=person.pk)
    while send_batch():
        pass
    said = [(message.to, message.body) for message in sent.outbox]
    assert [to for to, _body in said] == [["mali@example.com"]] * 3
    assert "An authenticator app was set up" in said[0][1]
    assert "nuevos códigos de recuperación" in said[1][1]
    assert "Se desactivó la app" in said[2][1]
    assert all("/account/security" in body for _to, body in said)


def test_who_has_no_address_is_written_nothing():
    person = make_person(email=None)
    secret = accounts.new_secret()
    accounts.enrol(person_id=person.pk, secret=secret, code=code_of(secret))
    assert not OutgoingMail.objects.exists()
