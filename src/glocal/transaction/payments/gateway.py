"""The calls that change something at a provider after the start, and the writing down of their answers.

Each is made by a job, with no transaction open, and may be repeated: the provider knows the key, and the row knows what
was written down.
"""

import logging
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest

from glocal.events.payments import RefundFailed
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.transaction.payments import providers, services
from glocal.transaction.payments.errors import ProviderRefused
from glocal.transaction.payments.models import Payment, Refund
from glocal.transaction.payments.ports import PaymentProvider
from glocal.transaction.payments.types import ProviderState

log = logging.getLogger(__name__)


def send_refund(refund_id: UUID) -> None:
    """Tell the provider of a promised refund and write down its answer; running it again gives nothing more."""
    wanted = Refund.objects.select_related("payment").filter(pk=refund_id, state=Refund.State.QUEUED).first()
    if wanted is None:
        return
    payment = wanted.payment
    amount = Money(wanted.amount_minor, payment.currency)
    try:
        said = providers.call(payment.provider).refund(payment.reference, amount, key=str(refund_id))
    except ProviderRefused as refusal:
        _record_failed(wanted, refusal.reason)
    else:
        _record_done(wanted, said)


def fulfil_wish(payment_id: UUID) -> None:
    """Capture or void at the provider what was wished, and write down its answer; safe to repeat."""
    payment = Payment.objects.filter(pk=payment_id).exclude(wish="").first()
    if payment is None:
        return
    provider = providers.call(payment.provider)
    reference = payment.reference or _reference_of(payment, provider)
    said = _ask_for(payment, reference, provider) if reference else ProviderState("voided", payment.amount)
    _record_fulfilled(payment_id, said)


def _reference_of(payment: Payment, provider: PaymentProvider) -> str:
    """The provider's id where its answer never reached us; empty when it never had the payment."""
    found = provider.find(payment.pk)
    return found.reference if found else ""


def _ask_for(payment: Payment, reference: str, provider: PaymentProvider) -> ProviderState:
    key = f"{payment.pk}:{payment.wish}"
    try:
        if payment.wish == Payment.Wish.CAPTURE:
            return provider.capture(reference, payment.amount, key=key)
        return provider.void(reference, key=key)
    except ProviderRefused as refusal:
        log.info("%s of %s refused: %s", payment.wish, payment.pk, refusal.reason)
        return provider.find(payment.pk) or ProviderState("voided", payment.amount)


@transactional
def _record_fulfilled(payment_id: UUID, said: ProviderState) -> None:
    services.apply(payment_id, said)
    Payment.objects.filter(pk=payment_id).update(wish="")


@transactional
def _record_done(wanted: Refund, said: ProviderState) -> None:
    done = Refund.objects.filter(pk=wanted.pk, state=Refund.State.QUEUED)
    if done.update(state=Refund.State.DONE, done_at=clock.now()):
        services.apply(wanted.payment_id, said)


@transactional
def _record_failed(wanted: Refund, reason: str) -> None:
    failed = Refund.objects.filter(pk=wanted.pk, state=Refund.State.QUEUED)
    if not failed.update(state=Refund.State.FAILED, done_at=clock.now(), error=reason[:200]):
        return
    payment = wanted.payment
    Payment.objects.filter(pk=payment.pk).update(
        promised_minor=Greatest(F("promised_minor") - wanted.amount_minor, F("refunded_minor"))
    )
    publish(
        RefundFailed(
            payment_id=payment.pk,
            order_id=payment.order_id,
            refund_id=wanted.pk,
            refund_key=wanted.key,
            amount_minor=wanted.amount_minor,
            currency=payment.currency,
            code=reason,
        )
    )
