"""The relay: at least once, effect once, in order per key, one failure blocks nobody else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import transaction

from glocal.events import Event
from glocal.platform.eventing import handles, handles_batch, publish
from glocal.platform.eventing.models import Delivery, OutboxEvent
from glocal.platform.eventing.publishing import NotInTransaction
from glocal.platform.eventing.relay import drain, relay_once, retry_due
from glocal.platform.kernel import clock
from glocal.platform.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelWeighed(Event):
    """Only in this test."""

    key_field: ClassVar[str] = "parcel"
    parcel: str
    number: int


faults: set[tuple[str, int]] = set()
seen: list[tuple[str, int]] = []


@handles(ParcelWeighed)
def note_weight(event: ParcelWeighed) -> None:
    """The effect is a row, so that a rolled-back effect is really gone."""
    OutgoingMail.objects.create(
        to=f"{event.parcel}@example.com", template=str(event.number), language="en", market="TH"
    )
    if (event.parcel, event.number) in faults:
        raise RuntimeError("scales are broken")


@handles_batch(ParcelWeighed)
def count_weights(events: list[ParcelWeighed]) -> None:
    seen.extend((event.parcel, event.number) for event in events)


@pytest.fixture(autouse=True)
def clean():
    faults.clear()
    seen.clear()


def weigh(parcel: str, *numbers: int) -> None:
    with transaction.atomic():
        publish(*(ParcelWeighed(parcel=parcel, number=number) for number in numbers))


def effects(parcel: str) -> list[int]:
    return [int(mail.template) for mail in OutgoingMail.objects.filter(to__startswith=parcel).order_by("id")]


def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(NotInTransaction):
        publish(ParcelWeighed(parcel="a", number=1))


def test_an_event_of_a_rolled_back_change_never_happened():
    with transaction.atomic():
        publish(ParcelWeighed(parcel="a", number=1))
        transaction.set_rollback(True)
    assert drain() == 0


def test_events_of_a_key_arrive_in_order_and_once():
    weigh("a", 1, 2, 3)
    weigh("b", 1)
    assert drain() == 4
    assert drain() == 0
    assert effects("a") == [1, 2, 3]
    assert [number for parcel, number in seen if parcel == "a"] == [1, 2, 3]


def test_a_failing_handler_leaves_no_half_effect_and_blocks_only_its_key():
    faults.add(("a", 1))
    weigh("a", 1, 2)
    weigh("b", 1)
    drain()
    assert effects("a") == []
    assert effects("b") == [1]
    assert {(delivery.handler.rsplit(".", 1)[-1], delivery.state) for delivery in Delivery.objects.all()} == {
        ("note_weight", "failed"),
        ("note_weight", "waiting"),
    }
    assert not OutboxEvent.objects.filter(relayed_at=None).exists()


def test_later_events_of_a_failed_key_wait_and_then_follow_in_order():
    faults.add(("a", 1))
    weigh("a", 1)
    drain()
    weigh("a", 2, 3)
    drain()
    assert effects("a") == []
    faults.clear()
    with clock.shifted(timedelta(minutes=1)):
        retry_due()
    assert effects("a") == [1, 2, 3]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_a_handler_that_keeps_failing_waits_longer_and_then_stops_for_a_person():
    faults.add(("a", 1))
    weigh("a", 1)
    drain()
    assert retry_due() == 0  # its wait is not over
    for hours in range(1, 12):
        with clock.shifted(timedelta(hours=2 * hours)):
            retry_due()
    delivery = Delivery.objects.get()
    assert delivery.state == "stopped"
    assert "scales are broken" in delivery.error


def test_two_relays_at_once_take_every_event_once():
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    for index in range(60):
        weigh(f"p{index}", 1, 2)

    def work() -> int:
        relayed = 0
        try:
            while count := relay_once(shards=4, batch=10):
                relayed += count
        finally:
            connection.close()
        return relayed

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: work(), range(4)))
    drain()
    assert OutgoingMail.objects.count() == 120
    assert all(effects(f"p{index}")[:2] == [1, 2] for index in range(10, 60))
