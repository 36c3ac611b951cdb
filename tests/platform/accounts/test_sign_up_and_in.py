from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person
from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.markets.facade import UnknownMarket

PASSWORD = "seven-green-lamps"


def sign_up(**changes):
    given = {"email": "Mali@Example.com", "password": PASSWORD, "name": "Mali", "language": "th", "market": "TH"}
    return accounts.sign_up(**given | changes)


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
class TestSignUp:
    def test_a_new_account_has_its_address_in_lower_case_and_is_announced_once(self):
        person = sign_up()
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
    def test_bad_input_is_refused_by_field_and_opens_nothing(self, changes, error, field):
        with pytest.raises(error) as refused:
            sign_up(**changes)
        assert refused.value.field == field
        assert refused.value.message.format(**refused.value.details)
        assert not Person.objects.exists()
        assert not OutboxEvent.objects.exists()

    def test_signing_up_again_with_the_right_password_is_the_same_account(self):
        first = sign_up()
        assert sign_up(email="MALI@example.com", name="Other") == first
        assert OutboxEvent.objects.count() == 1

    def test_a_taken_address_is_refused_and_changes_nothing(self):
        first = sign_up()
        with pytest.raises(accounts.SignUpRefused):
            sign_up(password="another-good-one-9")
        assert accounts.person(first.id) == first
        assert Person.objects.get().check_password(PASSWORD)

    def test_a_closed_account_is_not_opened_by_signing_up_again(self):
        sign_up()
        Person.objects.update(is_active=False)
        with pytest.raises(accounts.SignUpRefused):
            sign_up()

    def test_the_database_itself_refuses_a_second_spelling_of_an_address(self):
        sign_up()
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.create(email="MALI@example.com")


@pytest.mark.django_db(transaction=True)
def test_two_sign_ups_at_once_for_one_address_make_one_account():
    def attempt(number):
        try:
            return sign_up(password=f"{PASSWORD}-{number}").id
        except accounts.SignUpRefused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        opened = [found for found in pool.map(attempt, range(4)) if found]
    assert len(opened) == Person.objects.count() == OutboxEvent.objects.count() == 1


@pytest.mark.django_db
class TestSignIn:
    def test_the_address_counts_in_any_case_and_opens_a_session(self, visit):
        person = sign_up()
        assert accounts.sign_in(visit, email=" MALI@EXAMPLE.COM ", password=PASSWORD) == person
        assert get_user(visit).pk == person.id
        accounts.sign_out(visit)
        assert get_user(visit).is_anonymous

    def test_a_session_key_from_before_signing_in_is_worth_nothing_afterwards(self, visit):
        sign_up()
        visit.session["cart"] = "kept"
        visit.session.save()
        before = visit.session.session_key
        accounts.sign_in(visit, email="mali@example.com", password=PASSWORD)
        assert visit.session.session_key != before
        assert visit.session["cart"] == "kept"

    def test_unknown_wrong_closed_and_imported_look_the_same_and_cost_the_same(self, visit, settings):
        settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
        sign_up()
        closed = sign_up(email="closed@example.com")
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
        sign_up()
        for number in range(settings.AXES_FAILURE_LIMIT):
            with pytest.raises((accounts.SignInRefused, accounts.TooManyTries)):
                accounts.sign_in(visit, email="Mali@example.com", password=f"guess-{number}")
        with pytest.raises(accounts.TooManyTries) as refused:
            accounts.sign_in(visit, email="mali@example.com", password=PASSWORD)
        assert refused.value.retry_after == 15 * 60
        assert get_user(visit).is_anonymous


@pytest.mark.django_db
def test_a_profile_is_changed_by_its_id():
    person = sign_up()
    changed = accounts.update_person(person_id=person.id, name=" Mali\n S. ", language="en", market="SG")
    assert (changed.name, changed.language, changed.market) == ("Mali S.", "en", "SG")
    assert accounts.people([person.id]) == {person.id: changed}
