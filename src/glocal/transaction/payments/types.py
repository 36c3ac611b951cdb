"""What payments hand out and what providers tell, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from glocal.platform.kernel.money import Money

State = Literal["created", "action", "pending", "authorised", "captured", "declined", "failed", "voided", "refunded"]
Capture = Literal["automatic", "manual"]


@dataclass(frozen=True, slots=True)
class Instrument:
    """What paid, as far as people may see it: a card's brand and last digits, or a wallet's label."""

    kind: str
    brand: str = ""
    last4: str = ""
    label: str = ""
    exp_month: int = 0
    exp_year: int = 0


@dataclass(frozen=True, slots=True)
class ProviderState:
    """One payment as its provider describes it; ``captured`` and ``refunded`` are totals in the amount's minor units.

    ``reference`` is the provider's id, empty where it never had the payment. ``saved_reference`` names the method it
    kept for the next time.
    """

    state: State
    amount: Money
    captured: int = 0
    refunded: int = 0
    reference: str = ""
    decline_code: str = ""
    action_url: str = ""
    instrument: Instrument | None = None
    saved_reference: str = ""


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One attempt to pay one order."""

    id: UUID
    order_id: UUID
    provider: str
    method: str
    state: State
    amount: Money
    captured: Money
    refunded: Money
    refundable: Money
    reference: str
    decline_code: str
    action_url: str
    brand: str
    last4: str
    created_at: datetime

    @property
    def paid(self) -> bool:
        """The money is ours or held for us."""
        return self.state in ("authorised", "captured", "refunded")

    @property
    def over(self) -> bool:
        """Nothing comes of this attempt any more, unless the provider contradicts itself."""
        return self.state in ("declined", "failed", "voided")


@dataclass(frozen=True, slots=True)
class ToStart:
    """What a provider must be told of a payment, and whose it is."""

    order_id: UUID
    provider: str
    method: str
    capture: Capture
    state: State
    amount: Money
    person_id: UUID | None
    action_url: str
    decline_code: str
    saved_reference: str
    called_off: bool


@dataclass(frozen=True, slots=True)
class Started:
    """What the shopper's browser does next: go to ``action_url`` if there is one, else look at ``state``."""

    state: State
    action_url: str
    decline_code: str


@dataclass(frozen=True, slots=True)
class SavedMethodView:
    """A method a person kept at the provider."""

    id: UUID
    method: str
    brand: str
    last4: str
    label: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money on its way back, or back; ``state`` is queued, done (since ``done_at``) or failed."""

    id: UUID
    payment_id: UUID
    amount: Money
    state: str
    reason: str
    error: str
    created_at: datetime
    key: str = ""
    done_at: datetime | None = None
    method: str = ""


@dataclass(frozen=True, slots=True)
class HostedFields:
    """Where the provider's own card fields are; their messages come from ``origin`` only."""

    provider: str
    url: str
    origin: str
