"""Events payments listens to: its own stored webhooks."""

from collections.abc import Sequence

from glocal.events.payments import WebhookStored
from glocal.platform.eventing import handles_batch
from glocal.transaction.payments import webhooks


@handles_batch(WebhookStored)
def take_webhooks(events: Sequence[WebhookStored]) -> None:
    """Read what providers told."""
    webhooks.take((event.provider, event.event_id) for event in events)
