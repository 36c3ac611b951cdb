"""What the shop tells a person who is signed in. Written with the letters; the text is made when it is read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.template.loader import render_to_string

from glocal.platform.kernel import clock
from glocal.platform.mail.models import Notice

MOST_COUNTED = 99
_KEPT = 100  # the newest; a page for people, not an archive

_UNREAD = "SELECT count(*) FROM (SELECT FROM mail_notice WHERE person_id = %s AND read_at IS NULL LIMIT %s) AS unread"


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice in the language that is active; ``page`` is a path behind the market's prefix."""

    id: UUID
    text: str
    page: str
    told_at: datetime
    is_read: bool


def unread(person_id: UUID) -> int:
    """How many notices a person has not read, at most ``MOST_COUNTED``; one statement on an index of unread ones."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [person_id, MOST_COUNTED])
        return int(cursor.fetchone()[0])


def notices_of(person_id: UUID) -> list[NoticeView]:
    """The newest notices of a person, newest first; one statement."""
    return [
        NoticeView(
            notice.id,
            " ".join(render_to_string(f"mail/{notice.template}.subject.txt", notice.context).split()),
            notice.page,
            notice.told_at,
            notice.read_at is not None,
        )
        for notice in Notice.objects.filter(person_id=person_id).order_by("-id")[:_KEPT]
    ]


def mark_read(*, person_id: UUID, notice_id: UUID | None = None) -> str:
    """Mark one notice of this person as read, or all of them; returns the page that the one leads to, else nothing."""
    found = Notice.objects.filter(person_id=person_id)
    if notice_id is not None:
        found = found.filter(pk=notice_id)
    found.filter(read_at=None).update(read_at=clock.now())
    return (found.values_list("page", flat=True).first() or "") if notice_id is not None else ""
