"""What other mail servers report about letters they took and could not deliver (RFC 3464)."""

import re
from email import message_from_bytes
from email.message import Message
from email.policy import default
from uuid import UUID

from glocal.platform.eventing import transactional
from glocal.platform.mail.models import OutgoingMail

_OURS = re.compile(r"^Message-ID:\s*<([0-9a-f]{32})@glocal>", re.IGNORECASE | re.MULTILINE)


@transactional
def note_bounce(report: bytes) -> bool:
    """Mark the letter that a report is about as bounced, with the reason; False when it is about none of ours.

    A delay is no bounce, and a letter that was not sent cannot bounce.
    """
    message = message_from_bytes(report, policy=default)
    reason = _reason(message)
    letter = next((found for part in message.walk() if (found := _OURS.search(_text(part)))), None)
    if not reason or letter is None:
        return False
    sent = OutgoingMail.objects.filter(pk=UUID(hex=letter[1]), state=OutgoingMail.State.SENT)
    return bool(sent.update(state=OutgoingMail.State.BOUNCED, error=reason[:1000]))


def _reason(message: Message) -> str:
    """The first recipient's final failure, empty if there is none."""
    for part in message.walk():
        if str(part.get("Action", "")).strip().lower() == "failed":
            said = part.get("Diagnostic-Code") or part.get("Status") or "undeliverable"
            return str(said).partition(";")[2].strip() or str(said)
    return ""


def _text(part: Message) -> str:
    """The letter's own head, as a report brings it along: whole or as text."""
    if part.get_content_type() not in {"message/rfc822", "text/rfc822-headers"}:
        return ""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) else payload
    return inner.as_string() if isinstance(inner, Message) else str(inner)
