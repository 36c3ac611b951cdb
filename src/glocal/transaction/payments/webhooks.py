"""Webhooks: checked and stored at the door, read later. Only ``done`` makes a repeat superfluous."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from glocal.events.payments import WebhookStored
from glocal.platform.eventing import transactional
from glocal.platform.eventing.publishing import outbox_row
from glocal.platform.kernel import clock
from glocal.platform.kernel.errors import DomainError
from glocal.transaction.payments import services
from glocal.transaction.payments.models import ProviderWebhook
from glocal.transaction.payments.ports import PaymentProvider
from glocal.transaction.payments.providers import provider_named
from glocal.transaction.payments.types import ProviderState

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 10

# Most news repeats what the provider's answer to our own call has said: that is noted, and nobody reads it again.
_STORE = """
WITH given AS MATERIALIZED (
    SELECT %s::timestamptz AS now, EXISTS (
        SELECT FROM payments_payment WHERE id = %s AND state = %s AND captured_minor = %s AND refunded_minor = %s
        AND amount_minor = %s AND currency = %s AND reference = %s AND decline_code = %s AND brand = %s AND last4 = %s
    ) AS told
), stored AS (
    INSERT INTO payments_providerwebhook AS w (provider, event_id, body, state, received_at, done_at, attempts, error)
    SELECT %s::text, %s::text, %s::bytea, CASE WHEN told THEN 'done' ELSE 'received' END, now,
        CASE WHEN told THEN now END, 0, '' FROM given
    ON CONFLICT (provider, event_id) DO UPDATE SET state = 'received' WHERE w.state <> 'done'
    RETURNING state
)
INSERT INTO eventing_outboxevent (name, key, shard, payload, occurred_at, relayed_at)
SELECT %s::text, %s::text, %s::smallint, %s::jsonb, %s::timestamptz, %s::timestamptz
FROM stored WHERE state = 'received'
"""

# Locked, so that the retry job and the relay never read one webhook at the same time.
_FRESH = """
SELECT id, body FROM payments_providerwebhook
WHERE provider = %s AND event_id = ANY(%s) AND state <> 'done' ORDER BY id FOR UPDATE
"""
_DONE = """
UPDATE payments_providerwebhook SET state = 'done', done_at = %s, attempts = attempts + 1, error = '', try_at = NULL
WHERE id = ANY(%s)
"""


def intake(provider: str, headers: Mapping[str, str], body: bytes) -> None:
    """Check and store a webhook as it came, and see that it is read unless it tells nothing new; one statement.

    Raises ProviderUnknown, BadSignature, BadWebhook; then nothing is stored.
    """
    adapter = provider_named(provider)
    envelope = adapter.open_envelope(headers, body)
    event = WebhookStored(provider=provider, event_id=envelope.event_id, subject=envelope.subject)
    stored = (provider, envelope.event_id, body)
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [clock.now(), *_standing_told(adapter, body), *stored, *outbox_row(event)])


def _standing_told(adapter: PaymentProvider, body: bytes) -> list[Any]:
    """The payment row that would make this news old; none when it can't be read or brings a method to keep."""
    try:
        notice = adapter.read_notice(body)
    except Exception:  # stored first, whatever is in it; its reading says what is wrong
        notice = None
    if notice is None or notice.state.saved_reference:
        return [None] * 10
    told, seen = notice.state, notice.state.instrument
    sums = [told.captured, told.refunded, told.amount.minor, told.amount.currency]
    shown = [seen.brand, seen.last4] if seen else ["", ""]
    return [notice.payment_id, told.state, *sums, told.reference, told.decline_code, *shown]


@transactional
def take(events: Iterable[tuple[str, str]]) -> None:
    """Read stored webhooks, named by (provider, event id), and write down what they say.

    One that can't be read or does not fit is marked failed and tried again later; the rest go on.
    """
    wanted: dict[str, list[str]] = {}
    for provider, event_id in dict.fromkeys(events):
        wanted.setdefault(provider, []).append(event_id)
    for provider, event_ids in wanted.items():
        with connection.cursor() as cursor:
            cursor.execute(_FRESH, [provider, event_ids])
            rows = cursor.fetchall()
        _take_rows(provider, rows)


@transactional
def retry_failed(limit: int = 100) -> int:
    """Try failed webhooks again whose wait is over; returns how many."""
    due = ProviderWebhook.objects.filter(state=ProviderWebhook.State.FAILED, try_at__lte=clock.now())
    rows = list(
        due.order_by("try_at").select_for_update(skip_locked=True).values_list("provider", "id", "body")[:limit]
    )
    for provider in {row[0] for row in rows}:
        _take_rows(provider, [(pk, body) for name, pk, body in rows if name == provider])
    return len(rows)


def _take_rows(provider: str, rows: Sequence[tuple[int, bytes | memoryview]]) -> None:
    news: list[tuple[UUID, ProviderState]] = []
    sources: list[int] = []
    faults: dict[int, str] = {}
    for pk, body in rows:
        try:
            notice = provider_named(provider).read_notice(bytes(body))
        except DomainError as error:
            faults[pk] = str(error)
            continue
        if notice is not None:
            news.append((notice.payment_id, notice.state))
            sources.append(pk)
    if news:
        answers = services.record(news)
        faults |= {pk: answer.fault for pk, answer in zip(sources, answers, strict=True) if answer.fault}
    _mark([pk for pk, _ in rows if pk not in faults], faults)


def _mark(done: Sequence[int], faults: Mapping[int, str]) -> None:
    now = clock.now()
    if done:
        with connection.cursor() as cursor:
            cursor.execute(_DONE, [now, list(done)])
    for pk, fault in faults.items():
        log.warning("webhook %s does not fit: %s", pk, fault)
        attempts = ProviderWebhook.objects.values_list("attempts", flat=True).get(pk=pk) + 1
        wait = timedelta(seconds=10 * 2**attempts)
        ProviderWebhook.objects.filter(pk=pk).update(
            state=ProviderWebhook.State.FAILED,
            attempts=attempts,
            error=fault[:300],
            try_at=None if attempts >= MOST_ATTEMPTS else now + wait,
        )
