from datetime import UTC, datetime, timedelta

import pytest

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import ApiToken, Person
from glocal.platform.audit import facade as audit
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def issue(**changes):
    given = {"name": "ERP", "business_unit": "sea", "scopes": ["orders:read", "stock:write"], "actor_id": None}
    return accounts.issue_token(**given | changes)


def test_the_secret_says_who_calls_what_they_may_and_where():
    person = make_person()
    info, secret = issue(person_id=person.pk)
    caller = accounts.check_token(secret)
    assert caller is not None
    assert (caller.id, caller.person_id, caller.business_unit) == (info.id, person.pk, "sea")
    assert caller.scopes == {"orders:read", "stock:write"}
    assert caller.markets == {"TH", "VN", "ID", "MY", "SG", "PH"}


def test_the_secret_itself_is_kept_nowhere():
    info, secret = issue()
    kept = str(ApiToken.objects.values().get())
    assert secret not in kept
    assert info.prefix in secret
    assert secret not in str(audit.trail("token", info.id))


def test_a_token_ends_by_time_by_revocation_and_with_its_person():
    person = make_person()
    _, short = issue(expires_at=clock.now() + timedelta(hours=1))
    info, revoked = issue()
    _, personal = issue(person_id=person.pk)
    assert all(accounts.check_token(secret) for secret in (short, revoked, personal))
    accounts.revoke_token(token_id=info.id, actor_id=None)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    with clock.shifted(timedelta(hours=1)):
        assert [accounts.check_token(secret) for secret in (short, revoked, personal)] == [None] * 3


@pytest.mark.parametrize("secret", ["", "glocal_", "glocal_" + "x" * 43, "\u0000", "' OR 1=1 --", "ก" * 5000])
def test_what_is_no_secret_of_ours_opens_nothing(secret):
    issue()
    assert accounts.check_token(secret) is None


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"scopes": ["orders:read", "everything"]}, accounts.UnknownScope, "scopes"),
        ({"business_unit": "moon"}, accounts.UnknownBusinessUnit, "business_unit"),
        ({"expires_at": NOW}, accounts.ExpiryPast, "expires_at"),
        ({"person_id": uuid7()}, accounts.PersonNotFound, "person_id"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(changes, error, field):
    with clock.at(NOW), pytest.raises(error) as refused:
        issue(**changes)
    assert refused.value.field == field
    assert not ApiToken.objects.exists()


def test_use_is_noted_at_most_once_a_minute(django_assert_num_queries):
    info, secret = issue()
    with clock.at(NOW):
        accounts.check_token(secret)
    with clock.at(NOW + timedelta(seconds=59)), django_assert_num_queries(1):
        accounts.check_token(secret)
    assert accounts.tokens_of("sea")[0].last_used_at == NOW
    with clock.at(NOW + timedelta(seconds=61)), django_assert_num_queries(2):
        accounts.check_token(secret)
    assert accounts.tokens_of("sea")[0].id == info.id


def test_issue_and_revocation_are_audited_and_a_token_is_revoked_once():
    boss = make_person(is_superuser=True).pk
    info, _ = issue(actor_id=boss)
    accounts.revoke_token(token_id=info.id, actor_id=boss)
    with pytest.raises(accounts.TokenNotFound):
        accounts.revoke_token(token_id=info.id, actor_id=boss)
    assert [entry.action for entry in audit.trail("token", info.id)] == [
        "accounts.revoke_token",
        "accounts.issue_token",
    ]


def test_only_a_manager_of_the_unit_issues_and_revokes_its_tokens():
    def manager(**role):
        person = make_person().pk
        accounts.grant_role(**{"person_id": person, "role": "manager", "actor_id": None} | role)
        return person

    info, secret = issue(actor_id=manager(business_unit="sea"))
    for stranger in (
        make_person().pk,
        manager(business_unit="eu"),
        manager(business_unit="sea", market="TH"),
        manager(business_unit="sea", role="finance"),
    ):
        with pytest.raises(accounts.NotInYourHands):
            issue(actor_id=stranger)
        with pytest.raises(accounts.NotInYourHands):
            accounts.revoke_token(token_id=info.id, actor_id=stranger)
    assert accounts.check_token(secret)
    assert ApiToken.objects.count() == 1
