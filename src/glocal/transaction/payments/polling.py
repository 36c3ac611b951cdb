"""Asking providers about what hangs: payments nobody told us the end of, wishes, refunds that did not get through."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.db import connection

from glocal.platform.kernel import clock
from glocal.platform.kernel.errors import DomainError, Unavailable
from glocal.transaction.payments import gateway, providers, services
from glocal.transaction.payments.models import Refund

log = logging.getLogger(__name__)

REFUND_PATIENCE = timedelta(minutes=1)
REFUND_MEMORY = timedelta(days=7)  # longer than providers repeat a webhook
_BATCH = 100

# Claimed by pushing their next turn away (30 s, 1, 2 ... 64 minutes): no lock is held while the provider is asked.
_CLAIM = """
UPDATE payments_payment SET asks = least(asks + 1, 30),
    ask_at = %s::timestamptz + interval '30 seconds' * power(2, least(asks, 7))
WHERE id IN (
    SELECT id FROM payments_payment
    WHERE ask_at <= %s AND (state IN ('created', 'action', 'pending') OR NOT wish = '')
    ORDER BY ask_at LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, wish
"""


def ask_hanging(limit: int = 100) -> int:
    """Ask about payments that hang; returns how many were settled or heard of. Stops when the provider is away."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, now, limit])
        claimed = cursor.fetchall()
    calls = [(gateway.fulfil_wish if wish else services.look_up, payment_id) for payment_id, wish in claimed]
    return _each(calls)


def send_waiting_refunds(limit: int = 100) -> int:
    """Send refunds again whose job did not get through."""
    queued = Refund.objects.filter(state=Refund.State.QUEUED, created_at__lte=clock.now() - REFUND_PATIENCE)
    return _each(
        [(gateway.send_refund, pk) for pk in queued.order_by("created_at").values_list("pk", flat=True)[:limit]]
    )


def ask_refunds() -> int:
    """Hear of refunds whose webhooks never came, made in a provider's own dashboard perhaps; returns how many it named.

    What is known changes nothing, so the same days are asked about again and again.
    """
    named = 0
    for provider in providers.all_names():
        notices = providers.call(provider).refunds_since(clock.now() - REFUND_MEMORY)
        while batch := [(notice.payment_id, notice.state) for notice in islice(notices, _BATCH)]:
            services.record(batch)
            named += len(batch)
    return named


def _each(calls: Sequence[tuple[Callable[[UUID], object], UUID]]) -> int:
    done = 0
    for call, subject in calls:
        try:
            call(subject)
            done += 1
        except Unavailable:
            log.warning("the provider is away; %d payments wait for the next round", len(calls) - done)
            break
        except DomainError:
            log.exception("%s of %s failed; the others go on", call.__name__, subject)
    return done
