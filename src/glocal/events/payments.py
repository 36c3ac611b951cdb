"""What payments tell the others. Amounts are minor units of ``currency``."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from glocal.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookStored(Event):
    """A provider's webhook passed its check and lies stored; payments itself takes it from there."""

    key_field: ClassVar[str] = "subject"
    provider: str
    event_id: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent(Event):
    """Base: which payment of which order."""

    key_field: ClassVar[str] = "order_id"
    payment_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAuthorised(PaymentEvent):
    """The money is held for us and not taken yet."""

    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCaptured(PaymentEvent):
    """The money is taken: ``captured_minor`` in all. May follow a decline or a void that the provider overtook.

    ``refunded_minor`` of it had gone back before we heard; when that is all of it, nothing is paid.
    """

    captured_minor: int
    currency: str
    refunded_minor: int = 0

    @property
    def went_back(self) -> bool:
        return self.refunded_minor >= self.captured_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDeclined(PaymentEvent):
    """No money from this attempt; ``code`` says why (``insufficient_funds``, ``cancelled``, ``expired`` …)."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentVoided(PaymentEvent):
    """What was held or under way has been let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefunded(PaymentEvent):
    """``amount_minor`` went back this time, ``refunded_minor`` in all."""

    amount_minor: int
    refunded_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(PaymentEvent):
    """The provider will not give this refund; nothing went back."""

    refund_id: UUID
    refund_key: str  # it was asked for under
    amount_minor: int
    currency: str
    code: str
