"""Messages to people, promised in a transaction: letters that a job sends, and notices in the shop."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.mail.errors import NoAddress, UnknownLetterLink
from glocal.platform.mail.notices import NoticeView, mark_read, notices_of, unread
from glocal.platform.mail.purposes import CHOSEN, address_of, choose, chosen_by, stop
from glocal.platform.mail.registry import Letter, Sample, example_name, letter_named, register

__all__ = [
    "CHOSEN",
    "Letter",
    "Message",
    "NoAddress",
    "NoticeView",
    "Sample",
    "UnknownLetterLink",
    "address_of",
    "choose",
    "chosen_by",
    "example_name",
    "mark_read",
    "notices_of",
    "queue",
    "register",
    "stop",
    "unread",
]

_FIELDS = ("to", "template", "language", "market", "context", "person_id")

# A paid order promises one: row by row through the ORM it would cost as much as the order's own write.
_LETTERS = """
INSERT INTO mail_outgoingmail (id, "to", template, purpose, language, market, context, state, attempts, error,
  queued_at, next_try_at)
SELECT id, "to", template, purpose, language, market, context, 'queued', 0, '', moment, moment FROM mail
WHERE "to" <> ''
"""
_GIVEN = """
WITH mail AS MATERIALIZED (
  SELECT * FROM (SELECT %s::timestamptz) AS now(moment), jsonb_to_recordset(%s::jsonb) AS given(
    id uuid, "to" text, template text, purpose text, language text, market text, context jsonb, person_id uuid,
    told jsonb, page text)
)
"""
_WITH_NOTICES = f"""{_GIVEN}, letters AS ({_LETTERS})
INSERT INTO mail_notice (id, person_id, template, context, page, told_at)
SELECT id, person_id, template, told, page, moment FROM mail WHERE person_id IS NOT NULL AND told IS NOT NULL
"""  # noqa: S608 - put together of the two above


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``template`` names ``mail/<template>.{subject.txt,txt,mjml}``; ``context`` is JSON, ready to show.

    ``to`` may be empty for a person without an address: then only the notice is kept, if the letter has one.
    """

    to: str
    template: str
    language: str
    market: str
    context: dict[str, Any] = field(default_factory=dict)
    person_id: UUID | None = None


def queue(messages: Sequence[Message]) -> None:
    """Promise ``messages`` in the caller's transaction, letters and notices in one statement."""
    if messages:
        rows = [_row(message) for message in messages]
        statement = _WITH_NOTICES if any("told" in row for row in rows) else _GIVEN + _LETTERS
        with connection.cursor() as cursor:
            cursor.execute(statement, [clock.now(), msgspec.json.encode(rows).decode()])


def _row(message: Message) -> dict[str, Any]:
    letter = letter_named(message.template)
    row = {"id": uuid7(), "purpose": letter.purpose, **{name: getattr(message, name) for name in _FIELDS}}
    if letter.page and message.person_id is not None:
        row["told"] = {name: message.context[name] for name in letter.told}
        row["page"] = letter.page.format_map(row["told"])
    return row
