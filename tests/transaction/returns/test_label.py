"""A return's label and its news, asked of the sandbox carrier over HTTP."""

from datetime import timedelta

import pytest

from glocal.platform.kernel import clock
from glocal.platform.mail.models import OutgoingMail
from glocal.supply.shipping import facade as shipping
from glocal.supply.shipping.adapters import sandbox as adapter
from glocal.transaction.orders.models import OrderLine
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
    with clock.shifted(timedelta(hours=1)):
        assert labels.ask_for_news() == 1
        assert status() == "approved"
        assert labels.ask_for_news() == 0
    carrier.api.post(f"/sandbox/parcels/{number}/advance").raise_for_status()
    with clock.shifted(timedelta(days=40)):  # what is on its way does not lapse
        labels.ask_for_news()
        assert status() == "in_transit"
        assert labels.ask_for_news() == 0


def test_those_asked_about_longest_ago_come_first_so_that_none_starves(carrier, returned):
    labels.fetch(returned.id)
    first = Return.objects.get()
    carrier.api.post(f"/sandbox/parcels/{first.tracking_number}/advance").raise_for_status()
    Return.objects.create(
        **dict.fromkeys(("number", "key"), "older"),
        order_id=first.order_id,
        market="US",
        currency="USD",
        status="approved",
        warehouse_id=first.warehouse_id,
        service_code=first.service_code,
        tracking_number="UNKNOWN",
        asked_at=clock.now(),
        requested_at=first.requested_at - timedelta(days=9),
    )
    with clock.shifted(timedelta(hours=1)):
        assert labels.ask_for_news(1) == 1
    assert Return.objects.get(pk=first.pk).status == "in_transit"


def test_what_is_never_handed_in_lapses_in_words_and_may_be_asked_for_anew(carrier, returned):
    labels.fetch(returned.id)
    with clock.shifted(timedelta(days=29)):
        labels.ask_for_news()
        assert status() == "approved"
    with clock.shifted(timedelta(days=31)):
        labels.ask_for_news()
    assert status() == "withdrawn"
    assert OutgoingMail.objects.get(template="return_lapsed").context["days"] == "30"
    assert OrderLine.objects.get().returning_quantity == 0
    labels.call_off(returned.id)
    assert at_carrier(carrier, Return.objects.get().tracking_number) == "cancelled"


def test_a_label_that_failed_for_hours_is_fetched_by_a_later_round(carrier, returned):
    carrier.fault("outage")
    with pytest.raises(shipping.CarrierUnavailable):
        labels.fetch(returned.id)
    with clock.shifted(timedelta(hours=5)):
        assert labels.fetch_missing() == 0
    carrier.calm()
    with clock.shifted(timedelta(hours=6)):
        assert labels.fetch_missing() == 1
        assert labels.fetch_missing() == 0
    assert Return.objects.get().tracking_number
    assert OutgoingMail.objects.filter(template="return_approved").count() == 1


def test_no_label_is_asked_for_what_the_shopper_keeps(carrier, returned):
    returns.withdraw(order_id=returned.order_id, number=returned.number)
    labels.fetch(returned.id)
    assert Return.objects.get().label is None
    assert not OutgoingMail.objects.filter(template="return_approved").exists()


def withdraw(returned):
    returns.withdraw(order_id=returned.order_id, number=returned.number)


def at_carrier(carrier, number):
    return carrier.api.get(f"/carrier/v1/shipments/{number}").json()["status"]


def test_the_label_of_a_withdrawn_return_is_called_off_once_and_nobody_can_print_it(carrier, returned):
    labels.fetch(returned.id)
    number = Return.objects.get().tracking_number
    withdraw(returned)
    labels.call_off(returned.id)
    assert at_carrier(carrier, number) == "cancelled"
    kept = Return.objects.get()
    assert (kept.label, kept.answer) == (None, "")
    assert kept.called_off_at
    labels.call_off(returned.id)
    assert Return.objects.get().called_off_at == kept.called_off_at
    assert labels.call_off_all() == 0


def test_a_label_whose_answer_never_came_is_found_by_its_reference_and_called_off(carrier, returned):
    labels.fetch(returned.id)
    number = Return.objects.get().tracking_number
    Return.objects.update(tracking_number="", label=None)  # the process died before it could keep it
    withdraw(returned)
    assert labels.call_off_all() == 1
    assert at_carrier(carrier, number) == "cancelled"


def test_what_the_carrier_has_already_is_told_to_the_desk(carrier, returned):
    labels.fetch(returned.id)
    number = Return.objects.get().tracking_number
    carrier.api.post(f"/sandbox/parcels/{number}/advance").raise_for_status()
    withdraw(returned)
    labels.call_off(returned.id)
    assert "not called off" in Return.objects.get().answer


def test_an_outage_leaves_the_label_for_the_next_round(carrier, returned):
    labels.fetch(returned.id)
    withdraw(returned)
    carrier.fault("outage")
    assert labels.call_off_all() == 0
    carrier.calm()
    assert labels.call_off_all() == 1


def test_a_return_that_never_had_a_label_asks_its_carrier_nothing(returned):
    withdraw(returned)
    assert labels.call_off_all() == 0
