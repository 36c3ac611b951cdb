"""Passkeys through the shop's own addresses: what opens an account, and what is worth nothing."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from glocal.platform.accounts import facade as accounts
from glocal.platform.audit.models import AuditEntry
from tests.platform.accounts.factories import make_person
from tests.platform.accounts.softkey import PRESENT, SoftKey

pytestmark = pytest.mark.django_db
REFUSED = "This passkey does not open an account here"


def browser(host="localhost") -> Client:
    return Client(headers={"host": host, "user-agent": "Mozilla/5.0 (Android 15) Firefox/140.0"})


def options(client, does):
    return client.post("/en-US/passkeys/options", {"does": does}).json()["publicKey"]


def sign_in(client, credential):
    return client.post("/en-US/sign-in/passkey", {"credential": credential})


@pytest.fixture
def mali():
    return make_person(email="mali@example.com")


@pytest.fixture
def key(mali) -> SoftKey:
    """Mali's, added on the account's page."""
    home, key = browser(), SoftKey()
    home.force_login(mali, backend="glocal.platform.accounts.backends.EmailBackend")
    answer = home.post("/en-US/account/security", {"act": "add_passkey", "credential": key.make(options(home, "add"))})
    assert answer["Location"] == "/en-US/account/security?done=passkey"
    return key


def test_a_passkey_signs_in_without_a_name_or_a_password(mali, key):
    client = browser()
    assert sign_in(client, key.use(options(client, "sign-in")))["Location"] == "/en-US/account"
    assert client.session["_auth_user_id"] == str(mali.pk)
    (kept,) = accounts.passkeys_of(mali.pk)
    assert kept.name == "Firefox, Android"
    assert kept.last_used_at


def test_a_replayed_assertion_is_worth_nothing(key):
    client = browser()
    heard = key.use(options(client, "sign-in"))
    sign_in(client, heard)
    for thief in (client, browser()):
        thief.logout()
        for challenged in (False, True):
            if challenged:
                options(thief, "sign-in")
            answer = sign_in(thief, heard)
            assert answer.status_code == 422
            assert REFUSED in answer.content.decode()
            assert "_auth_user_id" not in thief.session


def test_a_challenge_serves_once_even_when_the_answer_was_wrong(key):
    client = browser()
    given = options(client, "sign-in")
    sign_in(client, "{}")
    assert sign_in(client, key.use(given)).status_code == 422


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://localhost.evil.example"},
        {"origin": "http://localhost:9999"},
        {"rp": "evil.example"},
        {"flags": PRESENT},  # nobody showed a finger or the device's lock
        {"flags": 0},
        {"credential_id": b"another"},
        {"handle": b"0123456789abcdef"},
        {"handle": b""},
        {"key": SoftKey().key},
    ],
    ids=lambda bent: next(iter(bent)),
)
def test_a_foreign_or_forged_assertion_is_refused(key, bent):
    for name, value in bent.items():
        setattr(key, name, value)
    client = browser()
    answer = sign_in(client, key.use(options(client, "sign-in")))
    assert answer.status_code == 422
    assert REFUSED in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '{"response": 1}',
        "{" * 50_000,
        '{"response": {"userHandle": "é"}}',
    ],
)
def test_what_is_no_assertion_at_all_is_refused(key, text):
    client = browser()
    options(client, "sign-in")
    assert sign_in(client, text).status_code == 422


def test_another_persons_handle_with_my_key_opens_neither(mali, key):
    other = make_person(email="ada@example.com")
    key.handle = other.pk.bytes
    client = browser()
    assert sign_in(client, key.use(options(client, "sign-in"))).status_code == 422


def test_a_closed_account_stays_closed(mali, key):
    mali.is_active = False
    mali.save()
    client = browser()
    assert sign_in(client, key.use(options(client, "sign-in"))).status_code == 422


def test_a_registration_answer_does_not_sign_in_nor_the_other_way_round(key):
    client = browser()
    made = SoftKey().make(options(client, "new"))
    assert sign_in(client, made).status_code == 422


def test_somebody_elses_passkey_is_neither_renamed_nor_removed(mali, key):
    (kept,) = accounts.passkeys_of(mali.pk)
    thief = browser()
    ada = make_person(email="ada@example.com")
    thief.force_login(ada, backend="glocal.platform.accounts.backends.EmailBackend")
    for act in ("rename_passkey", "remove_passkey"):
        thief.post("/en-US/account/security", {"act": act, "id": kept.id, "name": "mine"})
    assert accounts.passkeys_of(mali.pk) == (kept,)


def test_the_last_way_in_is_not_taken_away(mali, key):
    mali.email = None
    mali.save()
    (kept,) = accounts.passkeys_of(mali.pk)
    with pytest.raises(accounts.LastWayIn):
        accounts.remove_passkey(person_id=mali.pk, passkey_id=kept.id)
    mali.phone = "+66812345678"
    mali.save()
    accounts.remove_passkey(person_id=mali.pk, passkey_id=kept.id)
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.filter(action="accounts.remove_passkey", actor_id=mali.pk).exists()


def test_a_session_of_yesterday_signs_in_once_more_before_it_adds_a_passkey(mali):
    old, key = browser(), SoftKey()
    old.force_login(mali, backend="glocal.platform.accounts.backends.EmailBackend")
    made = key.make(options(old, "add"))
    session = old.session
    session["proved_at"] -= 24 * 3600
    session.save()
    answer = old.post("/en-US/account/security", {"act": "add_passkey", "credential": made})
    assert answer["Location"].startswith("/en-US/sign-in?again=1")
    assert not accounts.passkeys_of(mali.pk)


def test_options_are_json_that_browsers_parse(mali):
    given = options(browser(), "new")
    assert given["rp"] == {"id": "localhost", "name": "glocal"}
    assert given["authenticatorSelection"]["residentKey"] == "required"

    assert json.dumps(given)
