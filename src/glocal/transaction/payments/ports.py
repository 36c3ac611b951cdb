"""What payments need of a provider. One adapter per provider; all pass the same test suite.

Every call goes over the network and is made with no transaction open. Calls that change something carry an idempotency
key. Each may raise ProviderUnavailable (nothing was done), ProviderSilent (nobody knows; ask later) or ProviderRefused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from glocal.platform.kernel.money import Money
from glocal.transaction.payments.types import Capture, HostedFields, ProviderState


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Money to ask for. ``payment_id`` is both our reference at the provider and the idempotency key.

    ``order_number`` is what the shopper knows the purchase by, for the provider's pages.
    """

    payment_id: UUID
    amount: Money
    method: str
    capture: Capture
    return_url: str
    language: str
    expires_in: int
    customer: str = ""
    token: str = ""
    saved_reference: str = ""
    save: bool = False
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A webhook whose signature was checked: its own id, and what it is about (for order)."""

    event_id: str
    subject: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook read: our payment, and its state as the provider had it then. None where it concerns no payment."""

    payment_id: UUID
    state: ProviderState


class PaymentProvider(Protocol):
    """A payment service provider."""

    def start(self, request: PaymentRequest) -> ProviderState:
        """Ask for money; repeated with the same ``payment_id`` it answers the same."""

    def find(self, payment_id: UUID) -> ProviderState | None:
        """The payment by our id; None when the provider never had it."""

    def capture(self, reference: str, amount: Money, *, key: str) -> ProviderState:
        """Take what is held."""

    def void(self, reference: str, *, key: str) -> ProviderState:
        """Let go of what is held or under way."""

    def refund(self, reference: str, amount: Money, *, key: str) -> ProviderState:
        """Give ``amount`` back."""

    def refunds_since(self, moment: datetime) -> Iterator[Notice]:
        """Payments of which something went back at ``moment`` or later, whoever asked for it, as they stand now."""

    def forget_method(self, customer: str, saved_reference: str) -> None:
        """Delete a saved method; one that is gone already is no error."""

    def open_envelope(self, headers: Mapping[str, str], body: bytes) -> Envelope:
        """Check a webhook's signature. Raises BadSignature, BadWebhook. No network."""

    def read_notice(self, body: bytes) -> Notice | None:
        """What a stored webhook says. Raises BadWebhook. No network."""

    def hosted_fields(self, *, origin: str, language: str, theme: str) -> HostedFields:
        """The provider's card fields for a page of ``origin``. No network."""
