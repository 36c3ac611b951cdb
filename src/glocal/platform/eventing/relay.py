"""The relay: takes events from the outbox to their handlers, in order per key.

A batch runs in one transaction: effects of all handlers and ``relayed_at`` commit together, so a crash repeats the
whole batch and nothing takes effect twice. If any handler fails, the batch is rolled back and run again event by
event, each handler in a savepoint of its own; the failed one leaves a Delivery row and is retried with growing waits,
and later events of the same key wait behind it for that handler only.

The relay polls. NOTIFY inside the writers' transactions would make all of them commit one after another
(docs/decisions/0003).
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import groupby

import msgspec
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from glocal.events import Event
from glocal.platform.eventing.models import Delivery
from glocal.platform.eventing.registry import Handler, event_named, handler_named, handlers_of
from glocal.platform.kernel import clock

log = logging.getLogger(__name__)

BATCH = 200
MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=1)
TRIED = (Delivery.State.FAILED, Delivery.State.WAITING)

# A relay holds the locks of the shards it works on, so that events of one key keep their order across relays.
_TAKE_SHARDS = """
SELECT number FROM generate_series(0, 15) AS number
WHERE EXISTS (SELECT FROM eventing_outboxevent WHERE shard = number AND relayed_at IS NULL)
  AND pg_try_advisory_xact_lock(716, number) LIMIT %s
"""
_TAKE_EVENTS = """
SELECT id, name, key, payload::text FROM eventing_outboxevent
WHERE relayed_at IS NULL AND shard = ANY(%s) ORDER BY id LIMIT %s
"""
_BLOCKED = "SELECT handler, key FROM eventing_delivery WHERE state IN ('failed', 'waiting', 'stopped')"
_MARK = "UPDATE eventing_outboxevent SET relayed_at = %s WHERE id = ANY(%s)"


class HandlerDoomed(RuntimeError):
    """A handler went on after a refusal that had doomed its transaction: its effects would be dropped in silence."""


@dataclass(frozen=True)
class Taken:
    """An event of the batch. Read only inside a handler's turn, so that one nobody can read stops only its own key."""

    id: int
    key: str
    kind: type[Event]
    payload: str

    @cached_property
    def event(self) -> Event:
        return msgspec.json.decode(self.payload, type=self.kind)


def wait_before(attempt: int) -> timedelta:
    """How long to wait after the ``attempt``-th failure (1, 2, 4 ... seconds, at most an hour)."""
    return min(timedelta(seconds=2 ** (attempt - 1)), LONGEST_WAIT)


def relay_once(*, shards: int = 16, batch: int = BATCH) -> int:
    """Relay one batch; returns how many events it took (0: nothing is waiting, or others hold it)."""
    try:
        with transaction.atomic():
            ids, taken = _take(shards, batch)
            if ids:
                _run_together(taken)
                _mark(ids)
            return len(ids)
    except Exception:
        if connection.connection is None or connection.connection.closed:
            raise
        log.exception("a handler failed; running its batch one by one")
    with transaction.atomic():
        ids, taken = _take(shards, batch)
        _run_apart(taken)
        _mark(ids)
        return len(ids)


def retry_due(limit: int = 100) -> int:
    """Try failed deliveries whose wait is over, each with what waits behind it; returns how many were tried.

    A waiting one with nothing open before it is due as well: another relay finished its line while it was parked.
    """
    tried = 0
    before = Delivery.objects.filter(
        handler=OuterRef("handler"), key=OuterRef("key"), event__lt=OuterRef("event"), state__in=Delivery.OPEN
    )
    due = Delivery.objects.filter(
        Q(state=Delivery.State.FAILED, next_try_at__lte=clock.now())
        | (Q(state=Delivery.State.WAITING) & ~Exists(before))
    ).order_by("event_id")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            head = Delivery.objects.select_for_update(skip_locked=True).filter(pk=pk, state__in=TRIED).first()
            if head is not None:
                tried += _retry_line(head)
    return tried


