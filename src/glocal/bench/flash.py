"""`flash`: 200 buyers want 50 units at once; afterwards our books and the provider's are held against each other.

Three situations: quiet; the provider slow and failing; web, relay and jobs killed in the middle, twice. A buyer repeats
the request until the answer is clear, as a client should: 429 and 503 mean "again".
"""

import http.client
import json
import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import psutil

from glocal.bench.buying import Shopper
from glocal.bench.load import Client, drive
from glocal.bench.report import note, say
from glocal.bench.seed import seed
from glocal.bench.stage import Stage, stage

UNITS, BUYERS = 50, 200
KILLED_AT = (10, 30)  # orders that buyers were told of
TRIES = 90
SETTLE_SECONDS = 180  # a reservation lasts one minute; the poller comes back after half of one, a whole one, two

_ORDERS = """
SELECT o.number, o.key, o.status, o.status = 'paid', o.payment_id, p.id,
    p.state IN ('created', 'action', 'pending', 'authorised') OR p.wish <> '' OR p.promised_minor > p.refunded_minor
FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id LEFT JOIN payments_payment p ON p.order_id = o.id
WHERE l.variant_id = %s
"""


class Row(NamedTuple):
    """An order with one of its payments, as our database has it."""

    number: str
    key: str
    status: str
    paid: bool
    paid_by: UUID | None
    payment_id: UUID | None
    under_way: bool


@dataclass(slots=True)
class Round:
    """One rush: what its buyers were told, by their keys."""

    situation: str
    at_once: int
    variant_id: UUID
    told: dict[str, str] = field(default_factory=dict)  # "refused", the order's number, or what else came
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Balance:
    """How a rush ended. Everything from ``orders_of_one_buyer`` on should be as its comment says."""

    paid: int
    refused: int
    kept: int  # payments whose money stayed at the provider
    free: int
    orders_of_one_buyer: int  # 1
    stranded: int  # 0: neither sold nor free
    oversold: int  # 0
    unclear: int  # 0: buyers who were told neither of an order nor that nothing is left
    lost: int  # 0: orders that a buyer was told of and that are not there
    mismatched: int  # 0: money kept for no paid order or for one paid otherwise, or an order paid with no money
    open: int  # 0: orders and payments that nobody has decided

    @property
    def broken(self) -> list[str]:
        wrong = ("stranded", "oversold", "unclear", "lost", "mismatched", "open")
        found = [f"{name} {getattr(self, name)}" for name in wrong if getattr(self, name)]
        return found + [f"{self.orders_of_one_buyer} orders of one buyer"] * (self.orders_of_one_buyer > 1)


def balance(told: Mapping[str, str], rows: Sequence[Row], kept: Collection[UUID], free: int) -> Balance:
    """Hold what buyers were told, our orders, and the payments whose money the provider keeps against each other."""
    orders = {row.number: row for row in rows}
    paid = [row for row in orders.values() if row.paid]
    money = {row.payment_id for row in rows if row.payment_id in kept}
    refused = sum(answer == "refused" for answer in told.values())
    numbers = {answer for answer in told.values() if answer.startswith("order ")}
    return Balance(
        paid=len(paid),
        refused=refused,
        kept=len(money),
        free=free,
        orders_of_one_buyer=max(Counter(row.key for row in orders.values()).values(), default=0),
        stranded=max(UNITS - len(paid) - free, 0),
        oversold=max(len(paid) + free - UNITS, 0),
        unclear=len(told) - refused - sum(answer.startswith("order ") for answer in told.values()),
        lost=len(numbers - {f"order {number}" for number in orders}),
        mismatched=len(money ^ {row.paid_by for row in paid}),
        open=len({row.number for row in rows if row.under_way or row.status == "placed"}),
    )


def flash(clients: tuple[int, ...] = (16, 64, 200)) -> None:
    """All rushes one after another, each for a product of its own; then one wait until all is decided."""
    with stage(GLOCAL_RESERVATION_MINUTES="1", GLOCAL_API_CALLS="1000000") as place:
        variants = iter(seed(3 * len(clients), UNITS).variants)
        rounds = []
        for at_once in clients:
            rounds.append(_rush(place, Round("quiet", at_once, next(variants))))
            with Faults(place):
                rounds.append(_rush(place, Round("provider_failing", at_once, next(variants))))
            killing = Round("killed", at_once, next(variants))
            rounds.append(_rush(place, killing, disturb=_kill_everything))
        ended = _settled(place, rounds)
    broken = [problem for each, result in zip(rounds, ended, strict=True) for problem in _report(each, result)]
    if broken:
        raise SystemExit("flash: " + "; ".join(broken))


def _rush(place: Stage, this: Round, disturb: Callable[[Stage], None] | None = None) -> Round:
    shopper, lock = Shopper(place), threading.Lock()
    shopper.learn(this.variant_id)
    sold = 0

    def operation(client: Client, number: int) -> str:
        nonlocal sold
        key = f"flash-{this.variant_id}-{number}"
        answer = _insist(shopper, client, this.variant_id, key)
        with lock:
            this.told[key] = answer
            sold += answer.startswith("order ")
            now = disturb is not None and answer.startswith("order ") and sold in KILLED_AT
        if now and disturb is not None:
            disturb(place)
        return answer.split()[0]

    outcome = drive(place.url, operation, clients=this.at_once, numbers=iter(range(BUYERS)))
    this.seconds = outcome.wall
    note(f"{this.situation} {this.at_once}: {outcome.results} in {outcome.wall:.1f} s")
    return this


