"""The sandbox provider, over HTTP as any other would be (glocal/sandbox/README.md is its documentation)."""

import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

import msgspec
import urllib3
from django.conf import settings

from glocal.platform.kernel.currencies import UnknownCurrency, minor_digits
from glocal.platform.kernel.money import Money
from glocal.transaction.payments.errors import (
    BadSignature,
    BadWebhook,
    ProviderRefused,
    ProviderSilent,
    ProviderUnavailable,
)
from glocal.transaction.payments.ports import Envelope, Notice, PaymentRequest
from glocal.transaction.payments.types import HostedFields, Instrument, ProviderState, State

NAME = "sandbox"
_CONNECT_SECONDS, _READ_SECONDS = 1.0, 5.0
_OLDEST_SIGNATURE = 300
_STATES: dict[str, State] = {
    "requires_action": "action",
    "pending": "pending",
    "authorised": "authorised",
    "captured": "captured",
    "declined": "declined",
    "voided": "voided",
}


_Minor = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
_Reference = Annotated[str, msgspec.Meta(max_length=100)]


class _Action(msgspec.Struct):
    url: Annotated[str, msgspec.Meta(max_length=500)]


class _Instrument(msgspec.Struct):
    """Only to be recognised by: clipped, never a reason to refuse the news of somebody's money."""

    kind: str
    brand: str = ""
    last4: str = ""
    label: str = ""
    exp_month: int = 0
    exp_year: int = 0


class _Payment(msgspec.Struct):
    id: _Reference
    status: str
    reference: str
    amount: _Minor
    currency: str
    exponent: int
    captured: _Minor = 0
    refunded: _Minor = 0
    decline_code: str = ""
    saved_method: _Reference = ""
    action: _Action | None = None
    instrument: _Instrument | None = None


class _Refund(msgspec.Struct):
    payment: _Payment


class _Refunds(msgspec.Struct):
    data: list[_Refund]
    next: int | None = None


class _List(msgspec.Struct):
    data: list[_Payment]


class _Event(msgspec.Struct):
    id: str
    type: str
    data: msgspec.Raw


class _Subject(msgspec.Struct):
    reference: str = ""


class _Fault(msgspec.Struct):
    code: str = ""


class _Refusal(msgspec.Struct):
    error: _Fault


