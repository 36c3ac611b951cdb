"""Messages to people, promised in a transaction and sent by a job."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from glocal.platform.kernel import clock
from glocal.platform.mail.models import OutgoingMail

__all__ = ["Message", "queue"]


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
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            to=item.to,
            template=item.template,
            language=item.language,
            market=item.market,
            context=item.context,
            queued_at=clock.now(),
        )
        for item in messages
    )
