"""A parcel's way: planned once, picked, packed, handed over outside any transaction, followed to the door."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import include, path

from glocal.events.shipping import ShipmentDelivered, ShipmentException, ShipmentPicking, ShipmentShipped
from glocal.platform.eventing.models import Delivery, OutboxEvent
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import carriers, endpoints, jobs
from glocal.supply.shipping import facade as shipping
from glocal.supply.shipping.adapters import sandbox as sandbox_adapter
from glocal.supply.shipping.models import EarlyNews, Shipment
from glocal.supply.shipping.ports import News
from glocal.supply.shipping.rules import TRANSITIONS
from tests.factories.inventory import free, soon, stock
from tests.sandbox.server import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tariffs")]

ADDRESS = {
    "country": "TH",
    "name": "Somchai Jaidee",
    "line1": "99/1 Sukhumvit Road",
    "city": "Bangkok",
    "region": "",
    "postcode": "10110",
    "phone": "+66812345678",
}
urlpatterns = [path("hooks/carriers/", include(endpoints))]
T0 = datetime(2026, 11, 19, 3, tzinfo=UTC)


def planned(*, units: int = 2, hs_code: str = "621410") -> tuple[UUID, UUID, UUID]:
    """A paid order with one parcel of ``units``; returns order, shipment and variant."""
    line, order_id = stock(5), uuid7()
    wanted = inventory.ReserveLine(line.variant_id, line.warehouse_id, units)
    inventory.reserve(owner=order_id, lines=[wanted], until=soon())
    inventory.commit(order_id)
    plan(order_id, line, units, hs_code)
    (parcel,) = shipping.track(order_id)
    return order_id, parcel.id, line.variant_id


def plan(order_id: UUID, line: inventory.ReserveLine, units: int, hs_code: str) -> None:
    parcel = {
        "warehouse_id": str(line.warehouse_id),
        "ship_from": "TH",
        "service_code": "th-standard",
        "lines": [[str(line.variant_id), units]],
        "cost": {"minor": 3500, "currency": "THB"},
        "weight_g": 600,
    }
    content = shipping.Content(line.variant_id, "SKU-1", "Silk scarf", hs_code, "CN", 35000, 300)
    plan = shipping.ShipmentPlan(
        order_id=order_id,
        number=str(order_id)[-9:],
        market="TH",
        currency="THB",
        address=ADDRESS,
        parcels=[parcel],
        contents=[content],
        promised_from=date(2026, 11, 20),
        promised_to=date(2026, 11, 24),
    )
    shipping.plan_shipments([plan])


def packed(**changes) -> tuple[UUID, UUID, UUID]:
    ids = planned(**changes)
    shipping.start_picking(ids[1], actor_id=None)
    shipping.pack(ids[1], actor_id=None)
    return ids


def status(shipment_id: UUID) -> str:
    return shipping.shipment(shipment_id).status


def told(kind) -> list[dict]:
    return [row.payload for row in OutboxEvent.objects.filter(name=kind.name()).order_by("pk")]


def step(code: str, hours: float = 0) -> shipping.CarrierEvent:
    return shipping.CarrierEvent(code, code, T0 + timedelta(hours=hours), "TH", "")


def sent(number: str = "SB000000015GX") -> tuple[UUID, UUID]:
    """A parcel that the carrier took on, without asking it."""
    order_id, shipment_id, _ = packed()
    Shipment.objects.filter(pk=shipment_id).update(status="shipped", tracking_number=number, shipped_at=T0)
    return order_id, shipment_id


def test_planning_again_changes_nothing(django_assert_num_queries):
    line, order_id = stock(5), uuid7()
    plan(order_id, line, 1, "621410")
    plan(order_id, line, 1, "621410")
    with django_assert_num_queries(2):
        (parcel,) = shipping.track(order_id)
    assert parcel.number.endswith("-1")
    assert (parcel.status, parcel.lines, parcel.steps) == ("planned", ((line.variant_id, 1),), ())


def test_only_the_steps_of_the_table_can_be_taken():
    acts = {
        "picking": shipping.start_picking,
        "packed": shipping.pack,
        "planned": shipping.put_back,
    }
    _, shipment_id, _ = planned()
    for state, after in TRANSITIONS.items():
        for wanted, act in acts.items():
            Shipment.objects.filter(pk=shipment_id).update(status=state)
            if wanted in after or wanted == state:
                act(shipment_id, actor_id=None)
                assert status(shipment_id) == wanted
            else:
                with pytest.raises(shipping.ShipmentCannotChange):
                    act(shipment_id, actor_id=None)
                assert status(shipment_id) == state
    with pytest.raises(shipping.ShipmentNotFound):
        shipping.pack(uuid7(), actor_id=None)


def test_picking_is_told_once():
    order_id, shipment_id, _ = planned()
    for _ in range(2):
        shipping.start_picking(shipment_id, actor_id=None)
    assert [event["order_id"] for event in told(ShipmentPicking)] == [str(order_id)]


def test_a_parcel_is_handed_over_once_with_its_label_and_leaves_the_books(sandbox):
    order_id, shipment_id, variant_id = packed()
    shipping.ship(shipment_id, actor_id=None)
    for _ in range(2):
        carriers.hand_over(shipment_id)
    parcel = shipping.shipment(shipment_id)
    assert (parcel.status, parcel.has_label) == ("shipped", True)
    assert shipping.label(shipment_id).startswith(b"%PDF")
    assert [event["tracking_number"] for event in told(ShipmentShipped)] == [parcel.tracking_number]
    assert {line.state for line in inventory.reserved_for(order_id)} == {"shipped"}
    assert free(variant_id) == 3
    assert inventory.discrepancies() == ()
    shipping.ship(shipment_id, actor_id=None)  # a repeat of what is done


def test_asking_to_ship_queues_a_job_with_the_callers_transaction():
    _, shipment_id, _ = packed()

    def jobs() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'shipping.hand_over'")
            return cursor.fetchone()[0]

    before = jobs()
    with transaction.atomic():
        shipping.ship(shipment_id, actor_id=None)
        transaction.set_rollback(True)
    assert jobs() == before
    shipping.ship(shipment_id, actor_id=None)
    assert jobs() == before + 1


def test_a_parcel_that_is_not_packed_is_not_handed_over():
    _, shipment_id, _ = planned()
    with pytest.raises(shipping.ShipmentCannotChange):
        shipping.ship(shipment_id, actor_id=None)
    carriers.hand_over(shipment_id)
    assert status(shipment_id) == "planned"
    with pytest.raises(shipping.NoLabel):
        shipping.label(shipment_id)
    with pytest.raises(shipping.ShipmentNotFound):
        shipping.ship(uuid7(), actor_id=None)


def test_an_outage_leaves_the_parcel_packed_for_the_next_try(sandbox):
    _, shipment_id, _ = packed()
    sandbox.fault("outage")
    with pytest.raises(shipping.CarrierUnavailable):
        carriers.hand_over(shipment_id)
    assert status(shipment_id) == "packed"
    assert "HTTP 503" in shipping.shipment(shipment_id).problem
    sandbox.calm()
    carriers.hand_over(shipment_id)
    parcel = shipping.shipment(shipment_id)
    assert (parcel.status, parcel.problem) == ("shipped", "")


def test_a_parcel_whose_carrier_was_silent_for_hours_is_handed_over_by_a_later_round(sandbox):
    _, shipment_id, _ = packed()
    sandbox.fault("outage")
    with pytest.raises(shipping.CarrierUnavailable):
        carriers.hand_over(shipment_id)
    assert carriers.hand_over_late() == 0
    sandbox.calm()
    with clock.shifted(timedelta(hours=5)):
        assert carriers.hand_over_late() == 1
        assert carriers.hand_over_late() == 0
    assert status(shipment_id) == "shipped"


def test_a_refusal_is_shown_and_can_be_mended(sandbox):
    _, shipment_id, _ = packed(hs_code="")
    carriers.hand_over(shipment_id)
    parcel = shipping.shipment(shipment_id)
    assert parcel.status == "packed"
    assert parcel.problem
    row = Shipment.objects.get(pk=shipment_id)
    row.contents[0]["hs_code"] = "621410"
    row.number += "-A"
    row.save()
    shipping.ship(shipment_id, actor_id=None)
    assert shipping.shipment(shipment_id).problem == ""
    carriers.hand_over(shipment_id)
    assert status(shipment_id) == "shipped"


def test_a_parcel_cancelled_while_the_carrier_is_asked_stays_cancelled(sandbox, monkeypatch):
    order_id, shipment_id, variant_id = packed()
    original = carriers.services.record_handed_over

    def cancel_first(*args):
        shipping.cancel_shipments(order_id)
        return original(*args)

    monkeypatch.setattr(carriers.services, "record_handed_over", cancel_first)
    carriers.hand_over(shipment_id)
    assert status(shipment_id) == "cancelled"
    assert told(ShipmentShipped) == []
    inventory.release(order_id)
    assert free(variant_id) == 5
    assert at_carrier(sandbox, shipment_id)["status"] == "cancelled"
    assert shipping.call_off_labels() == 0


def at_carrier(sandbox, shipment_id):
    number = Shipment.objects.values_list("tracking_number", flat=True).get(pk=shipment_id)
    return sandbox.api.get(f"/carrier/v1/shipments/{number}").json()


@pytest.mark.parametrize("fault", ["outage", "timeout_after_success"])
def test_a_label_whose_making_we_never_heard_of_is_called_off_when_the_carrier_answers_again(
    sandbox, monkeypatch, fault
):
    monkeypatch.setattr("glocal.supply.shipping.adapters.sandbox.READ_SECONDS", 0.5)
    sandbox_adapter._pool.cache_clear()
    order_id, shipment_id, _ = packed()
    sandbox.fault(fault, ms=2000)
    with pytest.raises(shipping.CarrierUnavailable):
        carriers.hand_over(shipment_id)
    shipping.cancel_shipments(order_id)
    carriers.hand_over(shipment_id)  # the job's next try
    assert shipping.call_off_labels() == 0
    sandbox.calm()
    sandbox_adapter._pool.cache_clear()
    assert shipping.call_off_labels() == 1
    assert shipping.call_off_labels() == 0
    assert at_carrier(sandbox, shipment_id)["status"] == "cancelled"
    monkeypatch.undo()
    sandbox_adapter._pool.cache_clear()


def test_a_label_that_cannot_be_called_off_any_more_is_shown_to_a_person(sandbox, monkeypatch):
    order_id, shipment_id, _ = packed()
    original = carriers.services.record_handed_over

    def picked_up_and_cancelled(pk, accepted, label):
        sandbox.api.post(f"/sandbox/parcels/{accepted.tracking_number}/advance").raise_for_status()
        shipping.cancel_shipments(order_id)
        return original(pk, accepted, label)

    monkeypatch.setattr(carriers.services, "record_handed_over", picked_up_and_cancelled)
    carriers.hand_over(shipment_id)
    assert shipping.shipment(shipment_id).problem == "This parcel is on its way."
    assert shipping.call_off_labels() == 0


def test_a_parcel_cancelled_before_a_carrier_was_asked_makes_no_label(sandbox):
    order_id, shipment_id, _ = packed()
    shipping.cancel_shipments(order_id)
    carriers.hand_over(shipment_id)
    assert shipping.call_off_labels() == 0
    assert Shipment.objects.get(pk=shipment_id).tracking_number == ""


def test_an_order_is_cancelled_whole_or_not_at_all():
    order_id, first, _ = planned()
    line = stock(5, code="CN-SZX")
    Shipment.objects.filter(pk=first).update(number="X-1")
    plan(order_id, line, 1, "621410")
    second = next(parcel.id for parcel in shipping.track(order_id) if parcel.id != first)
    Shipment.objects.filter(pk=second).update(status="shipped")
    with pytest.raises(shipping.ShipmentCannotChange):
        shipping.cancel_shipments(order_id)
    assert status(first) == "planned"
    Shipment.objects.filter(pk=second).update(status="packed")
    for _ in range(2):
        shipping.cancel_shipments(order_id)
    assert {parcel.status for parcel in shipping.track(order_id)} == {"cancelled"}


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_news_in_any_order_and_twice_give_the_same_end(order):
    _, shipment_id = sent()
    steps = [step("picked_up", 1), step("exception", 20), step("out_for_delivery", 30), step("delivered", 33)]
    for index in (*order, *order):
        shipping.take_news("sandbox", News("SB000000015GX", (steps[index],)))
    parcel = shipping.shipment(shipment_id)
    assert parcel.status == "delivered"
    assert [shown.code for shown in parcel.steps] == ["delivered", "out_for_delivery", "exception", "picked_up"]
    assert len(told(ShipmentDelivered)) == 1
    assert len(told(ShipmentException)) <= 1


def test_trouble_is_told_and_passes():
    _, shipment_id = sent()
    for news, expected in [
        (step("departed", 1), "shipped"),
        (step("exception", 2), "exception"),
        (step("picked_up", 0.5), "exception"),
        (step("out_for_delivery", 3), "shipped"),
    ]:
        shipping.take_news("sandbox", News("SB000000015GX", (news,)))
        assert status(shipment_id) == expected
    assert len(told(ShipmentException)) == 1


def test_the_timeline_cannot_be_changed():
    sent()
    shipping.take_news("sandbox", News("SB000000015GX", (step("departed"),)))
    for statement in ("UPDATE shipping_trackingevent SET code = 'x'", "DELETE FROM shipping_trackingevent"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.urls(__name__)
def test_a_carriers_message_is_stored_then_worked_and_a_forged_one_refused(sandbox, receiver, client):
    _, shipment_id, _ = packed()
    carriers.hand_over(shipment_id)
    number = shipping.shipment(shipment_id).tracking_number
    headers, body = eventually(lambda: receiver.about(number))[0]

    def post(content: bytes):
        return client.post(
            "/hooks/carriers/sandbox",
            content,
            content_type="application/json",
            headers={"Sandbox-Signature": headers["sandbox-signature"]},
        )

    assert post(body).status_code == 204
    assert post(body).status_code == 204
    assert shipping.shipment(shipment_id).steps == ()
    drain()
    assert [shown.code for shown in shipping.shipment(shipment_id).steps] == ["label_created"]
    with pytest.raises(shipping.SignatureInvalid):
        carriers.intake("sandbox", headers, body + b" ")
    with pytest.raises(shipping.UnknownCarrier):
        carriers.intake("pigeon", headers, body)


def test_a_message_that_is_faster_than_our_own_record_is_kept_for_it_quietly(sandbox, receiver, caplog):
    _, shipment_id, _ = packed()
    carriers.hand_over(shipment_id)
    number = shipping.shipment(shipment_id).tracking_number
    headers, body = eventually(lambda: receiver.about(number))[0]
    Shipment.objects.filter(pk=shipment_id).update(tracking_number="", status="packed", shipped_at=None)
    carriers.intake("sandbox", headers, body)
    with caplog.at_level("INFO"):
        drain()
    assert not Delivery.objects.exists()
    assert not [record for record in caplog.records if record.exc_info]
    assert shipping.shipment(shipment_id).steps == ()
    carriers.hand_over(shipment_id)
    assert [shown.code for shown in shipping.shipment(shipment_id).steps] == ["label_created"]
    assert not EarlyNews.objects.exists()


def test_a_silent_carrier_is_asked_and_the_parcel_arrives(sandbox):
    _, shipment_id, _ = packed()
    carriers.hand_over(shipment_id)
    number = shipping.shipment(shipment_id).tracking_number
    while json.loads(sandbox.api.get(f"/carrier/v1/shipments/{number}").text)["status"] != "delivered":
        sandbox.api.post(f"/sandbox/parcels/{number}/advance").raise_for_status()
    assert shipping.ask_for_news() == 0
    with clock.shifted(timedelta(minutes=11)):
        sandbox.fault("outage")
        assert shipping.ask_for_news() == 0
        sandbox.calm()
    with clock.shifted(timedelta(minutes=22)):
        assert shipping.ask_for_news() == 1
    assert status(shipment_id) == "delivered"
    assert shipping.ask_for_news() == 0


def test_news_of_parcels_that_are_not_ours_is_forgotten():
    shipping.take_news("sandbox", News("SB999999999GX", (step("departed"),)))
    jobs.forget_early_news(timestamp=0)
    assert EarlyNews.objects.count() == 1
    with clock.shifted(timedelta(days=15)):
        jobs.forget_early_news(timestamp=0)
    assert not EarlyNews.objects.exists()
