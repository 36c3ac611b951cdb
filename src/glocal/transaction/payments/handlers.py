"""Events payments listens to: its own."""

from collections.abc import Sequence

from glocal.events.payments import PaymentCaptured, WebhookStored
from glocal.platform.eventing import handles_batch
from glocal.transaction.payments import refunds, webhooks


@handles_batch(WebhookStored)
def take_webhooks(events: Sequence[WebhookStored]) -> None:
    """Read what providers told."""
    webhooks.take((event.provider, event.event_id) for event in events)


@handles_batch(PaymentCaptured)
def call_off_others(events: Sequence[PaymentCaptured]) -> None:
    """A paid order needs no second payment: a wallet page left open in another tab must not take the money again."""
    refunds.call_off_others({event.order_id: event.payment_id for event in events if not event.went_back})
