"""The JSON doors of provider and carrier: who calls, once only, and the faults that are switched on."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from glocal.sandbox.cards import read_card
from glocal.sandbox.carrier import SERVICES, Carrier, ShipmentIn
from glocal.sandbox.config import Config
from glocal.sandbox.errors import Refused
from glocal.sandbox.faults import DEFAULT_MS, Fault, Faults
from glocal.sandbox.labels import label
from glocal.sandbox.payments import PaymentIn, Payments
from glocal.sandbox.store import Store
from glocal.sandbox.webhooks import Webhooks

_LARGEST_BODY = 256 * 1024
_REFUNDS_A_PAGE = 100
_encode = msgspec.json.Encoder().encode
T = TypeVar("T")
Answer = tuple[int, object]
Handler = Callable[["Sandbox", Request, bytes], Answer]


@dataclass(slots=True)
class Sandbox:
    """Everything one running sandbox holds; requests find it as ``request.app.state.sandbox``."""

    config: Config
    store: Store
    faults: Faults
    webhooks: Webhooks
    payments: Payments
    carrier: Carrier


class _AmountIn(msgspec.Struct, forbid_unknown_fields=True):
    amount: Annotated[int, msgspec.Meta(gt=0, le=10**14)] | None = None
    reference: Annotated[str, msgspec.Meta(max_length=200)] = ""


class _CardIn(msgspec.Struct, forbid_unknown_fields=True):
    number: Annotated[str, msgspec.Meta(max_length=40)]
    expiry: Annotated[str, msgspec.Meta(max_length=10)]
    cvc: Annotated[str, msgspec.Meta(max_length=6)]


def json_response(status: int, content: object) -> Response:
    return Response(content if isinstance(content, bytes) else _encode(content), status, media_type="application/json")


def parse(kind: type[T], body: bytes) -> T:
    """The body as ``kind``; Refused names the field at fault."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.DecodeError as error:
        text, _, path = str(error).partition(" - at `$")
        raise Refused(422, "invalid_request", text, path.strip(".`") or None) from None