def drain(limit: int = 10_000) -> int:
    """Relay until nothing is waiting; for tests, imports and shutdown. Returns how many events were relayed."""
    relayed = 0
    while (count := relay_once()) and relayed < limit:
        relayed += count
    return relayed


def _take(shards: int, batch: int) -> tuple[list[int], list[Taken]]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_SHARDS, [shards])
        numbers = [row[0] for row in cursor.fetchall()]
        if not numbers:
            return [], []
        cursor.execute(_TAKE_EVENTS, [numbers, batch])
        rows = cursor.fetchall()
    taken = []
    for pk, name, key, payload in rows:
        kind = event_named(name)
        if kind is not None:
            taken.append(Taken(pk, key, kind, payload))
    return [row[0] for row in rows], taken


def _mark(ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [clock.now(), list(ids)])


def _calls(taken: Iterable[Taken]) -> list[tuple[Handler, Taken]]:
    """Every call of the batch: packages one after another, each package's events in their order."""
    calls = [(handler, item) for item in taken for handler in handlers_of(item.kind)]
    calls.sort(key=lambda call: call[0].package)  # stable: order inside a package is kept
    return calls


def _blocked() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKED)
        return set(cursor.fetchall())


def _run_together(taken: Sequence[Taken]) -> None:
    blocked = _blocked()
    calls = _calls(taken)
    if blocked:
        _park([call for call in calls if (call[0].name, call[1].key) in blocked])
        calls = [call for call in calls if (call[0].name, call[1].key) not in blocked]
    for handler, run in groupby(calls, key=lambda call: call[0]):
        _call(handler, [item.event for _, item in run])


def _run_apart(taken: Sequence[Taken]) -> None:
    blocked = _blocked()
    for handler, item in _calls(taken):
        if (handler.name, item.key) in blocked:
            _park([(handler, item)])
            continue
        try:
            with transaction.atomic():
                _call(handler, [item.event])
        except Exception as error:
            log.exception("%s failed on event %s", handler.name, item.id)
            blocked.add((handler.name, item.key))
            Delivery.objects.create(
                event_id=item.id,
                handler=handler.name,
                key=item.key,
                attempts=1,
                next_try_at=clock.now() + wait_before(1),
                error=_text_of(error),
            )


def _park(calls: Sequence[tuple[Handler, Taken]]) -> None:
    Delivery.objects.bulk_create(
        Delivery(event_id=item.id, handler=handler.name, key=item.key, state=Delivery.State.WAITING)
        for handler, item in calls
    )


def _retry_line(head: Delivery) -> int:
    line = Delivery.objects.select_for_update().filter(
        handler=head.handler, key=head.key, state__in=Delivery.OPEN, event_id__gte=head.event_id
    )
    tried = 0
    for delivery in line.select_related("event").order_by("event_id"):
        tried += 1
        try:
            with transaction.atomic():
                _deliver(delivery)
        except Exception as error:
            log.exception("%s failed again on event %s", delivery.handler, delivery.event_id)
            delivery.attempts += 1
            stopped = delivery.attempts >= MOST_ATTEMPTS
            delivery.state = Delivery.State.STOPPED if stopped else Delivery.State.FAILED
            delivery.next_try_at = clock.now() + wait_before(delivery.attempts)
            delivery.error = _text_of(error)
            delivery.save()
            break
        delivery.state = Delivery.State.DONE
        delivery.error = ""
        delivery.save()
    return tried


def _deliver(delivery: Delivery) -> None:
    kind = event_named(delivery.event.name)
    handler = handler_named(kind, delivery.handler) if kind else None
    if kind is None or handler is None:
        raise LookupError(f"{delivery.handler} no longer handles {delivery.event.name}; skip it or bring it back")
    _call(handler, [msgspec.convert(delivery.event.payload, type=kind)])


def _call(handler: Handler, events: Sequence[Event]) -> None:
    handler.call(events)
    if connection.needs_rollback:
        raise HandlerDoomed(f"{handler.name} caught a refusal of a service that had joined its transaction")


def _text_of(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]
