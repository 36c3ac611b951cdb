"""`checkout` and `flash`: whole purchases over the API, the sandbox provider answering."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from glocal.bench import limit
from glocal.bench.load import Client, Outcome, drive
from glocal.bench.meter import SERVER, Latency, Reading, read
from glocal.bench.report import note, say
from glocal.bench.seed import MARKET, seed
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
FLASH_UNITS, FLASH_BUYERS = 50, 200
WARM = 200


class Shopper:
    """Buys one unit of a variant as a new guest each time."""

    def __init__(self, place: Stage, *, start_payment: bool = True) -> None:
        self._start = start_payment
        self._expected: dict[UUID, tuple[int, str]] = {}
        self._place = place

    def learn(self, variant_id: UUID) -> None:
        """Ask once what one unit costs, as a shopper sees before buying."""
        body = {"market": MARKET, "lines": [{"variant_id": str(variant_id), "quantity": 1}], "address": ADDRESS}
        status, answer = Client(self._place.url).request("POST", "/api/v1/quotes", _json(body), _headers())
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
        status, answer = client.request("POST", "/api/v1/orders", _json(body), _headers() | {"Idempotency-Key": key})
        try:
            return status, json.loads(answer)
        except ValueError:
            return status, {}


def _headers() -> dict[str, str]:
    return {"Content-Type": "application/json", "X-Visitor-Id": str(uuid4()), "Accept-Language": "en-US"}


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def checkout(count: int, clients: int) -> None:
    """``count`` guests buy one unit each, first the buy call alone, then until every order is paid."""
    with stage(GLOCAL_API_CALLS="1000000") as place:
        seeded = seed(1000, 100_000)
        best = limit.order_rate(place, seeded, clients=clients, seconds=10)
        for name, start in (("buy", False), ("paid", True)):
            shopper = Shopper(place, start_payment=start)
            for variant_id in seeded.variants[:100]:
                shopper.learn(variant_id)

            cards = [shopper.card() if start else "" for _ in range(count + WARM)]

            def operation(client: Client, number: int, shopper: Shopper = shopper, cards: list[str] = cards) -> str:
                status, _ = shopper.buy(client, seeded.variants[number % 100], f"bench-{uuid4()}", cards[number])
                return str(status)

            drive(place.url, operation, clients=clients, numbers=iter(range(count, count + WARM)))
            if start:
                _wait_until_paid(WARM, 0)
            known = _paid()
            before = read(place)
            outcome = drive(place.url, operation, clients=clients, numbers=iter(range(count)))
            if outcome.results.get("201") != count:
                raise SystemExit(f"not every purchase went through: {outcome.results}")
            wall = outcome.wall
            if start:
                wall += _wait_until_paid(count, known)
            _tell(name, outcome, read(place), before, count / wall, best)


def _tell(name: str, outcome: Outcome, after: Reading, before: Reading, rate: float, best: float) -> None:
    spent, count, latency = after.since(before), outcome.count, Latency.of(outcome.seconds)
    server = sum(spent[process] for process in SERVER)
    say("checkout", f"{name}_rate", rate, "1/s", best)
    say("checkout", f"{name}_p50", latency.p50, "ms")
    say("checkout", f"{name}_p95", latency.p95, "ms")
    for process in SERVER:
        say("checkout", f"{name}_cpu_{process}", spent[process] / count * 1000, "ms/op")
    say("checkout", f"{name}_cpu_database", spent["postgres"] / count * 1000, "ms/op")
    say("checkout", f"{name}_cpu", (server + spent["postgres"]) / count * 1000, "ms/op")
    say("checkout", f"{name}_cpu_provider", spent["sandbox"] / count * 1000, "ms/op")


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


def flash(clients: tuple[int, ...] = (16, 64, 200)) -> None:
    """200 buyers, 50 units: quiet; with the provider slow and failing; with web and workers killed in the middle."""
    with stage(GLOCAL_RESERVATION_MINUTES="1", GLOCAL_API_CALLS="1000000") as place:
        seeded = seed(30, FLASH_UNITS)
        variants = iter(seeded.variants)
        for at_once in clients:
            _flash(place, next(variants), at_once, "quiet")
            with Faults(place):
                _flash(place, next(variants), at_once, "provider_failing")
            _flash(place, next(variants), at_once, "killed", disturb=_kill_everything)


def _flash(
    place: Stage, variant_id: UUID, at_once: int, situation: str, disturb: Callable[[Stage], None] | None = None
) -> None:
    shopper = Shopper(place)
    shopper.learn(variant_id)

    def operation(client: Client, number: int) -> str:
        return _buy_for_sure(shopper, client, variant_id, f"flash-{situation}-{at_once}-{number}-{variant_id}")

    if disturb is not None:
        threading.Timer(0.4, disturb, [place]).start()
    outcome = drive(place.url, operation, clients=at_once, numbers=iter(range(FLASH_BUYERS)))
    paid, stranded = _settled(variant_id)
    say("flash", f"{situation}_{at_once}_buyers", FLASH_BUYERS, "1")
    say("flash", f"{situation}_{at_once}_units", FLASH_UNITS, "1")
    say("flash", f"{situation}_{at_once}_paid_orders", paid, "1", FLASH_UNITS)
    say("flash", f"{situation}_{at_once}_refusals", outcome.results.get("refused", 0), "1", FLASH_BUYERS - FLASH_UNITS)
    say("flash", f"{situation}_{at_once}_stranded_units", stranded, "1")
    note(f"{situation} {at_once}: {outcome.results}")


def _buy_for_sure(shopper: Shopper, client: Client, variant_id: UUID, key: str) -> str:
    """Repeat the same request until there is an answer; the key makes that harmless."""
    card = shopper.card()
    for attempt in range(60):
        try:
            status, answer = shopper.buy(client, variant_id, key, card)
        except (OSError, TimeoutError):
            status, answer = 0, {}
        if status == 201:
            return "bought"
        if status == 409 and answer.get("code") == "sold_out":
            return "refused"
        if status not in {0, 429, 500, 502, 503}:
            return f"{status} {answer.get('code')}"
        time.sleep(min(0.1 * 2**attempt, 1.0))
    return "no answer"


def _settled(variant_id: UUID) -> tuple[int, int]:
    """Paid orders of the variant once nothing is open any more, and units neither sold nor free."""
    from glocal.supply.inventory import facade as inventory
    from glocal.transaction.orders import facade as orders

    end = time.monotonic() + 120
    while orders.open_with(variant_id) and time.monotonic() < end:
        time.sleep(0.5)
    sold = orders.sold_of(variant_id)
    free = sum(place.available for place in inventory.stock_at([variant_id]).get(variant_id, ()))
    return sold, FLASH_UNITS - sold - free


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
        status, answer = Client(self._place.sandbox_url).request(method, "/sandbox/faults", _json(faults), headers)
        if status >= 300:
            raise SystemExit(f"the sandbox takes no faults: {status} {answer.decode()[:300]}")

    def __enter__(self) -> None:
        self._send("POST", self.SET)

    def __exit__(self, *exc: object) -> None:
        self._send("DELETE", {})


def _kill_everything(place: Stage) -> None:
    """kill -9 of web, relay and jobs, workers first; the supervisor starts them again."""
    for name in ("web", "relay", "jobs"):
        try:
            leader = place.process(name)
        except LookupError:
            continue
        for process in [*leader.children(recursive=True), leader]:
            process.send_signal(signal.SIGKILL)
