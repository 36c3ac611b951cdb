"""A return's label and its news, asked of the sandbox carrier over HTTP."""

import pytest

from glocal.platform.mail.models import OutgoingMail
from glocal.supply.shipping import facade as shipping
from glocal.supply.shipping.adapters import sandbox as adapter
from glocal.transaction.returns import facade as returns
from glocal.transaction.returns import labels
from glocal.transaction.returns.models import Return
from tests.factories.sale import sell
from tests.supply.shipping.conftest import calm_sandbox, receiver, running_sandbox, sandbox
from tests.transaction.returns.conftest import delivered_order

__all__ = ["calm_sandbox", "receiver", "running_sandbox", "sandbox"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


@pytest.fixture
def carrier(sandbox, monkeypatch):
    monkeypatch.setattr(adapter, "READ_SECONDS", 4.0)
    adapter._pool.cache_clear()
    yield sandbox
    adapter._pool.cache_clear()


@pytest.fixture
def returned(db):
    order = delivered_order(sell(5), 2)
    line = returns.Asked(order.lines[0].id, 2)
    return returns.request_return(order=order, lines=[line], reason="too_big", note="", photos=(), key="k")


def status():
    return Return.objects.get().status


def test_a_label_is_made_once_kept_and_written_about_once(carrier, returned):
    labels.fetch(returned.id)
    kept = Return.objects.get()
    assert bytes(kept.label).startswith(b"%PDF")
    assert kept.tracking_number
    labels.fetch(returned.id)
    assert Return.objects.get().tracking_number == kept.tracking_number
    letter = OutgoingMail.objects.get(template="return_approved")
    assert f"/returns/{returned.number}/label?t=" in letter.context["label"]


def test_a_crash_between_carrier_and_record_makes_no_second_label(carrier, returned):
    labels.fetch(returned.id)
    first = Return.objects.get().tracking_number
    Return.objects.update(tracking_number="", label=None)
    labels.fetch(returned.id)
    assert Return.objects.get().tracking_number == first


def test_an_outage_leaves_the_return_for_the_next_try(carrier, returned):
    carrier.fault("outage")
    with pytest.raises(shipping.CarrierUnavailable):
        labels.fetch(returned.id)
    assert Return.objects.get().tracking_number == ""
    carrier.calm()
    labels.fetch(returned.id)
    assert Return.objects.get().tracking_number


def test_a_return_is_on_its_way_once_the_carrier_has_it_and_not_before(carrier, returned):
    labels.fetch(returned.id)
    number = Return.objects.get().tracking_number
    assert labels.ask_for_news() == 1
    assert status() == "approved"
    carrier.api.post(f"/sandbox/parcels/{number}/advance").raise_for_status()
    labels.ask_for_news()
    assert status() == "in_transit"
    assert labels.ask_for_news() == 0


def test_no_label_is_asked_for_what_the_shopper_keeps(carrier, returned):
    returns.withdraw(order_id=returned.order_id, number=returned.number)
    labels.fetch(returned.id)
    assert Return.objects.get().label is None
    assert not OutgoingMail.objects.filter(template="return_approved").exists()
