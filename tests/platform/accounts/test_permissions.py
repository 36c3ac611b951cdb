import pytest

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import BusinessUnit, Person
from glocal.platform.audit import facade as audit
from glocal.platform.kernel.errors import Invalid, NotFound
from glocal.platform.kernel.ids import uuid7
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db

SEA = {"TH", "VN", "ID", "MY", "SG", "PH"}


def operator(business_unit, role, market=None):
    person = make_person()
    accounts.grant_role(person_id=person.pk, business_unit=business_unit, role=role, market=market, actor_id=None)
    return person.pk


CALLERS = {
    "anonymous": lambda: None,
    "a person without a role": lambda: make_person().pk,
    "somebody who does not exist": uuid7,
    "operator of another unit": lambda: operator("eu", "manager"),
    "operator of another market": lambda: operator("sea", "orders", "VN"),
    "operator of another craft": lambda: operator("sea", "catalogue"),
    "viewer": lambda: operator("sea", "viewer"),
    "operator of the market": lambda: operator("sea", "orders", "TH"),
    "operator of the unit": lambda: operator("sea", "orders"),
    "manager of the unit": lambda: operator("sea", "manager"),
    "superuser": lambda: make_person(is_superuser=True).pk,
}


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        (
            "orders.refund",
            {"operator of the market", "operator of the unit", "manager of the unit", "superuser"},
        ),
        (
            "orders.view",
            {
                "operator of another craft",
                "viewer",
                "operator of the market",
                "operator of the unit",
                "manager of the unit",
                "superuser",
            },
        ),
        ("people.edit", {"manager of the unit", "superuser"}),
    ],
)
def test_who_may_do_what_in_thailand(permission, allowed):
    callers = {name: make() for name, make in CALLERS.items()}
    assert {name for name, caller in callers.items() if accounts.may(caller, permission, "TH")} == allowed


def test_a_role_reaches_the_markets_of_its_unit_or_only_its_own():
    assert accounts.markets_for(operator("sea", "orders"), "orders.refund") == SEA
    assert accounts.markets_for(operator("sea", "orders", "TH"), "orders.refund") == {"TH"}
    both = operator("sea", "orders", "TH")
    accounts.grant_role(person_id=both, business_unit="na", role="viewer", actor_id=None)
    assert accounts.markets_for(both, "orders.view") == {"TH", "US", "CA"}
    assert accounts.markets_for(both, "orders.refund") == {"TH"}
    assert len(accounts.markets_for(make_person(is_superuser=True).pk, "orders.view")) == 15


def test_a_role_ends_with_the_role_the_account_or_the_market_leaving_the_unit():
    person = operator("sea", "warehouse", "TH")
    assert accounts.may(person, "stock.edit", "TH")
    BusinessUnit.objects.filter(pk="sea").update(markets=["VN"])
    assert not accounts.may(person, "stock.edit", "TH")
    BusinessUnit.objects.filter(pk="sea").update(markets=["TH"])
    Person.objects.filter(pk=person).update(is_active=False)
    assert not accounts.may(person, "stock.edit", "TH")
    Person.objects.filter(pk=person).update(is_active=True)
    accounts.withdraw_role(person_id=person, business_unit="sea", role="warehouse", market="TH", actor_id=None)
    assert not accounts.may(person, "stock.edit", "TH")


def test_a_closed_superuser_may_nothing():
    assert accounts.markets_for(make_person(is_superuser=True, is_active=False).pk, "orders.view") == frozenset()


def test_the_console_opens_with_the_first_role_and_closes_with_the_last():
    person = operator("sea", "orders", "TH")
    accounts.grant_role(person_id=person, business_unit="sea", role="viewer", actor_id=None)
    accounts.withdraw_role(person_id=person, business_unit="sea", role="viewer", actor_id=None)
    assert accounts.person(person).is_staff
    accounts.withdraw_role(person_id=person, business_unit="sea", role="orders", market="TH", actor_id=None)
    assert not accounts.person(person).is_staff


def test_a_permission_that_does_not_exist_is_an_error_and_no_refusal():
    with pytest.raises(ValueError, match="order\\.refund"):
        accounts.may(None, "order.refund", "TH")


def test_roles_are_granted_once_and_every_change_is_audited():
    boss = make_person(is_superuser=True).pk
    person = make_person().pk
    for _ in range(2):
        accounts.grant_role(person_id=person, business_unit="sea", role="orders", market="TH", actor_id=boss)
    for _ in range(2):
        accounts.withdraw_role(person_id=person, business_unit="sea", role="orders", market="TH", actor_id=boss)
    withdrawn, granted = audit.trail("person", person)
    held = {"business_unit": "sea", "role": "orders", "market": "TH"}
    assert (granted.action, granted.actor_id, granted.before, granted.after) == (
        "accounts.grant_role",
        boss,
        None,
        held,
    )
    assert (withdrawn.action, withdrawn.before, withdrawn.after) == ("accounts.withdraw_role", held, None)
    assert accounts.roles_of(person) == ()


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"business_unit": "moon"}, accounts.UnknownBusinessUnit, "business_unit"),
        ({"role": "king"}, accounts.UnknownRole, "role"),
        ({"market": "DE"}, accounts.MarketOutsideUnit, "market"),
        ({"person_id": uuid7()}, accounts.PersonNotFound, None),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(changes, error, field):
    person = make_person()
    with pytest.raises(error) as refused:
        accounts.grant_role(
            **{"person_id": person.pk, "business_unit": "sea", "role": "orders", "actor_id": None} | changes
        )
    assert refused.value.field == field
    assert isinstance(refused.value, Invalid | NotFound)
    person.refresh_from_db()
    assert not person.is_staff


@pytest.mark.parametrize("market", ["TH", None])
def test_only_who_manages_every_market_concerned_gives_and_takes_roles(market):
    did = set()
    for name, make in CALLERS.items():
        caller = make()
        if caller is None:
            continue
        role = {"business_unit": "sea", "role": "viewer", "market": market, "actor_id": caller}
        person = make_person()
        try:
            accounts.grant_role(person_id=person.pk, **role)
            accounts.withdraw_role(person_id=person.pk, **role)
            did.add(name)
        except accounts.NotInYourHands:
            assert accounts.roles_of(person.pk) == ()
    assert did == {"manager of the unit", "superuser"}


def test_a_manager_of_one_market_gives_roles_there_and_not_in_the_whole_unit():
    manager, person = operator("sea", "manager", "TH"), make_person().pk
    role = {"person_id": person, "business_unit": "sea", "role": "manager", "actor_id": manager}
    accounts.grant_role(market="TH", **role)
    for market in ("VN", None):
        with pytest.raises(accounts.NotInYourHands):
            accounts.grant_role(market=market, **role)
    assert accounts.markets_for(person, "orders.view") == {"TH"}


def test_one_question_is_one_statement(django_assert_num_queries):
    person = operator("sea", "orders")
    accounts.grant_role(person_id=person, business_unit="eu", role="viewer", actor_id=None)
    with django_assert_num_queries(1):
        accounts.markets_for(person, "orders.view")
