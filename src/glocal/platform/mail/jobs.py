"""Sending what was promised."""

import json
import logging
from collections.abc import Collection
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused, SMTPServerDisconnected
from typing import Any
from uuid import UUID

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection

from glocal.platform.eventing import transactional
from glocal.platform.jobs import periodic
from glocal.platform.kernel import clock
from glocal.platform.mail import mime
from glocal.platform.mail.models import OutgoingMail
from glocal.platform.mail.purposes import unwanted
from glocal.platform.mail.registry import MASK, letter_named
from glocal.platform.mail.rendering import render

log = logging.getLogger(__name__)

BATCH = 20  # at EMAIL_TIMEOUT each, sent well before the lease is over and another job takes them up
MOST_ATTEMPTS = 6
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=7)
"""How long a letter that no server took keeps its codes and links, so that it can be sent again."""

# By hand: every paid order sends a letter, and the ORM would cost more than rendering it.
_LEASE = """
WITH due AS MATERIALIZED (
  SELECT id FROM mail_outgoingmail WHERE state = 'queued' AND next_try_at <= %s
  ORDER BY next_try_at LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE mail_outgoingmail AS mail SET attempts = attempts + 1, next_try_at = %s
FROM due WHERE mail.id = due.id RETURNING mail.*
"""
_NOTE = """
UPDATE mail_outgoingmail SET state = %s, error = %s, sent_at = %s, next_try_at = %s, context = context || %s::jsonb
WHERE id = %s
"""


@periodic("mail.send", cron="* * * * * */5")
def send() -> None:
    """Send queued messages, oldest first. A crash may send one twice, under one Message-ID, never not at all."""
    while send_batch():
        pass


def send_batch() -> int:
    """Send up to one batch; returns how many were tried. No transaction is open while the mail server is spoken to."""
    now = clock.now()
    batch = list(OutgoingMail.objects.raw(_LEASE, [now, BATCH, now + LEASE]))
    if batch:
        mailer = get_connection()
        no = unwanted([(mail.to, mail.purpose) for mail in batch])
        try:
            for mail in batch:
                if (mail.to.lower(), mail.purpose) in no:
                    mail.state = OutgoingMail.State.WITHHELD
                else:
                    _send(mail, mailer)
                with connection.cursor() as cursor:  # one by one: a crash repeats one, not all
                    cursor.execute(
                        _NOTE, [mail.state, mail.error, mail.sent_at, mail.next_try_at, _over(mail), mail.pk]
                    )
        finally:
            _hang_up(mailer)
    return len(batch)


def _over(mail: OutgoingMail) -> str:
    """Masks over the secrets of a letter that will not be sent any more, as JSON."""
    is_over = mail.state in (OutgoingMail.State.SENT, OutgoingMail.State.WITHHELD)
    return json.dumps(letter_named(mail.template).masks(mail.context) if is_over else {})


def _send(mail: OutgoingMail, mailer: Any) -> None:
    try:
        _deliver(message_of(mail, mailer), mailer)
        mail.state, mail.sent_at, mail.error = OutgoingMail.State.SENT, clock.now(), ""
    except Exception as error:
        log.exception("could not send %s", mail.pk)
        _hang_up(mailer)  # the next letter gets a connection in a known state
        mail.error = f"{type(error).__name__}: {error}"[:1000]
        mail.next_try_at = clock.now() + timedelta(seconds=30 * 2**mail.attempts)
        if reason := _refusal(error):
            mail.state, mail.error = OutgoingMail.State.REFUSED, reason
        elif mail.attempts >= MOST_ATTEMPTS:
            mail.state = OutgoingMail.State.FAILED


def _refusal(error: Exception) -> str:
    """What the server said if it will never take this letter (RFC 5321, 4.2.1: 5yz); empty if it may yet."""
    said: Any
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, SMTPResponseException) and not isinstance(error, SMTPSenderRefused):
        code, said = error.smtp_code, error.smtp_error
    else:
        return ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{code} {text}"[:1000] if 500 <= code < 600 else ""


def _deliver(message: EmailMultiAlternatives, mailer: Any) -> None:
    """On the one connection of the batch. A server may end it after some letters; then this one gets a new one."""
    is_new = mailer.open()
    try:
        message.send()
    except (SMTPServerDisconnected, SMTPSenderRefused):
        if is_new:
            raise
        _hang_up(mailer)
        mailer.open()
        message.send()


def _hang_up(mailer: Any) -> None:
    try:
        mailer.close()
    except Exception:
        log.warning("the mail server did not say goodbye", exc_info=True)


@transactional
def send_again(mail_ids: Collection[UUID]) -> int:
    """Try letters that did not arrive anew, with all their tries; returns how many of them still were such.

    Those whose codes and links are not kept any more stay as they are: they would lead nowhere.
    """
    stuck = OutgoingMail.objects.select_for_update().filter(pk__in=mail_ids, state__in=OutgoingMail.STUCK)
    whole = [mail.pk for mail in stuck if not letter_named(mail.template).lacks_secrets(mail.context)]
    return OutgoingMail.objects.filter(pk__in=whole).update(
        state=OutgoingMail.State.QUEUED, attempts=0, error="", next_try_at=clock.now()
    )


@periodic("mail.forget_secrets", cron="27 3 * * * 0")
def forget_secrets() -> None:
    """Mask the codes and links of letters that were given up more than a week ago."""
    given_up = (OutgoingMail.State.FAILED, OutgoingMail.State.REFUSED)
    for mail in OutgoingMail.objects.filter(state__in=given_up, queued_at__lt=clock.now() - KEPT).iterator():
        letter = letter_named(mail.template)
        masks = letter.masks(mail.context)
        if masks and not letter.lacks_secrets(mail.context):
            mail.context |= masks
            mail.save(update_fields=["context"])


def shown(mail: OutgoingMail) -> tuple[str, str]:
    """Subject and text for others than the reader: whatever opens something is masked."""
    letter = letter_named(mail.template)
    context = {**mail.context, **letter.masks(mail.context)}
    done = render(letter, mail_id=mail.pk, language=mail.language, market=mail.market, context=context)
    return done.subject, done.text.replace(done.unsubscribe, MASK) if done.unsubscribe else done.text


def message_of(mail: OutgoingMail, mailer: Any = None) -> EmailMultiAlternatives:
    """The message rendered in its language, as text and as HTML."""
    letter = letter_named(mail.template)
    done = render(letter, mail_id=mail.pk, language=mail.language, market=mail.market, context=mail.context)
    headers = {"Message-ID": f"<{mail.pk.hex}@glocal>", "Content-Language": mail.language}
    if done.unsubscribe:  # RFC 8058: mail programs offer it as a button and post to it
        headers |= {
            "List-Unsubscribe": f"<{done.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    boundary = f"part-{mail.pk.hex}"
    return mime.Letter(
        done.subject, done.text, done.html, to=mail.to, boundary=boundary, headers=headers, connection=mailer
    )
