"""Writing events into the outbox."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast
from zlib import crc32

import msgspec
from django.db import connection, transaction

from glocal.events import Event
from glocal.platform.eventing.registry import handlers_of
from glocal.platform.kernel import clock

SHARDS = 16

F = TypeVar("F", bound=Callable[..., Any])

_INSERT = "INSERT INTO eventing_outboxevent (name, key, shard, payload, occurred_at, relayed_at) VALUES "


class NotInTransaction(RuntimeError):
    """``publish`` was called where the event could outlive a rolled-back change."""


class Doomed(RuntimeError):
    """A service caught the refusal of one that had joined its transaction, and would have lost its writes unnoticed."""


def transactional(service: F) -> F:
    """Run a writing service in one transaction; called inside another, it joins that one without a savepoint.

    An error that leaves a joined service dooms the whole transaction. To go on after a refusal, call it inside
    ``transaction.atomic()``, which makes a savepoint. Going on without one raises Doomed, since Django would drop the
    writes and say nothing. (A test case's own transaction is none, as for Django's ``durable``.)
    """

    @wraps(service)
    def run(*args: Any, **kwargs: Any) -> Any:
        outermost = all(block._from_testcase for block in connection.atomic_blocks)  # type: ignore[attr-defined]
        with transaction.atomic(savepoint=outermost):
            result = service(*args, **kwargs)
            if connection.needs_rollback:
                raise Doomed(f"{service.__qualname__} went on after a refusal of a service that had joined it")
            return result

    return cast(F, run)


def atomic() -> AbstractContextManager[None]:
    """The same as a block."""
    return transaction.atomic()


def shard_of(key: str) -> int:
    return crc32(key.encode()) % SHARDS


def outbox_row(event: Event) -> list[str | int | datetime | None]:
    """The event's outbox row (name, key, shard, payload, occurred_at, relayed_at), for a statement that writes both.

    One that nobody handles is kept as relayed already: the relay could only mark it so.
    """
    now = clock.now()
    relayed = None if handlers_of(type(event)) else now
    return [event.name(), event.key, shard_of(event.key), msgspec.json.encode(event).decode(), now, relayed]


def publish(*events: Event) -> None:
    """Store ``events`` with the change they tell of, in one statement.

    Raises NotInTransaction outside a transaction.
    """
    if not events:
        return
    if not connection.in_atomic_block:
        raise NotInTransaction(f"{events[0].name()} must be published inside the transaction of its change")
    values = [value for event in events for value in outbox_row(event)]
    rows = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(events))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT + rows, values)
