"""Payments to test with."""

from typing import Any
from uuid import UUID

from django.db import transaction

from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments.types import ProviderState

AMOUNT = Money(5990, "THB")
RETURN_URL = "http://shop.test/order/return"


def make_payment(**changes: Any) -> UUID:
    """A card payment of 59.90 THB that was not sent anywhere yet."""
    order_id = changes.pop("order_id", uuid7())
    asked: dict[str, Any] = {
        "order_id": order_id,
        "amount": AMOUNT,
        "method": "card",
        "person_id": None,
        "key": str(order_id),
    }
    with transaction.atomic():
        return payments.create(**asked | changes)


def start(payment_id: UUID, **changes: Any) -> payments.Started:
    return payments.start(payment_id, **{"return_url": RETURN_URL, "language": "en"} | changes)


def said(state: str, *, captured: int = 0, refunded: int = 0, **changes: Any) -> ProviderState:
    """What a provider would say of such a payment."""
    told: dict[str, Any] = {"amount": AMOUNT, "reference": "pay_1", "captured": captured, "refunded": refunded}
    return ProviderState(state, **told | changes)  # type: ignore[arg-type]


def published(*, webhooks: bool = False) -> list[str]:
    """Names of the events so far, without ``payments.``."""
    names = OutboxEvent.objects.filter(name__startswith="payments.").order_by("id").values_list("name", flat=True)
    return [name.removeprefix("payments.") for name in names if webhooks or name != "payments.WebhookStored"]
