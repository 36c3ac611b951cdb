from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import OneTimeCode, Person
from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.markets.facade import UnknownMarket

PASSWORD = "seven-green-lamps"


def given(**changes):
    mali = {"email": "Mali@Example.com", "password": PASSWORD, "name": "Mali", "language": "th", "market": "TH"}
    return mali | changes


def open_account(**changes):
    return accounts.open_account(**given(**changes))


@pytest.fixture
def visit():
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.7")
    request.session = SessionStore()
    return request


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed: that is where the time of a sign-in goes."""

    work = Counter()

    def encode(self, password, salt):
        self.work["hashed"] += 1
        return super().encode(password, salt)


@pytest.mark.django_db
class TestOpening:
    def test_a_new_account_has_its_address_in_lower_case_and_is_announced_once(self):
        person = open_account()
        assert (person.email, person.name, person.language, person.market, person.is_staff) == (
            "mali@example.com",
            "Mali",
            "th",
            "TH",
            False,
        )
        assert accounts.person(person.id) == person
        (event,) = OutboxEvent.objects.all()
        assert event.name == "accounts.PersonSignedUp"
        assert event.payload["person_id"] == str(person.id)

    @pytest.mark.parametrize(
        ("changes", "error", "field"),
        [
            ({"email": "mali"}, accounts.EmailMalformed, "email"),
            ({"email": ""}, accounts.EmailMalformed, "email"),
            ({"email": "m" * 250 + "@example.com"}, accounts.EmailMalformed, "email"),
            ({"password": "12345678901"}, accounts.PasswordRefused, "password"),
            ({"password": "short"}, accounts.PasswordRefused, "password"),
            ({"password": "mali@example.com"}, accounts.PasswordRefused, "password"),
            ({"name": "x" * 121}, accounts.NameTooLong, "name"),
            ({"language": "tlh"}, accounts.LanguageNotOffered, "language"),
            ({"market": "XX"}, UnknownMarket, "market"),
        ],
    )
    def test_bad_input_is_refused_by_field_at_either_door_and_opens_nothing(self, changes, error, field):
        for door in (accounts.open_account, partial(accounts.begin_sign_up, place="203.0.113.7")):
            with pytest.raises(error) as refused:
                door(**given(**changes))
            assert refused.value.field == field
            assert refused.value.message.format(**refused.value.details)
        assert not Person.objects.exists()
        assert not OneTimeCode.objects.exists()
        assert not OutboxEvent.objects.exists()

    @pytest.mark.parametrize("is_active", [True, False])
    def test_a_taken_address_is_refused_and_changes_nothing(self, is_active):
        first = open_account()
        Person.objects.update(is_active=is_active)
        with pytest.raises(accounts.AddressTaken):
            open_account(email="MALI@example.com", password="another-good-one-9")
        person = Person.objects.get()
        assert (person.pk, person.is_active) == (first.id, is_active)
        assert person.check_password(PASSWORD)
        assert OutboxEvent.objects.count() == 1

    def test_the_database_itself_refuses_a_second_spelling_of_an_address(self):
        open_account()
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.create(email="MALI@example.com")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_for_one_address_make_one_account():
    def attempt(number):
        try:
            return open_account(password=f"{PASSWORD}-{number}").id
        except accounts.AddressTaken:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        opened = [found for found in pool.map(attempt, range(4)) if found]
    assert len(opened) == Person.objects.count() == OutboxEvent.objects.count() == 1


@pytest.mark.django_db
class TestSignIn:
    def test_the_address_counts_in_any_case_and_opens_a_session(self, visit):
        person = open_account()
        assert accounts.sign_in(visit, email=" MALI@EXAMPLE.COM ", password=PASSWORD) == person
        assert get_user(visit).pk == person.id
        accounts.sign_out(visit)
        assert get_user(visit).is_anonymous

    def test_a_session_key_from_before_signing_in_is_worth_nothing_afterwards(self, visit):
        open_account()
        visit.session["cart"] = "kept"
        visit.session.save()
        before = visit.session.session_key
        accounts.sign_in(visit, email="mali@example.com", password=PASSWORD)
        assert visit.session.session_key != before
        assert visit.session["cart"] == "kept"

    def test_unknown_wrong_closed_and_imported_look_the_same_and_cost_the_same(self, visit, settings):
        settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
        open_account()
        closed = open_account(email="closed@example.com")
        Person.objects.filter(pk=closed.id).update(is_active=False)
        Person.objects.create(email="imported@example.com", password="!")
        answers, costs = set(), set()
        for email, password in [
            ("mali@example.com", "wrong"),
            ("nobody@example.com", PASSWORD),
            ("closed@example.com", PASSWORD),
            ("imported@example.com", PASSWORD),
        ]:
            CountingHasher.work.clear()
            with pytest.raises(accounts.SignInRefused) as refused:
                accounts.sign_in(visit, email=email, password=password)
            answers.add((refused.value.code, refused.value.field, str(refused.value.details)))
            costs.add(CountingHasher.work["hashed"])
        assert len(answers) == 1
        assert costs == {1}

    @pytest.mark.parametrize("email", ["mali\0@example.com", "m" * 250 + "@example.com", "\u0e21" * 300])
    def test_an_address_that_no_table_can_hold_is_refused_like_any_unknown_one(self, visit, settings, email):
        settings.AXES_ENABLED = True
        with pytest.raises(accounts.SignInRefused):
            accounts.sign_in(visit, email=email, password=PASSWORD)

    def test_after_too_many_failures_even_the_right_password_has_to_wait(self, visit, settings):
        settings.AXES_ENABLED = True
        open_account()
        for number in range(settings.AXES_FAILURE_LIMIT):
            with pytest.raises((accounts.SignInRefused, accounts.TooManyTries)):
                accounts.sign_in(visit, email="Mali@example.com", password=f"guess-{number}")
        with pytest.raises(accounts.TooManyTries) as refused:
            accounts.sign_in(visit, email="mali@example.com", password=PASSWORD)
        assert refused.value.retry_after == 15 * 60
        assert get_user(visit).is_anonymous


@pytest.mark.django_db
def test_a_profile_is_changed_by_its_id():
    person = open_account()
    changed = accounts.update_person(person_id=person.id, name=" Mali\n S. ", language="en", market="SG")
    assert (changed.name, changed.language, changed.market) == ("Mali S.", "en", "SG")
    assert accounts.people([person.id]) == {person.id: changed}
