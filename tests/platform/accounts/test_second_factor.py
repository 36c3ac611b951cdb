"""Authenticator app and recovery codes: each code once, guessing limited, and no way in without."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.services import secondfactor
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
