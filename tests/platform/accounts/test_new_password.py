import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import get_user, tokens
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail as sent
from django.utils import timezone, translation

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.models import OutgoingMail
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person():
    return accounts.open_account(
        email="mali@example.com", password="seven-green-lamps", name="Mali", language="th", market="TH"
    )


def requested_token(email="mali@example.com"):
    accounts.request_new_password(email=email, page="/password/", place="203.0.113.7")
    send_batch()
    (link,) = re.findall(r"\S+/password/(\S+)", sent.outbox[-1].body)
    return link


def test_the_link_reaches_the_person_in_their_market_and_sets_a_new_password_once(person, settings):
    token = requested_token(" MALI@example.com")
    assert sent.outbox[0].to == ["mali@example.com"]
    assert f"{settings.PUBLIC_URL}/th-TH/password/{token}" in sent.outbox[0].body
    assert accounts.choose_new_password(token=token, password="eight-blue-chairs") == replace(
        person, email_confirmed=True
    )
    assert Person.objects.get().check_password("eight-blue-chairs")
    with pytest.raises(accounts.LinkExpired):
        accounts.choose_new_password(token=token, password="nine-red-tables")


def test_open_sessions_end_with_the_old_password(person, rf):
    browser = rf.get("/")
    browser.session = SessionStore()
    accounts.sign_in(browser, email="mali@example.com", password="seven-green-lamps")
    accounts.choose_new_password(token=requested_token(), password="eight-blue-chairs")
    assert get_user(browser).is_anonymous


def test_a_stranger_to_the_address_learns_nothing(person):
    make_person(email="imported@example.com", password="!")
    make_person(email="closed@example.com", is_active=False)
    for email in ("nobody@example.com", "imported@example.com", "closed@example.com"):
        accounts.request_new_password(email=email, page="/password/", place="203.0.113.7")
    assert not OutgoingMail.objects.exists()


def test_a_weak_password_is_refused_and_the_link_goes_on_working(person):
    token = requested_token()
    with pytest.raises(accounts.PasswordRefused):
        accounts.choose_new_password(token=token, password="12345678")
    accounts.choose_new_password(token=token, password="eight-blue-chairs")


@pytest.mark.parametrize("password", ["1", "12345678", "password", "mali-example"])
@pytest.mark.parametrize("language", ["th", "ar", "zh-hans"])
def test_every_reason_against_a_password_is_in_the_persons_language(person, password, language):
    with translation.override(language), pytest.raises(accounts.PasswordRefused) as refused:
        accounts.choose_new_password(token=requested_token(), password=password)
    assert not re.search("[A-Za-z]", refused.value.details["reasons"])


def test_a_link_ends_with_its_time_and_with_the_account(person, monkeypatch, settings):
    token = requested_token()
    Person.objects.update(is_active=False)
    with pytest.raises(accounts.LinkExpired):
        accounts.choose_new_password(token=token, password="eight-blue-chairs")
    Person.objects.update(is_active=True)
    later = timezone.now().replace(tzinfo=None) + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60)
    monkeypatch.setattr(tokens.default_token_generator, "_now", lambda: later)
    with pytest.raises(accounts.LinkExpired):
        accounts.choose_new_password(token=token, password="eight-blue-chairs")


def test_somebody_elses_token_does_not_fit(person):
    other = make_person(password="x")
    token = requested_token()
    for forged in (f"{other.pk.hex}-{token.partition('-')[2]}", "", "-", "x-y", token[:-1], token + "0"):
        with pytest.raises(accounts.LinkExpired):
            accounts.choose_new_password(token=forged, password="eight-blue-chairs")
