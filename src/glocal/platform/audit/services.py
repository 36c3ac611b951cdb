"""Writing and reading the trail."""

import json
from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Q

from glocal.platform.audit.models import AuditEntry
from glocal.platform.audit.types import Entry
from glocal.platform.eventing.publishing import NotInTransaction
from glocal.platform.kernel import clock

NOTE_LIMIT = 500


def record(
    *,
    actor_id: UUID | None,
    action: str,
    object_type: str,
    object_id: str | UUID,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    market: str | None = None,
    note: str = "",
) -> None:
    """Write one act in the caller's transaction, so that the trail holds what happened and nothing else.

    ``action`` is a word such as ``orders.refund``; ``actor_id`` None means the system itself; UUIDs, times, dates and
    Decimals in ``before`` and ``after`` become text. Raises NotInTransaction outside a transaction.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"{action} must be recorded inside the transaction of its change")
    AuditEntry.objects.create(
        at=clock.now(),
        actor_id=actor_id,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        before=_plain(before),
        after=_plain(after),
        market=market or "",
        note=note[:NOTE_LIMIT],
    )


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))


def trail(object_type: str, object_id: str | UUID, *, limit: int = 100) -> tuple[Entry, ...]:
    """What happened to one thing, newest first; one statement."""
    return trail_of_all([(object_type, object_id)], limit=limit)


def trail_of_all(things: Collection[tuple[str, str | UUID]], *, limit: int = 100) -> tuple[Entry, ...]:
    """What happened to several things (type, id), newest first; one statement."""
    wanted = [Q(object_type=object_type, object_id=str(object_id)) for object_type, object_id in things]
    if not wanted:
        return ()
    entries = AuditEntry.objects.filter(reduce(or_, wanted)).order_by("-at", "-id")
    return tuple(
        Entry(
            id=entry.pk,
            at=entry.at,
            actor_id=entry.actor_id,
            action=entry.action,
            object_type=entry.object_type,
            object_id=entry.object_id,
            market=entry.market or None,
            before=entry.before,
            after=entry.after,
            note=entry.note,
        )
        for entry in entries[:limit]
    )
