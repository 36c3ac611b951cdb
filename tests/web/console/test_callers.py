"""Who may see and do what: anonymous, shopper, another unit's operator, the wrong role, the right one."""

import re
from uuid import uuid4

import pytest

from glocal.platform.accounts.models import Person
from glocal.platform.audit.models import AuditEntry
from glocal.platform.console.records import list_url, record_url
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders.models import Order
from glocal.transaction.payments.models import Payment
from tests.web.console.conftest import PASSWORD, operator, paid_order, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
ANONYMOUS, SHOPPER, ELSEWHERE, WRONG, RIGHT = "anonymous", "shopper", "another unit", "wrong role", "right"


@pytest.fixture
def callers():
    """One browser for each kind of caller; the right one runs orders in North America."""
    return {
        ANONYMOUS: signed_in(None),
        SHOPPER: signed_in(Person.objects.create_user("ada@example.test", PASSWORD)),
        ELSEWHERE: signed_in(operator("tida@glocal.test", ("sea", "manager"))),
        WRONG: signed_in(operator("cato@glocal.test", ("na", "catalogue"))),
        RIGHT: signed_in(operator("orla@glocal.test", ("na", "manager", "US"))),
    }


def statuses(callers, address):
    return {who: client.get(address).status_code for who, client in callers.items()}


def test_an_orders_page_is_there_for_those_of_its_market(callers):
    order = paid_order()
    found = statuses(callers, record_url("orders.order", order.pk))
    assert found == {ANONYMOUS: 302, SHOPPER: 302, ELSEWHERE: 404, WRONG: 200, RIGHT: 200}


def test_absence_and_refusal_look_the_same(callers):
    hidden = callers[ELSEWHERE].get(record_url("orders.order", paid_order().pk))
    absent = callers[ELSEWHERE].get(record_url("orders.order", uuid4()))
    assert hidden.status_code == absent.status_code == 404
    assert TOKEN.sub(b"", hidden.content) == TOKEN.sub(b"", absent.content)


@pytest.mark.parametrize(
    ("table", "lookup"),
    [
        ("orders.order", "token__startswith"),  # who knows it cancels and pays like the shopper
        ("orders.order", "email__startswith"),
        ("accounts.person", "password__startswith"),
    ],
)
def test_a_list_cannot_be_asked_by_a_column_that_has_no_filter(callers, table, lookup):
    paid_order()
    answer = callers[RIGHT].get(list_url(table), {lookup: "a"})
    assert answer.status_code == 400


def test_an_anonymous_visitor_learns_of_no_address(callers):
    client = callers[ANONYMOUS]
    for address in ("/console/", "/console/nowhere/", record_url("orders.order", uuid4())):
        assert client.get(address)["Location"].startswith("/console/login/")


def test_lists_hold_the_operators_markets_only(callers):
    order = paid_order()
    page = {who: callers[who].get(list_url("orders.order")).content.decode() for who in (ELSEWHERE, RIGHT)}
    assert order.number in page[RIGHT]
    assert order.number not in page[ELSEWHERE]


def test_a_market_in_the_address_opens_no_other_market(callers):
    order = paid_order()
    answer = callers[ELSEWHERE].get(list_url("orders.order"), {"market": "US"})
    assert order.number not in answer.content.decode()


def test_payments_follow_their_orders(callers):
    payment = Payment.objects.get(order_id=paid_order().pk)
    found = statuses(callers, record_url("payments.payment", payment.pk))
    assert found == {ANONYMOUS: 302, SHOPPER: 302, ELSEWHERE: 404, WRONG: 200, RIGHT: 200}


@pytest.mark.parametrize("model", ["eventing.delivery", "payments.providerwebhook"])
def test_what_concerns_all_markets_is_for_those_who_work_in_all(callers, model):
    found = statuses(callers, list_url(model))
    assert found == {ANONYMOUS: 302, SHOPPER: 302, ELSEWHERE: 404, WRONG: 404, RIGHT: 404}


def test_people_and_audit_need_their_permission(callers):
    for model in ("accounts.person", "audit.auditentry", "mail.outgoingmail"):
        found = statuses(callers, list_url(model))
        assert (found[WRONG], found[RIGHT]) == (404, 200), model


@pytest.mark.parametrize("name", ["pick", "refund", "cancel"])
def test_a_step_is_refused_to_all_but_the_right_one_and_changes_nothing(callers, name):
    order = paid_order()
    parcel = shipping.track(order.pk)[0]
    address = record_url("orders.order", order.pk)
    line = order.lines.get()
    sent = {"step": name, "parcel": parcel.id, "key": "k", "reason": "shopper_asked", f"line-{line.pk}": 1}
    entries = AuditEntry.objects.count()
    for who, status in {ANONYMOUS: 302, SHOPPER: 302, ELSEWHERE: 404, WRONG: 404}.items():
        assert callers[who].post(address, sent).status_code == status, who
    assert shipping.track(order.pk)[0].status == "planned"
    assert Order.objects.get(pk=order.pk).status == "paid"
    assert AuditEntry.objects.count() == entries
    assert callers[RIGHT].post(address, sent).status_code == 302
    assert AuditEntry.objects.count() > entries


def test_a_step_with_another_orders_parcel_is_refused(callers):
    mine, other = paid_order(), paid_order()
    parcel = shipping.track(other.pk)[0]
    answer = callers[RIGHT].post(record_url("orders.order", mine.pk), {"step": "pick", "parcel": parcel.id})
    assert answer.status_code == 404
    assert shipping.track(other.pk)[0].status == "planned"


def test_a_role_taken_away_ends_at_once(callers):
    from glocal.platform.accounts import facade as accounts

    order = paid_order()
    person = Person.objects.get(email="orla@glocal.test")
    accounts.withdraw_role(person_id=person.pk, business_unit="na", role="manager", market="US", actor_id=None)
    assert callers[RIGHT].get(record_url("orders.order", order.pk)).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_nobody_gives_roles_in_a_unit_they_do_not_manage_whole(callers):
    person = Person.objects.get(email="cato@glocal.test")
    address = record_url("accounts.person", person.pk)
    answer = callers[RIGHT].post(address, {"step": "grant", "business_unit": "na", "role": "finance", "market": ""})
    assert answer.status_code == 422
    assert not person.roles.filter(role="finance").exists()


def test_signing_in_is_for_operators(client):
    operator("orla@glocal.test", ("na", "manager"))
    Person.objects.create_user("ada@example.test", PASSWORD)
    shopper = client.post("/console/login/", {"username": "ada@example.test", "password": PASSWORD})
    unknown = client.post("/console/login/", {"username": "who@example.test", "password": PASSWORD})
    said = "do not open the console"
    assert said in shopper.content.decode()
    assert said in unknown.content.decode()
    answer = client.post("/console/login/", {"username": "Orla@glocal.test", "password": PASSWORD, "next": "/console/"})
    assert (answer.status_code, answer["Location"]) == (302, "/console/")


def test_sign_in_is_limited(client, settings):
    settings.AXES_ENABLED = True
    operator("orla@glocal.test", ("na", "manager"))
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post("/console/login/", {"username": "orla@glocal.test", "password": "wrong"})
    answer = client.post("/console/login/", {"username": "orla@glocal.test", "password": PASSWORD})
    assert answer.status_code == 429
    assert "sessionid" not in client.cookies or client.get("/console/").status_code == 302
