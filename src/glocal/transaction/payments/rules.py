"""Which state may follow which, and what a change means to the others. No database, no clock."""

from dataclasses import dataclass
from uuid import UUID

from glocal.events.payments import (
    PaymentAuthorised,
    PaymentCaptured,
    PaymentDeclined,
    PaymentEvent,
    PaymentRefunded,
    PaymentVoided,
)
from glocal.transaction.payments.types import State

OPEN: tuple[State, ...] = ("created", "action", "pending")
STARTABLE: tuple[State, ...] = ("created", "failed")  # the provider has, as far as we know, never heard of it

# state told -> states it may follow. Webhooks come late, twice and out of order, so what is not listed is stale and
# changes nothing. Taken money is never stale: it may follow a decline or a void that the provider overtook.
MAY_FOLLOW: dict[State, tuple[State, ...]] = {
    "created": (),
    "action": ("created", "failed"),
    "pending": ("created", "action", "failed"),
    "authorised": ("created", "action", "pending", "failed"),
    "declined": ("created", "action", "pending", "failed", "authorised"),
    "failed": ("created", "action", "pending"),
    "voided": ("created", "action", "pending", "failed", "authorised"),
    "captured": ("created", "action", "pending", "failed", "authorised", "declined", "voided"),
    "refunded": ("created", "action", "pending", "failed", "authorised", "declined", "voided", "captured"),
}
PAIRS = [(before, after) for after, befores in MAY_FOLLOW.items() for before in befores]

METHODS = ("card", "paypal", "grabpay", "dana")
# GrabPay and DANA are wallets of these countries only.
_MARKETS_OF = {"grabpay": {"MY", "PH", "SG", "TH", "VN"}, "dana": {"ID"}}


def methods_for(market: str) -> tuple[str, ...]:
    """Ways to pay that a market offers, in the order to show them."""
    local = [method for method in METHODS if market in _MARKETS_OF.get(method, ())]
    return ("card", *local, "paypal")


@dataclass(frozen=True, slots=True)
class Standing:
    """A payment's state and totals (minor units) at one moment."""

    state: State
    captured: int
    refunded: int


def events_of(
    payment_id: UUID, order_id: UUID, currency: str, before: Standing, after: Standing, amount: int, code: str
) -> list[PaymentEvent]:
    """What to tell the others when a payment has gone from ``before`` to ``after``."""
    events: list[PaymentEvent] = []
    if after.captured > before.captured:
        events.append(
            PaymentCaptured(
                payment_id=payment_id,
                order_id=order_id,
                captured_minor=after.captured,
                currency=currency,
                refunded_minor=after.refunded,
            )
        )
    if after.refunded > before.refunded:
        events.append(
            PaymentRefunded(
                payment_id=payment_id,
                order_id=order_id,
                amount_minor=after.refunded - before.refunded,
                refunded_minor=after.refunded,
                currency=currency,
            )
        )
    if after.state == before.state:
        return events
    if after.state == "authorised":
        events.append(
            PaymentAuthorised(payment_id=payment_id, order_id=order_id, amount_minor=amount, currency=currency)
        )
    elif after.state in ("declined", "failed"):
        events.append(PaymentDeclined(payment_id=payment_id, order_id=order_id, code=code))
    elif after.state == "voided":
        events.append(PaymentVoided(payment_id=payment_id, order_id=order_id))
    return events