def _insist(shopper: Shopper, client: Client, variant_id: UUID, key: str) -> str:
    """Repeat the same request until there is an answer; the key makes that harmless."""
    card, last = shopper.card(), ""
    for attempt in range(TRIES):
        try:
            status, answer = shopper.buy(client, variant_id, key, card)
        except (OSError, http.client.HTTPException) as error:  # nobody there, or gone in the middle of the answer
            status, answer = 0, {"code": type(error).__name__}
        if status == 201 and answer["payment_state"] in {"captured", "pending"}:
            return f"order {answer['number']}"
        if status == 409 and answer.get("code") == "sold_out":
            return "refused"
        last = f"{status} {answer.get('code', answer.get('payment_state'))}"
        if status not in {0, 429, 500, 502, 503}:
            break
        time.sleep(min(0.1 * 2**attempt, 1.0))
    return last


def _settled(place: Stage, rounds: Sequence[Round]) -> list[Balance]:
    """How every rush ended, once nothing is open any more or the time is over."""
    end = time.monotonic() + SETTLE_SECONDS
    while True:
        ended = [_look(place, each) for each in rounds]
        if not any(result.open or result.mismatched for result in ended) or time.monotonic() > end:
            return ended
        time.sleep(1)


def _look(place: Stage, this: Round) -> Balance:
    from django.db import connection

    from glocal.supply.inventory import facade as inventory

    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, [this.variant_id])
        rows = [Row(*row) for row in cursor.fetchall()]
    # Held units count as free here when their time is over, though the sweep may not have come by yet.
    free = sum(at.available for at in inventory.stock_at([this.variant_id]).get(this.variant_id, ()))
    return balance(this.told, rows, _kept(place), free)


def _kept(place: Stage) -> set[UUID]:
    """Payments whose money the sandbox provider has and has not given back, from its own file."""
    with closing(sqlite3.connect(f"file:{place.home.path / 'sandbox.sqlite3'}?mode=ro", uri=True)) as books:
        payments = [json.loads(doc) for (doc,) in books.execute("SELECT doc FROM payments")]
    return {UUID(each["request"]["reference"]) for each in payments if each["captured"] > each["refunded"]}


def _report(this: Round, result: Balance) -> list[str]:
    """Print how a rush ended; returns the promises that were broken."""
    name = f"{this.situation}_{this.at_once}"
    say("flash", f"{name}_buyers", BUYERS, "1")
    say("flash", f"{name}_units", UNITS, "1")
    say("flash", f"{name}_seconds", this.seconds, "s")
    say("flash", f"{name}_paid_orders", result.paid, "1", UNITS)
    say("flash", f"{name}_refusals", result.refused, "1", BUYERS - UNITS)
    say("flash", f"{name}_payments_kept_by_provider", result.kept, "1", result.paid)
    say("flash", f"{name}_free_units", result.free, "1")
    say("flash", f"{name}_stranded_units", result.stranded, "1")
    say("flash", f"{name}_most_orders_of_one_buyer", result.orders_of_one_buyer, "1", 1)
    say("flash", f"{name}_payments_and_orders_that_do_not_match", result.mismatched, "1")
    say("flash", f"{name}_orders_lost", result.lost, "1")
    broken = result.broken
    if this.situation != "provider_failing" and (result.paid, result.refused) != (UNITS, BUYERS - UNITS):
        broken.append(f"{result.paid} paid and {result.refused} refused")
    if broken:
        note(f"{name}: {Counter(answer for answer in this.told.values() if not answer.startswith('order '))}")
    return [f"{name}: {problem}" for problem in broken]


class Faults:
    """The sandbox provider is slow and fails inside the block, in each of the ways it knows."""

    SET = {
        "delay": {"probability": 0.5, "ms": 300},
        "outage": {"probability": 0.1},
        "timeout_after_success": {"probability": 0.1, "ms": 2000},
        "duplicate_webhooks": {"probability": 0.3},
        "reorder_webhooks": {"probability": 0.3, "ms": 500},
        "drop_webhooks": {"probability": 0.1},
    }

    def __init__(self, place: Stage) -> None:
        self._place = place

    def _send(self, method: str, faults: dict[str, Any]) -> None:
        key = os.environ["GLOCAL_SANDBOX_SECRET_KEY"]
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        body = json.dumps(faults).encode()
        status, answer = Client(self._place.sandbox_url).request(method, "/sandbox/faults", body, headers)
        if status >= 300:
            raise SystemExit(f"the sandbox takes no faults: {status} {answer.decode()[:300]}")

    def __enter__(self) -> None:
        self._send("POST", self.SET)

    def __exit__(self, *exc: object) -> None:
        self._send("DELETE", {})


def _kill_everything(place: Stage) -> None:
    """kill -9 of web, relay and jobs, workers first; the supervisor starts them again."""
    for name in ("web", "relay", "jobs"):
        with suppress(LookupError, psutil.NoSuchProcess):
            leader = place.process(name)
            for process in [*leader.children(recursive=True), leader]:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
