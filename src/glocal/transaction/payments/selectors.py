"""Reads: one statement each."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, Sum

from glocal.platform.kernel.money import Money
from glocal.transaction.payments.errors import PaymentNotFound
from glocal.transaction.payments.models import Payment, Refund, SavedMethod
from glocal.transaction.payments.types import PaymentView, RefundView, SavedMethodView, State, ToStart

_COLUMNS = (
    "id, order_id, provider, method, state, amount_minor, currency, captured_minor, refunded_minor, promised_minor, "
    "reference, decline_code, action_url, brand, last4, created_at"
)
_ONE = f"SELECT {_COLUMNS} FROM payments_payment WHERE id = %s"  # noqa: S608 - constant columns
_OF_ORDER = f"SELECT {_COLUMNS} FROM payments_payment WHERE order_id = %s"  # noqa: S608 - constant columns
_MOST_LEFT = "ORDER BY captured_minor - promised_minor DESC, created_at LIMIT 1"
_TO_START = """
SELECT p.order_id, p.provider, p.method, p.capture_mode, p.state, p.amount_minor, p.currency, p.person_id, p.action_url,
    p.decline_code, coalesce(s.reference, ''), p.wish = 'void'
FROM payments_payment p LEFT JOIN payments_savedmethod s ON s.id = p.saved_method_id WHERE p.id = %s
"""


def to_start(payment_id: UUID) -> ToStart:
    """Raises PaymentNotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_START, [payment_id])
        row = cursor.fetchone()
    if row is None:
        raise PaymentNotFound(payment_id=payment_id)
    order_id, provider, method, capture, state, minor, currency, *rest = row
    return ToStart(order_id, provider, method, capture, state, Money(minor, currency), *rest)


def payment(payment_id: UUID) -> PaymentView:
    """Raises PaymentNotFound."""
    return _first(_ONE, payment_id)


def of_order(order_id: UUID) -> tuple[PaymentView, ...]:
    """All attempts to pay an order, newest first."""
    columns = _COLUMNS.split(", ")
    found = Payment.objects.filter(order_id=order_id).order_by("-created_at", "-id").values_list(*columns)
    return tuple(_view(*row) for row in found)


def left_of_orders(order_ids: Collection[UUID]) -> tuple[PaymentView, ...]:
    """The attempts that took money for any of the orders and still have some that nobody has promised back."""
    left = Payment.objects.filter(order_id__in=list(order_ids), captured_minor__gt=F("promised_minor"))
    return tuple(_view(*row) for row in left.order_by("order_id", "id").values_list(*_COLUMNS.split(", ")))


def latest_of(order_id: UUID) -> PaymentView:
    """The newest attempt to pay an order. Raises PaymentNotFound."""
    return _first(f"{_OF_ORDER} ORDER BY created_at DESC, id DESC LIMIT 1", order_id)


def captured_of(order_id: UUID) -> PaymentView | None:
    """The attempt that took an order's money and has most of it left to refund; None when nothing was taken."""
    try:
        return _first(f"{_OF_ORDER} AND captured_minor > 0 {_MOST_LEFT}", order_id)
    except PaymentNotFound:
        return None


def _first(sql: str, subject: UUID) -> PaymentView:
    with connection.cursor() as cursor:
        cursor.execute(sql, [subject])
        row = cursor.fetchone()
    if row is None:
        raise PaymentNotFound(subject=subject)
    return _view(*row)


def saved_methods(person_id: UUID) -> tuple[SavedMethodView, ...]:
    """What a person left for the next time, newest first."""
    return tuple(
        SavedMethodView(one.id, one.method, one.brand, one.last4, one.label, one.exp_month, one.exp_year)
        for one in SavedMethod.objects.filter(person_id=person_id).order_by("-created_at", "-id")
    )


def refunds_of(payment_ids: Sequence[UUID]) -> dict[UUID, tuple[RefundView, ...]]:
    """Refunds by payment, oldest first; payments without any drop out."""
    found: dict[UUID, tuple[RefundView, ...]] = {}
    for one in Refund.objects.filter(payment_id__in=payment_ids).select_related("payment").order_by("created_at", "id"):
        found[one.payment_id] = (*found.get(one.payment_id, ()), refund_view(one))
    return found


def given_back_elsewhere(payment_id: UUID) -> Money:
    """What went back without our asking for it. One statement.

    Refunds of ours that are still under way count as ours: until the provider has answered, what it gave back may be
    they. Raises PaymentNotFound.
    """
    ours = Sum("refunds__amount_minor", filter=~Q(refunds__state=Refund.State.FAILED), default=0)
    found = Payment.objects.filter(pk=payment_id).annotate(ours=ours).values_list("refunded_minor", "ours", "currency")
    for refunded, asked, currency in found:
        return Money(max(refunded - asked, 0), currency)
    raise PaymentNotFound(payment_id=payment_id)


def refund_view(one: Refund) -> RefundView:
    amount = Money(one.amount_minor, one.payment.currency)
    return RefundView(
        one.id,
        one.payment_id,
        amount,
        one.state,
        one.reason,
        one.error,
        one.created_at,
        one.key,
        one.done_at,
        one.payment.method,
    )


def _view(
    payment_id: UUID,
    order_id: UUID,
    provider: str,
    method: str,
    state: State,
    amount: int,
    currency: str,
    captured: int,
    refunded: int,
    promised: int,
    *rest: object,
) -> PaymentView:
    money = [Money(minor, currency) for minor in (amount, captured, refunded, captured - promised)]
    return PaymentView(payment_id, order_id, provider, method, state, *money, *rest)  # type: ignore[arg-type]
