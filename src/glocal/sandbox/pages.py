"""Pages that shoppers meet: card fields for an iframe, hosted card form, bank challenge, wallets, parcel tracking."""

import html
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, urlsplit

from babel.dates import format_datetime
from babel.numbers import format_currency
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from glocal.sandbox import texts
from glocal.sandbox.api import Sandbox, read_body
from glocal.sandbox.cards import read_card
from glocal.sandbox.errors import Refused
from glocal.sandbox.payments import ORIGIN, Payment
from glocal.sandbox.texts import text

_TEMPLATES = Path(__file__).parent / "templates"
_WALLET_NAMES = {"paypal": "PayPal", "grabpay": "GrabPay", "dana": "DANA"}
_HEX, _RADIUS = re.compile(r"[0-9A-Fa-f]{6}"), re.compile(r"[0-9]{1,2}")
_COLOURS = ("ink", "ground", "surface", "line", "accent", "accent-ink", "bad")
_WORLDS = {
    "spare": "ink:171614,ground:FBFAF7,surface:FFFFFF,line:8D887D,accent:14532D,bad:A82A22,radius:2",
    "dense": "ink:201514,ground:FFF8F4,surface:FFFFFF,line:A58B84,accent:C1272F,bad:B3201F,radius:12",
    "elegant": "ink:1D1811,ground:FAF7F0,surface:FFFDF8,line:93805A,accent:7D5F28,bad:9C2C23,radius:0",
}
_DARK = {
    "spare": "ink:F2EFE8,ground:141412,surface:1C1C19,line:87827A,accent:9AD8AD,accent-ink:0B2013,bad:FF9D92",
    "dense": "ink:FFF1EC,ground:1A1110,surface:241817,line:977F78,accent:FF978F,accent-ink:2C0705,bad:FF9C92",
    "elegant": "ink:F4EAD2,ground:12100C,surface:1A1711,line:94825B,accent:D8B871,accent-ink:1B1408,bad:F3A091",
}


@cache
def _template(name: str) -> Template:
    return Template((_TEMPLATES / name).read_text("utf-8"))


def fill(template: str, /, **values: object) -> str:
    """``template`` with every value escaped, except those called ``…_html``."""
    safe = {key: str(value) if key.endswith("_html") else html.escape(str(value)) for key, value in values.items()}
    return _template(template).substitute(safe)


def theme_rules(asked: str) -> str:
    """CSS for ``theme=``: a world, ``dark`` and ``token:value`` pairs, by comma; whatever is neither is ignored."""
    tokens: dict[str, str] = {}
    parts = [part.strip() for part in asked[:400].split(",")]
    world = next((part for part in parts if part in _WORLDS), "spare")
    pairs = ",".join(_DARK[world] if part == "dark" else _WORLDS.get(part, part) for part in parts)
    for name, _, value in (pair.partition(":") for pair in pairs.split(",")):
        if name in _COLOURS and _HEX.fullmatch(value):
            tokens[name] = f"#{value}"
        elif name == "radius" and _RADIUS.fullmatch(value):
            tokens[name] = f"{value}px"
    return "".join(f"--{name}:{value};" for name, value in tokens.items())