class SandboxProvider:
    """Speaks to the address of ``settings.SANDBOX``; one pool of kept connections per process."""

    def __init__(self) -> None:
        self._config: dict[str, str] = settings.SANDBOX
        timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
        # A connection that was never made carried nothing: trying it once more is safe for every call.
        retries = urllib3.Retry(total=1, connect=1, read=0, status=0, redirect=0, other=0, backoff_factor=0.1)
        self._pool = urllib3.connection_from_url(self._config["url"], maxsize=16, timeout=timeout, retries=retries)

    def start(self, request: PaymentRequest) -> ProviderState:
        asked: dict[str, object] = {
            "amount": request.amount.minor,
            "currency": request.amount.currency,
            "exponent": minor_digits(request.amount.currency),
            "method": request.method,
            "reference": str(request.payment_id),
            "return_url": request.return_url,
            "capture": request.capture,
            "lang": request.language,
            "expires_in": request.expires_in,
            "save": request.save and bool(request.customer),
        }
        optional = {
            "customer": request.customer,
            "token": request.token,
            "saved_method": request.saved_reference,
            "description": request.order_number,
        }
        asked |= {name: value for name, value in optional.items() if value}
        return _told(self._call("POST", "/v1/payments", _Payment, asked, key=str(request.payment_id)))

    def find(self, payment_id: UUID) -> ProviderState | None:
        found = self._call("GET", f"/v1/payments?reference={payment_id}", _List).data
        return _told(found[0]) if found else None

    def capture(self, reference: str, amount: Money, *, key: str) -> ProviderState:
        path = f"/v1/payments/{quote(reference, safe='')}/capture"
        return _told(self._call("POST", path, _Payment, {"amount": amount.minor}, key=key))

    def void(self, reference: str, *, key: str) -> ProviderState:
        return _told(self._call("POST", f"/v1/payments/{quote(reference, safe='')}/void", _Payment, {}, key=key))

    def refund(self, reference: str, amount: Money, *, key: str) -> ProviderState:
        path = f"/v1/payments/{quote(reference, safe='')}/refunds"
        return _told(self._call("POST", path, _Refund, {"amount": amount.minor, "reference": key}, key=key).payment)

    def refunds_since(self, moment: datetime) -> Iterator[Notice]:
        after: int | None = 0
        while after is not None:
            page = self._call("GET", f"/v1/refunds?since={moment.timestamp()}&after={after}", _Refunds)
            for one in page.data:
                try:
                    yield _notice(one.payment)
                except BadWebhook:
                    continue  # not one of ours: the account may serve others as well
            after = page.next

    def forget_method(self, customer: str, saved_reference: str) -> None:
        path = f"/v1/customers/{quote(customer, safe='')}/methods/{quote(saved_reference, safe='')}"
        try:
            self._call("DELETE", path, msgspec.Raw)
        except ProviderRefused as refusal:
            if refusal.reason != "not_found":
                raise

    def open_envelope(self, headers: Mapping[str, str], body: bytes) -> Envelope:
        given = next((value for name, value in headers.items() if name.lower() == "sandbox-signature"), "")
        parts = dict(part.split("=", 1) for part in given.split(",") if "=" in part)
        stamp = parts.get("t", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise BadSignature
        wanted = hmac.new(self._config["webhook_secret"].encode(), f"{stamp}.".encode() + body, hashlib.sha256)
        if not hmac.compare_digest(wanted.hexdigest(), parts.get("v1", "")):
            raise BadSignature
        if abs(time.time() - int(stamp)) > _OLDEST_SIGNATURE:  # a signed message that somebody kept and sends again
            raise BadSignature
        event = _read(body, _Event)
        if not 0 < len(event.id) <= 120:  # cut short, two events could be taken for one
            raise BadWebhook(field="id")
        return Envelope(event.id, _read(bytes(event.data), _Subject).reference[:60] or event.id[:60])

    def read_notice(self, body: bytes) -> Notice | None:
        event = _read(body, _Event)
        if not event.type.startswith(("payment.", "refund.")):
            return None
        return _notice(_read(bytes(event.data), _Payment))

    def hosted_fields(self, *, origin: str, language: str, theme: str) -> HostedFields:
        public = self._config["public_url"]
        asked = {"key": self._config["publishable_key"], "lang": language, "origin": origin, "theme": theme}
        parts = urlsplit(public)
        return HostedFields(NAME, f"{public}/v1/fields?{urlencode(asked)}", f"{parts.scheme}://{parts.netloc}")

    def _call(self, method: str, path: str, kind: type[Any], content: object = None, *, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self._config['secret_key']}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        body = msgspec.json.encode(content) if content is not None else None
        try:
            answer = self._pool.urlopen(method, path, body=body, headers=headers)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
            raise ProviderUnavailable from None
        except urllib3.exceptions.MaxRetryError as error:
            never = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
            raise (ProviderUnavailable if isinstance(error.reason, never) else ProviderSilent) from None
        except urllib3.exceptions.HTTPError:
            raise ProviderSilent from None
        return _content(answer.status, answer.data, kind)


def _content(status: int, body: bytes, kind: type[Any]) -> Any:
    if status in (429, 503):
        raise ProviderUnavailable
    if status >= 500:
        raise ProviderSilent
    if status >= 400:
        raise ProviderRefused(reason=_refusal(body) or f"http_{status}")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        raise ProviderSilent from None  # it did something, and we can't read what


def _refusal(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Refusal).error.code
    except msgspec.DecodeError:
        return ""


def _read(body: bytes, kind: type[Any]) -> Any:
    if rb"\u0000" in body:  # PostgreSQL keeps no such text
        raise BadWebhook
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        raise BadWebhook from None


def _notice(payment: _Payment) -> Notice:
    try:
        return Notice(UUID(payment.reference), _state(payment))
    except ValueError:
        raise BadWebhook(field="reference") from None


def _told(payment: _Payment) -> ProviderState:
    """The answer to a call of ours; one that makes no sense leaves open what happened."""
    try:
        return _state(payment)
    except BadWebhook:
        raise ProviderSilent from None


def _state(payment: _Payment) -> ProviderState:
    """In our words. Amounts come back in the exponent we sent; another one is not guessed at."""
    try:
        if payment.exponent != minor_digits(payment.currency):
            raise BadWebhook(field="exponent")
    except UnknownCurrency:
        raise BadWebhook(field="currency") from None
    state = _STATES.get(payment.status)
    if state is None:
        raise BadWebhook(field="status")
    if state == "captured" and payment.refunded >= payment.captured:
        state = "refunded"
    seen = payment.instrument
    return ProviderState(
        state=state,
        amount=Money(payment.amount, payment.currency),
        captured=payment.captured,
        refunded=payment.refunded,
        reference=payment.id,
        decline_code=payment.decline_code[:60],
        action_url=payment.action.url if payment.action else "",
        instrument=_seen(seen) if seen else None,
        saved_reference=payment.saved_method,
    )


def _seen(one: _Instrument) -> Instrument:
    return Instrument(one.kind, one.brand[:20], one.last4[-4:], one.label[:80], one.exp_month, one.exp_year)
