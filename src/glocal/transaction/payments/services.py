"""Making payments, asking providers for them, and writing down what providers say."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection

from glocal.platform.eventing import publish, transactional
from glocal.platform.eventing.publishing import outbox_row
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.platform.kernel.parts import Part, tidy
from glocal.transaction.payments import providers, rules, selectors
from glocal.transaction.payments.errors import (
    MethodNotOffered,
    NothingToPay,
    ProviderRefused,
    ProviderSilent,
    SavedMethodNotFound,
)
from glocal.transaction.payments.ports import PaymentProvider, PaymentRequest
from glocal.transaction.payments.types import Capture, PaymentView, ProviderState, Started, State, ToStart

log = logging.getLogger(__name__)

FIRST_ASKED_AFTER = timedelta(seconds=30)
_NOTHING_YET = ("captured_minor", "promised_minor", "refunded_minor", "asks")
_UNKNOWN_YET = ("wish", "reference", "decline_code", "action_url", "brand", "last4")
_BLANK: dict[str, Any] = {"state": "created", **dict.fromkeys(_NOTHING_YET, 0), **dict.fromkeys(_UNKNOWN_YET, "")}

_CREATE = """
INSERT INTO payments_payment AS p (id, order_id, person_id, provider, method, capture_mode, key, amount_minor, currency,
    saved_method_id, captured_minor, promised_minor, refunded_minor, state, wish, reference, decline_code, action_url,
    brand, last4, created_at, changed_at, ask_at, asks)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s,
    (SELECT id FROM payments_savedmethod WHERE id = %s AND person_id = %s AND method = %s),
    0, 0, 0, 'created', '', '', '', '', '', '', %s, %s, %s, 0)
ON CONFLICT (key) DO UPDATE SET key = excluded.key
RETURNING id, saved_method_id, order_id, amount_minor, currency
"""

_NEW = tidy("""
payments_created AS (
  INSERT INTO payments_payment
  SELECT kept.* FROM {given}, jsonb_populate_record(NULL::payments_payment, %s::jsonb) AS kept
)
""")

# Rows are locked in key order; `old` is what they are under the lock, `new` what they become. All is computed from
# `old`: PostgreSQL checks constraints on the row version of the statement's snapshot before it sees a newer one.
_RECORD = """
WITH said AS (
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[],
        %s::text[], %s::text[], %s::text[], %s::text[])
    AS s (id, state, amount, currency, captured, refunded, reference, decline_code, action_url, brand, last4)
), old AS MATERIALIZED (
    SELECT * FROM payments_payment WHERE id = ANY(%s) ORDER BY id FOR UPDATE
), fitting AS (
    SELECT said.*, old.state AS old_state, old.captured_minor, old.refunded_minor, old.promised_minor,
        old.reference AS old_reference, old.decline_code AS old_decline_code, old.action_url AS old_action_url,
        (old.state, said.state) IN (SELECT * FROM unnest(%s::text[], %s::text[])) AS moves
    FROM said JOIN old USING (id)
    WHERE old.amount_minor = said.amount AND old.currency = said.currency AND said.captured <= said.amount
        AND said.refunded <= said.captured AND (old.reference IN ('', said.reference) OR said.reference = '')
), new AS (
    UPDATE payments_payment p SET
        state = CASE WHEN moves THEN f.state ELSE old_state END,
        decline_code = CASE WHEN moves THEN f.decline_code ELSE old_decline_code END,
        action_url = CASE WHEN moves THEN f.action_url ELSE old_action_url END,
        brand = coalesce(nullif(f.brand, ''), p.brand),
        last4 = coalesce(nullif(f.last4, ''), p.last4),
        reference = coalesce(nullif(f.reference, ''), old_reference),
        captured_minor = greatest(f.captured_minor, f.captured),
        refunded_minor = greatest(f.refunded_minor, f.refunded),
        promised_minor = greatest(f.promised_minor, f.refunded),
        changed_at = %s
    FROM fitting f
    WHERE p.id = f.id AND (moves OR f.captured > f.captured_minor OR f.refunded > f.refunded_minor
        OR (old_reference = '' AND f.reference <> ''))
    RETURNING p.id, p.state, p.captured_minor, p.refunded_minor, p.action_url, p.decline_code
)
SELECT old.id, old.order_id, old.person_id, old.provider, old.method, old.saved_method_id, old.state,
    old.captured_minor, old.refunded_minor, old.amount_minor, old.currency, fitting.id IS NOT NULL,
    new.state, new.captured_minor, new.refunded_minor,
    coalesce(new.action_url, old.action_url), coalesce(new.decline_code, old.decline_code)
