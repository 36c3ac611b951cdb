"""Work with providers, outside of any transaction."""

import logging
from uuid import UUID

from glocal.platform.jobs import OUTAGE, job, periodic
from glocal.platform.kernel.errors import Unavailable
from glocal.transaction.payments import gateway, polling, providers, webhooks

log = logging.getLogger(__name__)


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


@periodic("payments.ask_refunds", cron="*/10 * * * *")
def ask_refunds() -> None:
    """Hear of refunds that nobody told us of."""
    try:
        polling.ask_refunds()
    except Unavailable:
        log.warning("a provider is away; its refunds are asked for in the next round")
