"""Payments: money asked for, taken and given back, at providers that nobody else needs to know."""

from django.utils.translation import gettext

from glocal.transaction.payments import providers
from glocal.transaction.payments.errors import (
    DECLINED,
    DECLINES,
    MethodNotOffered,
    NotCapturable,
    NothingToPay,
    NotRefundable,
    PaymentNotFound,
    ProviderSilent,
    ProviderUnavailable,
    SavedMethodNotFound,
)
from glocal.transaction.payments.methods import forget_method
from glocal.transaction.payments.polling import ask_hanging, ask_refunds
from glocal.transaction.payments.refunds import call_off, capture, refund, void
from glocal.transaction.payments.rules import methods_for
from glocal.transaction.payments.selectors import (
    captured_of,
    given_back_elsewhere,
    latest_of,
    left_of_orders,
    of_order,
    payment,
    refunds_of,
    saved_methods,
)
from glocal.transaction.payments.services import Creating, apply, create, creating, look_up, start
from glocal.transaction.payments.types import (
    HostedFields,
    PaymentView,
    ProviderState,
    RefundView,
    SavedMethodView,
    Started,
    ToStart,
)
from glocal.transaction.payments.webhooks import intake

__all__ = [
    "Creating",
    "HostedFields",
    "MethodNotOffered",
    "NotCapturable",
    "NotRefundable",
    "NothingToPay",
    "PaymentNotFound",
    "PaymentView",
    "ProviderSilent",
    "ProviderState",
    "ProviderUnavailable",
    "RefundView",
    "SavedMethodNotFound",
    "SavedMethodView",
    "Started",
    "ToStart",
    "apply",
    "ask_hanging",
    "ask_refunds",
    "call_off",
    "capture",
    "captured_of",
    "create",
    "creating",
    "decline_text",
    "forget_method",
    "given_back_elsewhere",
    "hosted_fields",
    "intake",
    "latest_of",
    "left_of_orders",
    "look_up",
    "methods_for",
    "of_order",
    "payment",
    "refund",
    "refunds_of",
    "saved_methods",
    "start",
    "void",
]


def decline_text(code: str) -> str:
    """Why a payment was declined and what to do, in the active language."""
    return gettext(DECLINES.get(code, DECLINED))


def hosted_fields(*, origin: str, language: str, theme: str = "") -> HostedFields:
    """The provider's card fields for an iframe on a page of ``origin`` (scheme, host and port)."""
    return providers.provider_named(providers.DEFAULT).hosted_fields(origin=origin, language=language, theme=theme)
