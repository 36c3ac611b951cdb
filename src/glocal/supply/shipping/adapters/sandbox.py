"""The sandbox carrier, spoken to over HTTP like a real one."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
import urllib3
from django.conf import settings

from glocal.platform.kernel import clock
from glocal.supply.shipping.errors import CarrierRefused, CarrierUnavailable, SignatureInvalid
from glocal.supply.shipping.ports import Accepted, Consignment, News, Party
from glocal.supply.shipping.types import CarrierEvent

CONNECT_SECONDS, READ_SECONDS = 2.0, 10.0
_OLDEST_SECONDS = 300
_NOT_NOW = frozenset({408, 425, 429})


class _Step(msgspec.Struct):
    status: str
    at: int
    country: str = ""


class _Parcel(msgspec.Struct):
    tracking_number: str
    events: list[_Step]
    label_url: str = ""
    tracking_url: str = ""


class _Message(msgspec.Struct):
    data: _Parcel


class _Fault(msgspec.Struct):
    message: str = ""
    code: str = ""


class _Faulty(msgspec.Struct):
    error: _Fault


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(
        maxsize=4,
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        retries=urllib3.Retry(0, redirect=False),
    )


class SandboxCarrier:
    """Adapter of the sandbox application's carrier."""

    def __init__(self) -> None:
        self._url: str = settings.SANDBOX["url"]
        self._key: str = settings.SANDBOX["secret_key"]
        self._secret: str = settings.SANDBOX["webhook_secret"]

    def create_shipment(self, parcel: Consignment) -> Accepted:
        body = {
            "reference": parcel.reference,
            "service": parcel.service,
            "from": _party(parcel.sender),
            "to": _party(parcel.receiver),
            "weight_g": parcel.weight_g,
            "currency": parcel.currency,
            "lang": parcel.language,
            "items": [
                {
                    "description": line.description,
                    "hs_code": line.hs_code,
                    "origin": line.origin,
                    "value": line.unit_value,
                    "qty": line.quantity,
                }
                for line in parcel.lines
            ],
        }
        found = _read(self._ask("POST", "/carrier/v1/shipments", body, reference=parcel.reference), _Parcel)
        return Accepted(found.tracking_number, found.label_url, found.tracking_url)

    def call_off(self, tracking_number: str) -> None:
        self._ask("POST", f"/carrier/v1/shipments/{tracking_number}/cancellation")

    def label(self, label_url: str) -> bytes:
        if not label_url.startswith(f"{self._url}/"):
            # The carrier names itself by its public address; the key must go to the address we trust and no other.
            label_url = self._url + urllib3.util.parse_url(label_url).request_uri
        data = self._ask("GET", label_url.removeprefix(self._url))
        if not data.startswith(b"%PDF"):
            raise CarrierUnavailable(reason="the label is not a PDF")
        return data

    def events(self, tracking_number: str) -> tuple[CarrierEvent, ...]:
        return _events(_read(self._ask("GET", f"/carrier/v1/shipments/{tracking_number}"), _Parcel))

    def read_message(self, headers: Mapping[str, str], body: bytes) -> News:
        self._check_signature(headers.get("sandbox-signature", ""), body)
        try:
            parcel = msgspec.json.decode(body, type=_Message).data
        except msgspec.MsgspecError as error:
            raise CarrierRefused(reason="the message could not be read") from error
        return News(parcel.tracking_number, _events(parcel))

    def _check_signature(self, header: str, body: bytes) -> None:
        parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
        at = parts.get("t", "")
        if not at.isascii() or not at.isdigit() or abs(clock.now().timestamp() - int(at)) > _OLDEST_SECONDS:
            raise SignatureInvalid
        expected = hmac.new(self._secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not self._secret or not hmac.compare_digest(expected.encode(), parts.get("v1", "").encode()):
            raise SignatureInvalid

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, reference: str = "") -> bytes:
        headers = {"Authorization": f"Bearer {self._key}", "Accept-Encoding": "identity"}
        if reference:
            headers["Idempotency-Key"] = reference
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else msgspec.json.encode(body)
        try:
            answer = _pool().request(method, self._url + path, body=data, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise CarrierUnavailable(reason=type(error).__name__) from error
        if 200 <= answer.status < 300:
            return answer.data
        if answer.status >= 500 or answer.status in _NOT_NOW:
            raise CarrierUnavailable(reason=f"HTTP {answer.status}")
        raise CarrierRefused(reason=_reason(answer.data) or f"HTTP {answer.status}")


def _party(party: Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "lines": list(party.lines),
        "city": party.city,
        "region": party.region,
        "postcode": party.postcode,
        "country": party.country,
        "phone": party.phone,
    }


def _read(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise CarrierUnavailable(reason="the answer could not be read") from error


def _reason(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Faulty).error.message
    except msgspec.MsgspecError:
        return ""


def _events(parcel: _Parcel) -> tuple[CarrierEvent, ...]:
    """The carrier numbers no steps, and each happens once, so a step's name is its id."""
    return tuple(
        CarrierEvent(step.status, step.status, datetime.fromtimestamp(step.at, UTC), step.country)
        for step in parcel.events
    )
