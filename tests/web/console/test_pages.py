"""Every page of the console answers, and none of them asks more of the database when there are more rows."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from glocal.content.catalog import facade as catalog
from glocal.content.collections.models import Collection
from glocal.content.search import facade as search
from glocal.content.search import logbook
from glocal.platform.accounts import facade as accounts
from glocal.platform.audit import facade as audit
from glocal.platform.console.records import Records, list_url, record_url
from glocal.platform.eventing.models import Delivery, OutboxEvent
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.platform.privacy.models import Consent
from glocal.supply.shipping import facade as shipping
from glocal.transaction.imports.models import ImportRun
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments.models import ProviderWebhook
from glocal.transaction.pricing import facade as pricing
from glocal.transaction.returns.models import LostParcel, Return
from tests.content.catalog.test_sizing import chart
from tests.content.questions.factories import asked
from tests.web.console.conftest import paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

MOST_STATEMENTS = 15
TABLES = sorted(table.model._meta.label_lower for table in admin.site._registry.values() if isinstance(table, Records))


def statements(client, address):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(captured), answer


def test_the_packages_have_their_pages():
    assert len(TABLES) >= 15


@pytest.mark.parametrize("model", TABLES)
def test_a_list_keeps_its_budget_whatever_there_is(model, root):
    paid_order()
    few, _ = statements(root, list_url(model))
    for _ in range(3):
        paid_order()
    many, _ = statements(root, list_url(model))
    assert many <= MOST_STATEMENTS
    assert many == few


@pytest.mark.parametrize("model", TABLES)
def test_a_record_keeps_its_budget(model, root):
    order = paid_order()
    _one_of_each(order)
    # Letters are no rows: packages name them.
    key = "order_paid" if model == "mail.letterkind" else _model(model)._default_manager.first().pk
    count, _ = statements(root, record_url(model, key))
    assert count <= MOST_STATEMENTS


def _one_of_each(order):
    """Rows of the tables that a paid order alone leaves empty."""
    variant_id = order.lines.first().variant_id
    pricing.set_prices([pricing.NewPrice(variant_id, "US", Money(2500, "USD"), source="test")])
    payments.refund(payment_id=order.payment_id, amount=Money(1, "USD"), reason="test", key="test")
    audit.record(actor_id=None, action="test", object_type="order", object_id=str(order.pk), market="US")
    ProviderWebhook.objects.create(provider="sandbox", event_id="evt_1", body=b"{}")
    ImportRun.objects.create(kind="retail", file="file.parquet", options={"market": "GB"})
    Delivery.objects.create(event=OutboxEvent.objects.first(), handler="test", key="test", error="broken")
    search.load_delivered()
    search.note(market="US", language="en", text="mug", found=1)
    search.note(market="US", language="en", text="airship", found=0)
    logbook.roll_up()
    sent_back = {"order_id": order.pk, "market": "US"}
    Return.objects.create(
        **sent_back, number="R1", key="k", currency="USD", want="refund", reason="too_big", warehouse_id=uuid7()
    )
    asked(order.lines.first().product_id)
    parcel = shipping.track(order.pk)[0]
    LostParcel.objects.create(**sent_back, shipment_id=parcel.id, parcel=parcel.number, want="resend")
    accounts.issue_token(name="test", business_unit="na", scopes=["orders:read"], actor_id=None)
    catalog.save_size_charts([chart()])
    Collection.objects.create(market="US", slug="bright", title={"en": "Bright"}, updated_at=clock.now())
    Consent.objects.create(browser_id="b", purpose="measurement", granted=False, market="US", at=clock.now())


def _model(label):
    return next(model for model in admin.site._registry if model._meta.label_lower == label)


def test_home_asks_roll_ups_and_capped_queues_only(root):
    paid_order()
    with CaptureQueriesContext(connection) as captured:
        assert root.get("/console/").status_code == 200
    assert len(captured) <= MOST_STATEMENTS
    assert not [query["sql"] for query in captured if "SUM(" in query["sql"].upper()]


def test_an_address_that_is_not_there_is_told_in_the_console(root):
    answer = root.get("/console/nowhere/")
    assert answer.status_code == 404
    assert "Back to today" in answer.content.decode()


def test_search_finds_an_order_by_its_first_letters(root):
    order = paid_order()
    assert order.number in root.get("/console/find/", {"q": order.number[:4].lower()}).content.decode()


def test_a_whole_order_number_opens_the_order(root):
    order = paid_order()
    found = root.get("/console/find/", {"q": f" {order.number.lower()} "})
    assert found.headers["Location"] == f"/console/orders/order/{order.id}/change/"
