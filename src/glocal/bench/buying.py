"""`checkout`: whole purchases over the API, the sandbox provider answering."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from glocal.bench import limit
from glocal.bench.load import Client, Outcome, drive
from glocal.bench.meter import SERVER, Latency, loop_us, read
from glocal.bench.report import say
from glocal.bench.seed import MARKET, Seeded, seed
from glocal.bench.stage import Stage, stage

ADDRESS = {
    "country": "US",
    "name": "Ada Shopper",
    "line1": "1 Market Street",
    "city": "San Francisco",
    "region": "CA",
    "postcode": "94105",
    "phone": "+14155550100",
}
CARD = {"number": "4242424242424242", "expiry": "12/39", "cvc": "123"}
PAID_SECONDS = 60
WARM = 200
ROUNDS = 5
MOST = {"buy": 4.0, "paid": 10.0}
"""Milliseconds of CPU that we allow a buy call, and a whole paid order with all that follows from it."""


class Shopper:
    """Buys one unit of a variant as a new guest each time."""

    def __init__(self, place: Stage, *, start_payment: bool = True) -> None:
        self._start = start_payment
        self._expected: dict[UUID, tuple[int, str]] = {}
        self._place = place

    def learn(self, variant_id: UUID) -> None:
        """Ask once what one unit costs, as a shopper sees before buying."""
        body = {"market": MARKET, "lines": [{"variant_id": str(variant_id), "quantity": 1}], "address": ADDRESS}
        status, answer = Client(self._place.url).request("POST", "/api/v1/quotes", _json(body), _headers("quote"))
        if status != 200:
            raise SystemExit(f"no quote: {status} {answer.decode()[:500]}")
        quote = json.loads(answer)
        self._expected[variant_id] = (quote["total"]["minor"], quote["delivery"]["code"])

    def card(self) -> str:
        """What the provider's card fields give the shopper's browser; it pays once."""
        key = os.environ["GLOCAL_SANDBOX_PUBLISHABLE_KEY"]
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        for _ in range(50):
            status, answer = Client(self._place.sandbox_url).request("POST", "/v1/tokens", _json(CARD), headers)
            if status < 300:
                return str(json.loads(answer)["token"])
            time.sleep(0.1)
        raise SystemExit(f"the sandbox gives no card token: {status} {answer.decode()[:300]}")

    def buy(self, client: Client, variant_id: UUID, key: str, card: str) -> tuple[int, dict[str, Any]]:
        """Status and answer; the same ``key`` is the same shopper asking again."""
        total, delivery = self._expected[variant_id]
        body = {
            "market": MARKET,
            "language": "en",
            "email": "ada@example.com",
            "address": ADDRESS,
            "lines": [{"variant_id": str(variant_id), "quantity": 1}],
            "delivery": delivery,
            "method": "card",
            "token": card,
            "expected_total_minor": total,
            "start_payment": self._start,
        }
        status, answer = client.request("POST", "/api/v1/orders", _json(body), _headers(key) | {"Idempotency-Key": key})
        try:
            return status, json.loads(answer)
        except ValueError:
            return status, {}


def _headers(key: str) -> dict[str, str]:
    visitor = str(uuid5(NAMESPACE_URL, key))
    return {"Content-Type": "application/json", "X-Visitor-Id": visitor, "Accept-Language": "en-US"}


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def checkout(count: int, clients: int) -> None:
    """``count`` guests buy one unit each until every order is paid, then as many with the buy call alone.

    The limit comes last, with nothing beside it: what pgbench writes would keep relay and jobs busy.
    """
    with stage(GLOCAL_API_CALLS="1000000") as place:
        seeded = seed(1000, 100_000)
        rates = {
            name: _checkout(place, seeded, name, start=start, count=count, clients=clients)
            for name, start in (("paid", True), ("buy", False))
        }
        with _resting(place, "relay", "jobs"):
            best = limit.order_rate(place, seeded, clients=clients, seconds=10)
        for name, rate in rates.items():
            say("checkout", f"{name}_rate", rate, "1/s", best)


def _checkout(place: Stage, seeded: Seeded, name: str, *, start: bool, count: int, clients: int) -> float:
    """Buy, tell what it cost, and return how many a second."""
    shopper = Shopper(place, start_payment=start)
    for variant_id in seeded.variants[:100]:
        shopper.learn(variant_id)
    cards = [shopper.card() if start else "" for _ in range(count + WARM)]

    def operation(client: Client, number: int) -> str:
        status, _ = shopper.buy(client, seeded.variants[number % 100], f"bench-{uuid4()}", cards[number])
        return str(status)

    drive(place.url, operation, clients=clients, numbers=iter(range(count, count + WARM)))
    if start:
        _wait_until_paid(WARM, 0)
    rounds = []
    for number in range(ROUNDS):
        known, before = _paid(), read(place)
        part = range(count * number // ROUNDS, count * (number + 1) // ROUNDS)
        outcome = drive(place.url, operation, clients=clients, numbers=iter(part))
        if outcome.results.get("201") != len(part):
            raise SystemExit(f"not every purchase went through: {outcome.results}")
        if start:
            outcome.wall += _wait_until_paid(len(part), known)
        rounds.append(_Round(outcome, read(place).since(before)))
    _tell(name, rounds)
    return count / sum(each.outcome.wall for each in rounds)


class _Round(NamedTuple):
    """A part of the purchases, and the CPU seconds of each process in it."""

    outcome: Outcome
    spent: dict[str, float]

    @property
    def cpu(self) -> float:
        """Milliseconds of our processes and the database for one purchase."""
        return sum(self.spent[process] for process in (*SERVER, "postgres")) / self.outcome.count * 1000


@contextmanager
def _resting(place: Stage, *names: str) -> Iterator[None]:
    """Stop processes for a while; they go on where they were."""
    resting = [place.process(name) for name in names]
    for process in resting:
        process.suspend()
    try:
        yield
    finally:
        for process in resting:
            process.resume()


def _tell(name: str, rounds: list[_Round]) -> None:
    """All rounds together, and the least disturbed one: contention on a shared machine only ever adds CPU."""
    count = sum(each.outcome.count for each in rounds)
    latency = Latency.of([seconds for each in rounds for seconds in each.outcome.seconds])
    say("checkout", f"{name}_machine_loop", loop_us(), "us")
    say("checkout", f"{name}_p50", latency.p50, "ms")
    say("checkout", f"{name}_p95", latency.p95, "ms")
    for process in (*SERVER, "postgres", "sandbox"):
        label = {"postgres": "database", "sandbox": "provider"}.get(process, process)
        say("checkout", f"{name}_cpu_{label}", sum(each.spent[process] for each in rounds) / count * 1000, "ms/op")
    say("checkout", f"{name}_cpu", sum(each.cpu * each.outcome.count for each in rounds) / count, "ms/op", MOST[name])
    say("checkout", f"{name}_cpu_least_disturbed", min(each.cpu for each in rounds), "ms/op", MOST[name])


def _paid() -> int:
    from glocal.transaction.orders import facade as orders

    return orders.count_by_status("shop").get("paid", 0)


def _wait_until_paid(count: int, known: int) -> float:
    """Seconds until ``count`` more orders than ``known`` are paid."""
    begun = time.monotonic()
    while _paid() < known + count:
        if time.monotonic() - begun > PAID_SECONDS:
            raise SystemExit(f"only {_paid() - known} of {count} orders were paid within {PAID_SECONDS} s")
        time.sleep(0.05)
    return time.monotonic() - begun
