"""The panel at ``/``: fault switches, and the latest payments, webhooks and parcels."""

import html
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from glocal.sandbox.api import Sandbox
from glocal.sandbox.cards import TEST_CARDS
from glocal.sandbox.errors import Refused
from glocal.sandbox.faults import DEFAULT_MS
from glocal.sandbox.pages import fill, form_of, page, shown

_SHOWN = 25
_FAULT_NAMES = {
    "delay": "Answer late",
    "timeout_after_success": "Do it, then never answer",
    "outage": "Be down (503)",
    "duplicate_webhooks": "Send webhooks twice",
    "reorder_webhooks": "Send webhooks out of order",
    "drop_webhooks": "Never send webhooks",
}


def _table(name: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    head = "".join(f'<th scope="col">{words}</th>' for words in heads)
    frame = f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">'
    if not body:
        return '<p class="quiet">Nothing yet.</p>'
    return f"{frame}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S")


def _button(action: str, words: str) -> str:
    return f'<form method="post" action="{html.escape(action)}"><button class="small">{words}</button></form>'


def _payments(sandbox: Sandbox) -> str:
    rows = []
    for one in sandbox.payments.recent(_SHOWN):
        asked = one.request
        amount = f"{asked.amount / 10**asked.exponent:,.{asked.exponent}f} {asked.currency}"
        state = one.status + (f" ({html.escape(one.decline_code)})" if one.decline_code else "")
        cells = (
            _clock(one.created),
            f"<code>{one.id}</code>",
            html.escape(asked.reference),
            asked.method,
            amount,
            state,
        )
        left = one.status == "captured" and one.refunded < one.captured
        rows.append((*cells, str(one.refunded), _button(f"/panel/payments/{one.id}/refund", "Refund") if left else ""))
    heads = ("Time UTC", "Payment", "Reference", "Method", "Amount", "State", "Refunded", "")
    return _table("Payments", heads, rows)


def _webhooks(sandbox: Sandbox) -> str:
    rows = [
        (
            _clock(row["created"]),
            f"<code>{row['id']}</code>",
            row["type"],
            f"<code>{html.escape(row['subject'])}</code>",
            str(row["attempts"]),
            "delivered" if row["delivered"] else html.escape(row["outcome"] or "waiting"),
            _button(f"/panel/webhooks/{row['id']}", "Send again"),
        )
        for row in sandbox.store.all("SELECT * FROM events ORDER BY created DESC LIMIT ?", _SHOWN)
    ]
    return _table("Webhooks", ("Time UTC", "Event", "Type", "About", "Tries", "State", ""), rows)


def _parcels(sandbox: Sandbox) -> str:
    rows = [
        (
            _clock(one.created),
            f'<a href="/track/{one.tracking_number}">{one.tracking_number}</a>',
            html.escape(one.request.reference),
            one.request.service,
            one.steps[-1].status,
            _button(f"/panel/parcels/{one.tracking_number}", "Next step") if one.plan else "",
        )
        for one in sandbox.carrier.recent(_SHOWN)
    ]
    return _table("Parcels", ("Time UTC", "Parcel", "Reference", "Service", "Step", ""), rows)


def _faults(sandbox: Sandbox) -> str:
    return "".join(
        fill(
            "fault.html", name=name, words=_FAULT_NAMES[name], percent=f"{state['probability'] * 100:g}", ms=state["ms"]
        )
        for name, state in sandbox.faults.state().items()
    )


@shown
async def panel(request: Request) -> Response:
    """Everything at a glance."""
    sandbox: Sandbox = request.app.state.sandbox
    cards = _table(
        "Test cards",
        ("Test card", "What it does"),
        ((f"<code>{number}</code>", does) for number, does in TEST_CARDS.items()),
    )
    body = fill(
        "panel.html",
        faults_html=_faults(sandbox),
        payments_html=_payments(sandbox),
        webhooks_html=_webhooks(sandbox),
        parcels_html=_parcels(sandbox),
        cards_html=cards,
    )
    return page("en", "Sandbox", body)


def _same_origin(request: Request) -> None:
    """The panel asks for no password, so at least no other site's page may press its buttons."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refused(403, "other_origin", "This button works on the sandbox's own page only.")


@shown
async def set_faults(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    _same_origin(request)
    typed = await form_of(request)
    try:
        wanted = {
            name: (float(typed[f"{name}.percent"]) / 100, int(typed[f"{name}.ms"]))
            for name in DEFAULT_MS
            if f"{name}.percent" in typed
        }
    except (KeyError, ValueError):
        raise Refused(422, "invalid_request", "Write plain numbers for per cent and milliseconds.") from None
    for name, (probability, ms) in wanted.items():
        sandbox.faults.set(name, min(max(probability, 0), 1), min(max(ms, 0), 600_000))
    return RedirectResponse("/", 303)


@shown
async def refund(request: Request) -> Response:
    """Give back all that is left, as somebody does who works in a provider's own dashboard."""
    _same_origin(request)
    sandbox: Sandbox = request.app.state.sandbox
    with sandbox.store.change():
        sandbox.payments.refund(request.path_params["id"], None, "dashboard")
    return RedirectResponse("/", 303)


@shown
async def resend(request: Request) -> Response:
    _same_origin(request)
    request.app.state.sandbox.webhooks.resend(request.path_params["id"])
    return RedirectResponse("/#webhooks", 303)


@shown
async def advance(request: Request) -> Response:
    _same_origin(request)
    sandbox: Sandbox = request.app.state.sandbox
    with sandbox.store.change():
        sandbox.carrier.advance(request.path_params["number"])
    return RedirectResponse("/#parcels", 303)


routes = [
    Route("/", panel, methods=["GET"]),
    Route("/panel/faults", set_faults, methods=["POST"]),
    Route("/panel/payments/{id}/refund", refund, methods=["POST"]),
    Route("/panel/webhooks/{id}", resend, methods=["POST"]),
    Route("/panel/parcels/{number}", advance, methods=["POST"]),
]