FROM old LEFT JOIN fitting USING (id) LEFT JOIN new USING (id)
"""

_FIRST_WORD = """
UPDATE payments_payment SET state = %s, captured_minor = %s, reference = %s, decline_code = %s, action_url = %s,
    brand = %s, last4 = %s, changed_at = %s
WHERE id = %s AND state = 'created' AND reference = ''
"""
_FIRST_WORD_TOLD = f"""
WITH first AS ({_FIRST_WORD} RETURNING id)
INSERT INTO eventing_outboxevent (name, key, shard, payload, occurred_at, relayed_at)
SELECT %s::text, %s::text, %s::smallint, %s::jsonb, %s::timestamptz, %s::timestamptz FROM first
"""  # noqa: S608 - constant parts

_UNFIT = "amount, currency or provider id differ from the payment's own"
_SAVE_METHOD = """
INSERT INTO payments_savedmethod (id, person_id, provider, reference, method, brand, last4, label, exp_month, exp_year,
    created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (provider, reference) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How a payment stands after news was heard.

    ``fault`` is empty when the news was taken or stale; else it names what does not fit: the payment is unknown, or
    amount, currency or provider id are not the payment's own. Such news changes nothing and a person must look.
    """

    fault: str
    state: State = "created"
    action_url: str = ""
    decline_code: str = ""


@transactional
def create(
    *,
    order_id: UUID,
    amount: Money,
    method: str,
    person_id: UUID | None,
    key: str,
    saved_method_id: UUID | None = None,
    capture: Capture = "automatic",
) -> UUID:
    """A payment for an order, not yet sent anywhere; the same ``key`` gives the same payment. One statement.

    Raises NothingToPay, MethodNotOffered, SavedMethodNotFound.
    """
    _check_new(amount, method)
    now = clock.now()
    row = (uuid7(), order_id, person_id, providers.DEFAULT, method, capture, key, amount.minor, amount.currency)
    with connection.cursor() as cursor:
        cursor.execute(
            _CREATE,
            [*row, saved_method_id, person_id, method, now, now, now + FIRST_ASKED_AFTER],
        )
        made, saved, order, minor, currency = cursor.fetchone()
    if saved_method_id is not None and saved is None:
        raise SavedMethodNotFound(field="saved_method")
    if (order, minor, currency) != (order_id, amount.minor, amount.currency):
        raise ValueError(f"payment key {key} belongs to another order or amount")
    found: UUID = made
    return found


@dataclass(frozen=True, slots=True)
class Creating:
    """A payment about to be made: its id, the part that writes it, and what ``start`` need not read once it stands."""

    payment_id: UUID
    part: Part
    to_start: ToStart


def creating(*, order_id: UUID, amount: Money, method: str, person_id: UUID | None, key: str, given: str) -> Creating:
    """``create`` as a part that writes when the table expression ``given`` has a row.

    The statement fails with IntegrityError when ``key`` has made a payment. Raises NothingToPay, MethodNotOffered.
    """
    _check_new(amount, method)
    payment_id, now = uuid7(), clock.now()
    row = {
        **_BLANK,
        "id": payment_id,
        "order_id": order_id,
        "person_id": person_id,
        "provider": providers.DEFAULT,
        "method": method,
        "capture_mode": "automatic",
        "key": key,
        "amount_minor": amount.minor,
        "currency": amount.currency,
        "created_at": now,
        "changed_at": now,
        "ask_at": now + FIRST_ASKED_AFTER,
    }
    to_start = ToStart(
        order_id=order_id,
        provider=providers.DEFAULT,
        method=method,
        capture="automatic",
        state="created",
        amount=amount,
        person_id=person_id,
        action_url="",
        decline_code="",
        saved_reference="",
        called_off=False,
    )
    return Creating(payment_id, Part(_NEW.format(given=given), (msgspec.json.encode(row).decode(),)), to_start)


def _check_new(amount: Money, method: str) -> None:
    if amount.minor <= 0:
        raise NothingToPay(field="amount")
    if method not in rules.METHODS:
        raise MethodNotOffered(field="method", method=method)


def start(
    payment_id: UUID,
    *,
    return_url: str,
    language: str,
    order_number: str = "",
    token: str | None = None,
    save: bool = False,
    known: ToStart | None = None,
) -> Started:
    """Ask the provider for the money; no transaction may be open. Repeating it asks for nothing twice, and sends a
    payment that never reached the provider once more.

    ``token`` comes from the provider's own card fields; without one a card payer is sent to the provider's page.
    ``known`` is what ``creating`` said of a payment that was made a moment ago; it spares reading it. When the provider
    does not answer in time the state is ``pending`` and the poller finds out. Raises PaymentNotFound,
    ProviderUnavailable (or ProviderBusy) when the provider took nothing and the same call may be made again,
    ProviderSilent when its answer does not fit the payment.
    """
    payment = known or selectors.to_start(payment_id)
    if payment.state not in rules.STARTABLE or payment.called_off:
        return Started(payment.state, payment.action_url, payment.decline_code)
    request = PaymentRequest(
        payment_id=payment_id,
        amount=payment.amount,
        method=payment.method,
        capture=payment.capture,
        return_url=return_url,
        language=language,
        expires_in=max(60, settings.RESERVATION_MINUTES * 60),
        customer=str(payment.person_id) if payment.person_id else "",
        token=token or "",
        saved_reference=payment.saved_reference,
        save=save and not payment.saved_reference,
        order_number=order_number,
    )
    with providers.turn(payment.provider):
        said = _asked(providers.call(payment.provider), request)
    if _first_word(payment_id, payment, said):
        return Started(said.state, said.action_url, said.decline_code)
    now = record([(payment_id, said)])[0]
    if now.fault:  # logged; what it means is for a person to say, and the shopper must not pay twice
        raise ProviderSilent
    return Started(now.state, now.action_url, now.decline_code)


def _asked(provider: PaymentProvider, request: PaymentRequest) -> ProviderState:
    try:
        return provider.start(request)
    except ProviderSilent:
        return ProviderState("pending", request.amount)
    except ProviderRefused as refusal:
        # Perhaps refused only because an earlier try, whose answer was lost, has made the payment already.
        found = provider.find(request.payment_id)
        return found or ProviderState("declined", request.amount, decline_code=refusal.reason)


def _first_word(payment_id: UUID, payment: ToStart, said: ProviderState) -> bool:
    """Write down a provider's first, plain answer with its event in one statement; False where it is anything else."""
    to_keep = said.saved_reference and payment.person_id and not payment.saved_reference
    if said.amount != payment.amount or said.captured > said.amount.minor or said.refunded or to_keep:
        return False
    before, after = rules.Standing("created", 0, 0), rules.Standing(said.state, said.captured, 0)
    events = rules.events_of(
        payment_id, payment.order_id, said.amount.currency, before, after, said.amount.minor, said.decline_code
    )
    seen = said.instrument
    values: list[Any] = [said.state, said.captured, said.reference, said.decline_code, said.action_url]
    values += [seen.brand if seen else "", seen.last4 if seen else "", clock.now(), payment_id]
    with connection.cursor() as cursor:
        if events:
            cursor.execute(_FIRST_WORD_TOLD, [*values, *outbox_row(events[0])])
        else:
            cursor.execute(_FIRST_WORD, values)
        return bool(cursor.rowcount == 1)


def look_up(payment_id: UUID) -> PaymentView:
    """Ask the provider how a payment stands and write it down; no transaction may be open.

    A payment the provider never had, half a minute after it should have come, has failed. Raises PaymentNotFound,
    ProviderUnavailable, ProviderSilent.
    """
    payment = selectors.payment(payment_id)
    with providers.turn(payment.provider):
        said = providers.call(payment.provider).find(payment_id)
    if said is None:
        if payment.state not in rules.OPEN or (clock.now() - payment.created_at).total_seconds() < 30:
            return payment
        said = ProviderState("failed", payment.amount, decline_code="never_arrived")
    return apply(payment_id, said)


def apply(payment_id: UUID, said: ProviderState) -> PaymentView:
    """Write down what the provider says of one payment; stale and repeated news changes nothing.

    Raises PaymentNotFound.
    """
    record([(payment_id, said)])
    return selectors.payment(payment_id)


@transactional
def record(news: Sequence[tuple[UUID, ProviderState]]) -> list[Recorded]:
    """Write down what providers say of many payments and tell the others, in the order given; one answer per item."""
    answers = [Recorded("payment unknown")] * len(news)
    waiting = list(enumerate(news))
    while waiting:  # one statement changes a row once, so several news of one payment take several rounds
        this_round: dict[UUID, tuple[int, ProviderState]] = {}
        later = []
        for index, (payment_id, said) in waiting:
            if payment_id in this_round:
                later.append((index, (payment_id, said)))
            else:
                this_round[payment_id] = (index, said)
        found = _record_round({payment_id: said for payment_id, (_, said) in this_round.items()})
        for payment_id, answer in found.items():
            answers[this_round[payment_id][0]] = answer
        waiting = later
    return answers


def _record_round(news: dict[UUID, ProviderState]) -> dict[UUID, Recorded]:
    ids, said = list(news), list(news.values())
    columns: list[Any] = [
        ids,
        [one.state for one in said],
        [one.amount.minor for one in said],
        [one.amount.currency for one in said],
        [one.captured for one in said],
        [one.refunded for one in said],
        [one.reference for one in said],
        [one.decline_code for one in said],
        [one.action_url for one in said],
        [one.instrument.brand if one.instrument else "" for one in said],
        [one.instrument.last4 if one.instrument else "" for one in said],
    ]
    befores, afters = [pair[0] for pair in rules.PAIRS], [pair[1] for pair in rules.PAIRS]
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, [*columns, ids, befores, afters, clock.now()])
        rows = cursor.fetchall()
    found: dict[UUID, Recorded] = {}
    events = []
    for row in rows:
        (payment_id, order_id, person_id, provider, method, saved_method_id), old = row[:6], row[6:9]
        (amount, currency, fits), new = row[9:12], row[12:15]
        found[payment_id] = Recorded("" if fits else _UNFIT, new[0] or old[0], *row[15:])
        told = news[payment_id]
        if not fits:
            log.error("news of payment %s does not fit: %s", payment_id, told)
        if fits and new[0] is not None:
            before, after = rules.Standing(*old), rules.Standing(*new)
            events += rules.events_of(payment_id, order_id, currency, before, after, amount, told.decline_code)
        if fits and told.saved_reference and person_id and saved_method_id is None:
            _keep_method(person_id, provider, method, told)
    publish(*events)
    return found


def _keep_method(person_id: UUID, provider: str, method: str, said: ProviderState) -> None:
    seen = said.instrument
    shown = (seen.brand, seen.last4, seen.label, seen.exp_month, seen.exp_year) if seen else ("", "", "", 0, 0)
    with connection.cursor() as cursor:
        cursor.execute(_SAVE_METHOD, [uuid7(), person_id, provider, said.saved_reference, method, *shown, clock.now()])
