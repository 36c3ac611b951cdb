"""Giving money back, taking what is held, letting go: promised here in a transaction, told by jobs."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.transaction.payments import jobs, rules, selectors
from glocal.transaction.payments.errors import NotCapturable, NothingToPay, NotRefundable, PaymentNotFound
from glocal.transaction.payments.models import Payment, Refund
from glocal.transaction.payments.types import RefundView

# The guard is in the statement: whatever runs at the same time, promises never exceed what was captured.
_PROMISE = """
UPDATE payments_payment SET promised_minor = promised_minor + %s, changed_at = %s
WHERE id = %s AND currency = %s AND captured_minor - promised_minor >= %s RETURNING id
"""


_CALL_OFF_OTHERS = """
UPDATE payments_payment SET wish = 'void', ask_at = %s
WHERE order_id = ANY(%s) AND id <> ALL(%s) AND state = ANY(%s)
"""


@transactional
def refund(*, payment_id: UUID, amount: Money, reason: str, key: str) -> RefundView:
    """Promise ``amount`` back; a job does it. The same ``key`` promises once.

    Raises PaymentNotFound, NothingToPay, NotRefundable.
    """
    if amount.minor <= 0:
        raise NothingToPay(field="amount")
    payment = Payment.objects.select_for_update().filter(pk=payment_id).first()
    if payment is None:
        raise PaymentNotFound(payment_id=payment_id)
    kept = Refund.objects.select_related("payment").filter(key=key).first()
    if kept is not None:
        return selectors.refund_view(kept)
    with connection.cursor() as cursor:
        cursor.execute(_PROMISE, [amount.minor, clock.now(), payment_id, amount.currency, amount.minor])
        if cursor.fetchone() is None:
            left = payment.captured_minor - payment.promised_minor
            raise NotRefundable(field="amount", left=left, currency=payment.currency)
    made = Refund.objects.create(
        id=uuid7(), payment=payment, key=key, amount_minor=amount.minor, reason=reason[:200], created_at=clock.now()
    )
    jobs.send_refund.defer(refund_id=str(made.id))
    return selectors.refund_view(made)


@transactional
def capture(payment_id: UUID) -> None:
    """Take what an authorised payment holds, within seconds. Raises PaymentNotFound, NotCapturable."""
    if Payment.objects.filter(pk=payment_id, state="authorised").update(wish="capture", ask_at=clock.now()):
        return
    state = selectors.payment(payment_id).state
    if state not in ("captured", "refunded"):  # taken already: a repeat changes nothing
        raise NotCapturable(state=state)


@transactional
def void(payment_id: UUID) -> None:
    """Let go of a payment that is held or still under way, within seconds. One that is over or taken stays as it is.

    If the money is taken before the provider hears of it, PaymentCaptured tells so. Raises PaymentNotFound.
    """
    if not _let_go(Payment.objects.filter(pk=payment_id)):
        selectors.payment(payment_id)


@transactional
def call_off(order_id: UUID) -> None:
    """The same for all attempts to pay an order."""
    _let_go(Payment.objects.filter(order_id=order_id))


@transactional
def call_off_others(paid: Mapping[UUID, UUID]) -> None:
    """Let go of every other attempt to pay these orders; ``paid`` names the attempt that succeeded, by order."""
    with connection.cursor() as cursor:
        cursor.execute(_CALL_OFF_OTHERS, [clock.now(), list(paid), list(paid.values()), [*rules.OPEN, "authorised"]])


def _let_go(payments: QuerySet[Payment]) -> int:
    # One that failed could be started again, or the provider may have it after all.
    return payments.filter(state__in=[*rules.OPEN, "failed", "authorised"]).update(wish="void", ask_at=clock.now())