def api(handler: Handler, *, key: str = "secret", changes: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that asks for a key, obeys the fault switches and, where it ``changes`` anything, runs once per
    ``Idempotency-Key``."""

    async def endpoint(request: Request) -> Response:
        sandbox: Sandbox = request.app.state.sandbox
        try:
            _check_key(sandbox.config, request, key)
            if sandbox.faults.strikes("outage") is not None:
                raise Refused(503, "outage", "The provider is down (a sandbox fault is switched on).")
            await _pause(sandbox.faults.strikes("delay"))
            body = await read_body(request)
            run = _once if changes else _plainly
            status, content = run(sandbox, request, body, handler)
            if changes and (silence := sandbox.faults.strikes("timeout_after_success")) is not None:
                await _pause(silence)
                status, content = 504, {"error": {"code": "timeout", "message": "No answer in time.", "field": None}}
        except Refused as refusal:
            status, content = refusal.status, refusal.body()
        return json_response(status, content)

    return endpoint


async def _pause(ms: int | None) -> None:
    if ms:
        await asyncio.sleep(ms / 1000)


async def read_body(request: Request) -> bytes:
    """The whole body, if it is of a size anybody needs."""
    if int(request.headers.get("content-length") or 0) > _LARGEST_BODY:
        raise Refused(413, "too_large", "The request is too large.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise Refused(413, "too_large", "The request is too large.")
    return bytes(body)


def _check_key(config: Config, request: Request, key: str) -> None:
    wanted = config.secret_key if key == "secret" else config.publishable_key
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Refused(401, "unauthorised", f"Send your {key} key as “Authorization: Bearer …”.")


def _plainly(sandbox: Sandbox, request: Request, body: bytes, handler: Handler) -> Answer:
    return handler(sandbox, request, body)


def _once(sandbox: Sandbox, request: Request, body: bytes, handler: Handler) -> Answer:
    """Effect and answer are kept in one transaction; the same key gets the same answer, refusals leave nothing."""
    key = request.headers.get("idempotency-key", "")
    if not key:
        with sandbox.store.change():
            return handler(sandbox, request, body)
    if len(key) > 255:
        raise Refused(422, "invalid_request", "An idempotency key has at most 255 characters.", "Idempotency-Key")
    asked = hashlib.sha256(request.url.path.encode() + b"\n" + body).digest()
    kept = sandbox.store.one("SELECT request, status, body FROM answers WHERE key = ?", key)
    if kept is not None:
        if kept["request"] != asked:
            raise Refused(409, "idempotency_conflict", "This idempotency key was used for another request.")
        return kept["status"], kept["body"]
    with sandbox.store.change() as db:
        status, content = handler(sandbox, request, body)
        encoded = _encode(content)
        db.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", (key, asked, status, encoded, time.time()))
    return status, encoded


def _create_payment(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    return 201, sandbox.payments.create(parse(PaymentIn, body)).public(sandbox.config.base_url)


def _get_payment(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    return 200, sandbox.payments.get(request.path_params["id"]).public(sandbox.config.base_url)


def _list_payments(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    reference = request.query_params.get("reference", "")
    if not reference:
        raise Refused(422, "invalid_request", "Name the reference.", "reference")
    found = sandbox.payments.by_reference(reference)
    return 200, {"data": [payment.public(sandbox.config.base_url) for payment in found]}


def _capture(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    asked = parse(_AmountIn, body)
    return 200, sandbox.payments.capture(request.path_params["id"], asked.amount).public(sandbox.config.base_url)


def _void(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    return 200, sandbox.payments.void(request.path_params["id"]).public(sandbox.config.base_url)


def _refund(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    asked = parse(_AmountIn, body)
    payment, refund = sandbox.payments.refund(request.path_params["id"], asked.amount, asked.reference)
    shown = {"id": refund.id, "amount": refund.amount, "status": refund.status, "reference": refund.reference}
    return 201, {**shown, "payment": payment.public(sandbox.config.base_url)}


def _list_refunds(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    try:
        since, after = float(request.query_params["since"]), int(request.query_params.get("after", "0"))
    except (KeyError, ValueError):
        raise Refused(422, "invalid_request", "Name since (epoch seconds), and after from the page before.") from None
    found = sandbox.payments.refunded_since(since, after, _REFUNDS_A_PAGE)
    rows = [{"payment": payment.public(sandbox.config.base_url)} for _, payment in found]
    return 200, {"data": rows, "next": found[-1][0] if len(found) == _REFUNDS_A_PAGE else None}


def _tokenise(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    typed = parse(_CardIn, body)
    card = read_card(typed.number, typed.expiry, typed.cvc)
    return 201, {"token": sandbox.payments.tokenise(card), "brand": card.brand, "last4": card.last4}


def _list_methods(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    return 200, {"data": sandbox.payments.methods(request.path_params["customer"])}


def _forget_method(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    sandbox.payments.forget_method(request.path_params["customer"], request.path_params["id"])
    return 200, {"deleted": True}


def _create_shipment(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    return 201, sandbox.carrier.create(parse(ShipmentIn, body)).public(sandbox.config.base_url)


def _get_shipment(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    return 200, sandbox.carrier.get(request.path_params["number"]).public(sandbox.config.base_url)


def _cancel_shipment(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    return 200, sandbox.carrier.cancel(request.path_params["number"]).public(sandbox.config.base_url)


def _list_services(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    return 200, {"data": [{"code": code, "days": days["delivered"]} for code, days in SERVICES.items()]}


def _advance_parcel(sandbox: Sandbox, request: Request, body: bytes) -> Answer:
    return 200, sandbox.carrier.advance(request.path_params["number"]).public(sandbox.config.base_url)


async def _label(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    try:
        _check_key(sandbox.config, request, "secret")
        shipment = sandbox.carrier.get(request.path_params["number"])
    except Refused as refusal:
        return json_response(refusal.status, refusal.body())
    pdf = await asyncio.to_thread(label, shipment)
    name = f'inline; filename="{quote(shipment.tracking_number)}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


async def _control(request: Request) -> Response:
    """Read, set or clear the fault switches; never itself subject to them."""
    sandbox: Sandbox = request.app.state.sandbox
    try:
        _check_key(sandbox.config, request, "secret")
        if request.method == "DELETE":
            sandbox.faults.clear()
        elif request.method == "POST":
            wanted = parse(dict[str, Fault], await read_body(request))
            for name in wanted.keys() - DEFAULT_MS.keys():
                raise Refused(422, "unknown_fault", f"Use one of {', '.join(DEFAULT_MS)}.", name)
            for name, fault in wanted.items():
                sandbox.faults.set(name, fault.probability, fault.ms)
    except Refused as refusal:
        return json_response(refusal.status, refusal.body())
    return json_response(200, sandbox.faults.state())


async def _list_webhooks(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    try:
        _check_key(sandbox.config, request, "secret")
    except Refused as refusal:
        return json_response(refusal.status, refusal.body())
    sql = "SELECT id, type, subject, attempts, delivered, outcome FROM events WHERE subject = ? ORDER BY created"
    rows = sandbox.store.all(sql, request.query_params.get("subject", ""))
    return json_response(200, {"data": [dict(row) for row in rows]})


routes = [
    Route("/v1/payments", api(_create_payment, changes=True), methods=["POST"]),
    Route("/v1/payments", api(_list_payments), methods=["GET"]),
    Route("/v1/payments/{id}", api(_get_payment), methods=["GET"]),
    Route("/v1/payments/{id}/capture", api(_capture, changes=True), methods=["POST"]),
    Route("/v1/payments/{id}/void", api(_void, changes=True), methods=["POST"]),
    Route("/v1/payments/{id}/refunds", api(_refund, changes=True), methods=["POST"]),
    Route("/v1/refunds", api(_list_refunds), methods=["GET"]),
    Route("/v1/tokens", api(_tokenise, key="publishable", changes=True), methods=["POST"]),
    Route("/v1/customers/{customer}/methods", api(_list_methods), methods=["GET"]),
    Route("/v1/customers/{customer}/methods/{id}", api(_forget_method, changes=True), methods=["DELETE"]),
    Route("/carrier/v1/services", api(_list_services), methods=["GET"]),
    Route("/carrier/v1/shipments", api(_create_shipment, changes=True), methods=["POST"]),
    Route("/carrier/v1/shipments/{number}", api(_get_shipment), methods=["GET"]),
    Route("/carrier/v1/shipments/{number}/cancellation", api(_cancel_shipment, changes=True), methods=["POST"]),
    Route("/carrier/v1/shipments/{number}/label.pdf", _label, methods=["GET"]),
    Route("/sandbox/faults", _control, methods=["GET", "POST", "DELETE"]),
    Route("/sandbox/webhooks", _list_webhooks, methods=["GET"]),
    Route("/sandbox/parcels/{number}/advance", api(_advance_parcel, changes=True), methods=["POST"]),
]
