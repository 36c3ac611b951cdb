"""The relay: at least once, effect once, in order per key, one failure blocks nobody else."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, transaction

from glocal.events import Event
from glocal.platform.eventing import handles, handles_batch, publish, transactional
from glocal.platform.eventing.management.commands import relay as command
from glocal.platform.eventing.models import Delivery, OutboxEvent
from glocal.platform.eventing.publishing import Doomed, NotInTransaction
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelPraised(Event):
    """Nobody handles this one."""

    key_field: ClassVar[str] = "parcel"
    parcel: str


faults: set[tuple[str, int]] = set()
seen: list[tuple[str, int]] = []


@handles(ParcelWeighed)
def note_weight(event: ParcelWeighed) -> None:
    """The effect is a row, so that a rolled-back effect is really gone."""
    OutgoingMail.objects.create(
        to=f"{event.parcel}@example.com", template=str(event.number), language="en", market="TH"
    )
    if (event.parcel, event.number) in faults:
        if event.parcel == "swallowed":
            with suppress(LookupError):
                refusing()
            return
        if event.parcel == "cut":
            _cut_connection()
        raise RuntimeError("scales are broken")


def _cut_connection() -> None:
    """The server ends our session, as it does when it is restarted under us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


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


def test_an_event_that_nobody_handles_is_kept_and_never_waits_for_the_relay():
    with transaction.atomic():
        publish(ParcelPraised(parcel="a"), ParcelWeighed(parcel="a", number=1))
    praised, weighed = OutboxEvent.objects.order_by("id")
    assert (praised.payload["parcel"], praised.relayed_at) == ("a", praised.occurred_at)
    assert weighed.relayed_at is None
    assert drain() == 1


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


def test_an_event_that_cannot_be_read_any_more_waits_for_a_person_and_stops_nobody_else():
    weigh("a", 1)
    OutboxEvent.objects.update(payload={"parcel": "a", "weight": "from an older release"})
    weigh("a", 2)
    weigh("b", 1)
    drain()
    assert effects("b") == [1]
    assert effects("a") == []
    assert not OutboxEvent.objects.filter(relayed_at=None).exists()
    assert "number" in Delivery.objects.filter(state="failed")[0].error


@transactional
def refusing() -> None:
    raise LookupError("no such parcel")


def test_a_handler_that_goes_on_after_a_refusal_it_had_no_savepoint_for_is_not_taken_as_done():
    faults.add(("swallowed", 1))
    weigh("swallowed", 1)
    weigh("b", 1)
    drain()
    assert effects("swallowed") == []
    assert effects("b") == [1]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error.split(":")[0]) == ("failed", "HandlerDoomed")
    faults.clear()
    with clock.shifted(timedelta(minutes=1)):
        retry_due()
    assert effects("swallowed") == [1]


def test_a_service_that_goes_on_after_a_refusal_says_so_instead_of_losing_its_writes():
    @transactional
    def careless() -> None:
        OutgoingMail.objects.create(to="a@example.com", template="1", language="en", market="TH")
        with suppress(LookupError):
            refusing()

    with pytest.raises(Doomed):
        careless()
    assert not OutgoingMail.objects.exists()


def test_a_service_may_go_on_after_a_refusal_inside_a_savepoint():
    @transactional
    def careful() -> None:
        OutgoingMail.objects.create(to="a@example.com", template="1", language="en", market="TH")
        with suppress(LookupError), transaction.atomic():
            refusing()

    careful()
    assert OutgoingMail.objects.count() == 1


def test_a_connection_lost_between_handlers_repeats_the_whole_batch_once():
    faults.add(("cut", 1))
    weigh("cut", 1)
    weigh("b", 1)
    with pytest.raises(DatabaseError):
        relay_once()
    connection.close()
    assert (effects("cut"), effects("b")) == ([], [])
    faults.clear()
    assert drain() == 2
    assert (effects("cut"), effects("b")) == ([1], [1])
    assert not Delivery.objects.exists()


def test_an_event_parked_while_another_relay_finished_its_line_is_not_left_waiting():
    faults.add(("a", 1))
    weigh("a", 1)
    drain()
    weigh("a", 2)
    drain()
    # The other relay's retry committed between this one's look at what is blocked and its parking.
    Delivery.objects.filter(state="failed").update(state="done")
    faults.clear()
    weigh("a", 3)
    drain()
    retry_due()
    assert effects("a") == [2, 3]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_what_waits_behind_a_stopped_one_goes_on_waiting():
    faults.add(("a", 1))
    weigh("a", 1)
    drain()
    weigh("a", 2)
    drain()
    Delivery.objects.filter(state="failed").update(state="stopped")
    with clock.shifted(timedelta(days=1)):
        assert retry_due() == 0
    assert effects("a") == []


@pytest.mark.parametrize(("waiting", "rests"), [(command.BATCH - 1, True), (command.BATCH + 50, False)])
def test_the_relay_takes_all_that_waits_and_rests_unless_a_batch_was_full(waiting, rests):
    with transaction.atomic():
        publish(*(ParcelWeighed(parcel=f"p{number}", number=number) for number in range(waiting)))
    assert (command.relay_following(16) < command.BATCH) is rests
    assert not OutboxEvent.objects.filter(relayed_at=None).exists()
