"""Work with providers, outside of any transaction."""

from uuid import UUID

from glocal.platform.jobs import OUTAGE, job, periodic
from glocal.transaction.payments import gateway, polling, providers, webhooks


@job("payments.send_refund", retry=OUTAGE)
def send_refund(refund_id: str) -> None:
    """Give a promised refund."""
    gateway.send_refund(UUID(refund_id))


@job("payments.forget_method", retry=OUTAGE)
def forget_method(provider: str, customer: str, reference: str) -> None:
    """Delete a saved method at its provider."""
    providers.call(provider).forget_method(customer, reference)


@periodic("payments.ask_hanging", cron="* * * * * */15")
def ask_hanging() -> None:
    """Tell providers of captures and voids, ask about what hangs, try webhooks again that did not fit."""
    polling.ask_hanging()
    polling.send_waiting_refunds()
    webhooks.retry_failed()
