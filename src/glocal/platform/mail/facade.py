"""Messages to people, promised in a transaction and sent by a job."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import connection

from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7

__all__ = ["Message", "queue"]


_FIELDS = ("to", "template", "language", "market", "context")

# A paid order promises one: row by row through the ORM it would cost as much as the order's own write.
_QUEUE = """
INSERT INTO mail_outgoingmail (id, "to", template, language, market, context, state, attempts, error, queued_at,
  next_try_at)
SELECT id, "to", template, language, market, context, 'queued', 0, '', moment, moment
FROM (SELECT %s::timestamptz) AS now(moment), jsonb_to_recordset(%s::jsonb) AS mail(
  id uuid, "to" text, template text, language text, market text, context jsonb)
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``template`` names ``mail/<template>.{subject.txt,txt}``; ``context`` is JSON, ready to show."""

    to: str
    template: str
    language: str
    market: str
    context: dict[str, Any] = field(default_factory=dict)


def queue(messages: Sequence[Message]) -> None:
    """Promise ``messages`` in the caller's transaction, in one statement."""
    if messages:
        rows = [{"id": uuid7(), **{field: getattr(item, field) for field in _FIELDS}} for item in messages]
        with connection.cursor() as cursor:
            cursor.execute(_QUEUE, [clock.now(), msgspec.json.encode(rows).decode()])