def page(
    language: str, title: str, body: str, *, status: int = 200, theme: str = "", allow: str = "", frame: str = "'none'"
) -> Response:
    """A whole page. ``allow`` is the origin a form's redirect may go to, ``frame`` who may frame it."""
    nonce = secrets.token_urlsafe(12)
    filled = fill(
        "page.html",
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        title=title,
        sandbox=text("sandbox", language),
        theme_html=theme_rules(theme),
        body_html=body,
        kind="framed" if frame != "'none'" else "whole",
        nonce=nonce,
    )
    policy = (
        f"default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        f"form-action 'self' {allow}; base-uri 'none'; frame-ancestors {frame}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(filled, status, media_type="text/html; charset=utf-8", headers=headers)


Page = Callable[[Request], Awaitable[Response]]


def shown(make: Page) -> Page:
    """A page whose refusals are a page too."""

    async def endpoint(request: Request) -> Response:
        try:
            return await make(request)
        except Refused as refusal:
            language = texts.language_of(request.query_params.get("lang", request.headers.get("accept-language", "")))
            words = text("not_found", language) if refusal.status == 404 else refusal.message
            return page(language, words, f'<p class="lead">{html.escape(words)}</p>', status=refusal.status)

    return endpoint


def money(payment: Payment, language: str) -> str:
    asked = payment.request
    amount = Decimal(asked.amount).scaleb(-asked.exponent)
    return format_currency(amount, asked.currency, locale=language.replace("-", "_"))


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def back_to_shop(payment: Payment) -> Response:
    url = payment.request.return_url
    glue = "&" if urlsplit(url).query else "?"
    return RedirectResponse(f"{url}{glue}payment={payment.id}", 303)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a submitted form; the last one of a name wins."""
    return {
        name: values[-1] for name, values in parse_qs((await read_body(request)).decode("utf-8", "replace")).items()
    }


def _facts(payment: Payment, language: str) -> str:
    rows = [
        (
            text("order", language),
            f"<bdi>{html.escape(payment.request.description or payment.request.reference)}</bdi>",
        ),
        (text("amount", language), f"<bdi>{html.escape(money(payment, language))}</bdi>"),
    ]
    if payment.instrument is not None and payment.instrument.kind == "card":
        card = f"<bdi>{payment.instrument.brand} •••• {payment.instrument.last4}</bdi>"
        rows.append((text("card", language), card))
    return "".join(f"<div><dt>{html.escape(name)}</dt><dd>{value}</dd></div>" for name, value in rows)


def _card_fields(language: str, error: Refused | None = None) -> str:
    """The three inputs; typed numbers are never sent back to the page."""
    at_fault = error.field if error is not None else None
    message = text(error.code, language) if error is not None and error.code in texts.ERRORS else ""
    marks = {
        f"{name}_html": 'aria-invalid="true" aria-describedby="card-error" autofocus' if at_fault == name else ""
        for name in ("number", "expiry", "cvc")
    }
    labels = {f"{name}_label": text(name, language) for name in ("number", "expiry", "cvc")}
    return fill("card_fields.html", legend=text("card_details", language), error=message, **labels, **marks)


@shown
async def fields(request: Request) -> Response:
    """Card fields for an iframe of ``origin``: they make a token here and hand only that to the shop's page."""
    sandbox: Sandbox = request.app.state.sandbox
    asked = request.query_params
    origin = asked.get("origin", "")
    if asked.get("key") != sandbox.config.publishable_key:
        raise Refused(401, "unauthorised", "This page needs the shop's publishable key.", "key")
    if not re.fullmatch(ORIGIN, origin):
        raise Refused(422, "invalid_request", "Name the origin of the page that shows these fields.", "origin")
    language = texts.language_of(asked.get("lang", ""))
    words = {code: text(code, language) for code in texts.ERRORS}
    body = fill(
        "fields.html",
        fields_html=_card_fields(language),
        origin=origin,
        key=sandbox.config.publishable_key,
        words=json.dumps(words, ensure_ascii=False),
        use_test_card=text("use_test_card", language),
    )
    title = text("card_details", language)
    return page(language, title, body, theme=asked.get("theme", ""), frame=f"'self' {origin}")


@shown
async def pay(request: Request) -> Response:
    """The hosted card form; works without script."""
    sandbox: Sandbox = request.app.state.sandbox
    payment = sandbox.payments.get(request.path_params["id"])
    error = None
    if request.method == "POST" and payment.status == "requires_action":
        typed = await form_of(request)
        try:
            payment = _pay_with(sandbox, payment.id, typed)
        except Refused as refusal:
            error = refusal
    if payment.status != "requires_action":
        return back_to_shop(payment)
    if payment.page() != f"/pay/{payment.id}":
        return RedirectResponse(payment.page(), 303)
    language = texts.language_of(payment.request.lang)
    body = fill(
        "pay.html",
        title=text("card_details", language),
        facts_html=_facts(payment, language),
        fields_html=_card_fields(language, error),
        pay=text("pay", language, amount=money(payment, language)),
        cancel=text("cancel", language),
    )
    allow = origin_of(payment.request.return_url)
    return page(language, text("card_details", language), body, status=422 if error else 200, allow=allow)


def _pay_with(sandbox: Sandbox, payment_id: str, typed: dict[str, str]) -> Payment:
    with sandbox.store.change():
        if typed.get("answer") == "cancel":
            return sandbox.payments.refuse(payment_id, "cancelled")
        card = read_card(typed.get("number", ""), typed.get("expiry", ""), typed.get("cvc", ""))
        return sandbox.payments.present_card(payment_id, card)


async def _asked(request: Request, title: str, lead: str, refusal: str) -> Response:
    """A question with two answers, then back to the shop."""
    sandbox: Sandbox = request.app.state.sandbox
    payment = sandbox.payments.get(request.path_params["id"])
    if request.method == "POST":
        answer = (await form_of(request)).get("answer")
        with sandbox.store.change():
            if answer == "approve":
                payment = sandbox.payments.approve(payment.id)
            elif answer == "refuse":
                payment = sandbox.payments.refuse(payment.id, refusal)
    if payment.status != "requires_action":
        return back_to_shop(payment)
    if request.url.path != payment.page():
        return RedirectResponse(payment.page(), 303)
    language = texts.language_of(payment.request.lang)
    wallet = _WALLET_NAMES.get(payment.request.method, "")
    heading = text(title, language, wallet=wallet)
    body = fill(
        "question.html",
        title=heading,
        mark=wallet or "3-D Secure",
        method=payment.request.method,
        lead=text(lead, language),
        facts_html=_facts(payment, language),
        approve=text("approve", language),
        refuse=text("cancel" if wallet else "refuse", language),
    )
    return page(language, heading, body, allow=origin_of(payment.request.return_url))


@shown
async def challenge(request: Request) -> Response:
    """The bank's question (3-D Secure)."""
    return await _asked(request, "challenge_title", "challenge_text", "authentication_failed")


@shown
async def wallet(request: Request) -> Response:
    """A redirect wallet's question."""
    return await _asked(request, "wallet_title", "wallet_text", "cancelled")


@shown
async def track(request: Request) -> Response:
    """Where a parcel is, for anybody who has its number."""
    sandbox: Sandbox = request.app.state.sandbox
    shipment = sandbox.carrier.get(request.path_params["number"])
    language = texts.language_of(request.query_params.get("lang") or shipment.request.lang)
    locale = language.replace("-", "_")
    steps = [
        f"<li><strong>{html.escape(text(step.status, language))}</strong> <span><bdi>{step.country}</bdi> · "
        f"{html.escape(_moment(step.at, locale))}</span></li>"
        for step in reversed(shipment.steps)
    ]
    expected = shipment.public("")["estimated_delivery"]
    lead = text("expected", language, date=_moment(float(str(expected)), locale)) if expected else ""
    title = text("track_title", language)
    body = fill("track.html", title=title, number=shipment.tracking_number, lead=lead, steps_html="".join(steps))
    return page(language, title, body)


def _moment(at: float, locale: str) -> str:
    return format_datetime(datetime.fromtimestamp(at, UTC), "medium", locale=locale) + " UTC"


routes = [
    Route("/v1/fields", fields, methods=["GET"]),
    Route("/pay/{id}", pay, methods=["GET", "POST"]),
    Route("/challenge/{id}", challenge, methods=["GET", "POST"]),
    Route("/wallet/{id}", wallet, methods=["GET", "POST"]),
    Route("/track/{number}", track, methods=["GET"]),
]
