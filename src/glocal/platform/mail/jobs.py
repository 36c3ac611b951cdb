"""Sending what was promised."""

import logging
from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import override

from glocal.platform.eventing import transactional
from glocal.platform.jobs import periodic
from glocal.platform.kernel import clock
from glocal.platform.mail.models import OutgoingMail

log = logging.getLogger(__name__)

BATCH = 20  # at EMAIL_TIMEOUT each, sent well before the lease is over and another job takes them up
MOST_ATTEMPTS = 6
LEASE = timedelta(minutes=10)


@periodic("mail.send", cron="* * * * * */5")
def send() -> None:
    """Send queued messages, oldest first. A crash may send one twice, under one Message-ID, never not at all."""
    while send_batch():
        pass


def send_batch() -> int:
    """Send up to one batch; returns how many were tried. No transaction is open while the mail server is spoken to."""
    batch = _lease()
    if batch:
        mailer = get_connection()
        for mail in batch:
            _send(mail, mailer)
            mail.save(update_fields=["state", "error", "sent_at", "next_try_at"])  # a crash repeats one, not all
    return len(batch)


@transactional
def _lease() -> list[OutgoingMail]:
    now = clock.now()
    queued = OutgoingMail.objects.select_for_update(skip_locked=True).filter(
        state=OutgoingMail.State.QUEUED, next_try_at__lte=now
    )
    batch = list(queued.order_by("next_try_at")[:BATCH])
    for mail in batch:
        mail.attempts += 1
        mail.next_try_at = now + LEASE
    OutgoingMail.objects.bulk_update(batch, ["attempts", "next_try_at"])
    return batch


def _send(mail: OutgoingMail, mailer: Any) -> None:
    try:
        message_of(mail, mailer).send()
        mail.state, mail.sent_at, mail.error = OutgoingMail.State.SENT, clock.now(), ""
    except Exception as error:
        log.exception("could not send %s", mail.pk)
        mail.error = f"{type(error).__name__}: {error}"[:1000]
        mail.next_try_at = clock.now() + timedelta(seconds=30 * 2**mail.attempts)
        if mail.attempts >= MOST_ATTEMPTS:
            mail.state = OutgoingMail.State.FAILED


@transactional
def send_again(mail_ids: Collection[UUID]) -> int:
    """Try letters that were given up anew, with all their tries; returns how many of them still were."""
    failed = OutgoingMail.objects.filter(pk__in=mail_ids, state=OutgoingMail.State.FAILED)
    return failed.update(state=OutgoingMail.State.QUEUED, attempts=0, next_try_at=clock.now())


def message_of(mail: OutgoingMail, mailer: Any = None) -> EmailMultiAlternatives:
    """The message rendered in its language."""
    with override(mail.language):
        context = mail.context | {"language": mail.language, "market": mail.market}
        subject = " ".join(render_to_string(f"mail/{mail.template}.subject.txt", context).split())
        text = render_to_string(f"mail/{mail.template}.txt", context)
    headers = {"Message-ID": f"<{mail.pk.hex}@glocal>", "Content-Language": mail.language}
    return EmailMultiAlternatives(subject, text, to=[mail.to], headers=headers, connection=mailer)
