"""`browse` and `product`: server-rendered pages, beside a static file from the same server."""

import random
from collections.abc import Callable
from urllib.parse import urlsplit

from glocal.bench.load import Client, drive, for_seconds
from glocal.bench.meter import SERVER, Latency, read
from glocal.bench.report import note, say
from glocal.bench.seed import Seeded, seed
from glocal.bench.stage import Stage, stage

PRODUCTS = 1000
STATIC = "storefront/img/mark.svg"


def browse(seconds: float, clients: int) -> None:
    """Category pages of 24 products, a random page of the first forty each time."""
    with stage() as place:
        seed(PRODUCTS, 50)
        _measure("browse", place, lambda: f"/en-US/c/bench?page={random.randint(1, 40)}", seconds, clients)


def product(seconds: float, clients: int) -> None:
    """Product pages, a random product each time."""
    with stage() as place:
        seeded: Seeded = seed(PRODUCTS, 50)
        _measure("product", place, lambda: f"/en-US/p/{random.choice(seeded.slugs)}", seconds, clients)


def _measure(bench: str, place: Stage, path: Callable[[], str], seconds: float, clients: int) -> None:
    static_rate = _static(place, min(seconds, 5), clients)

    def operation(client: Client, number: int) -> str:
        status, _ = client.request("GET", path(), headers={"Accept-Encoding": "gzip"})
        return str(status)

    note("warming up")
    drive(place.url, operation, clients=clients, numbers=for_seconds(3))
    before = read(place)
    outcome = drive(place.url, operation, clients=clients, numbers=for_seconds(seconds))
    spent = read(place).since(before)
    if set(outcome.results) != {"200"}:
        raise SystemExit(f"pages did not all answer 200: {outcome.results}")
    latency = Latency.of(outcome.seconds)
    server = sum(spent[name] for name in SERVER)
    say(bench, "rate", outcome.rate, "1/s", static_rate)
    say(bench, "p50", latency.p50, "ms")
    say(bench, "p95", latency.p95, "ms")
    say(bench, "cpu_server", server / outcome.count * 1000, "ms/op")
    say(bench, "cpu_database", spent["postgres"] / outcome.count * 1000, "ms/op")
    say(bench, "cpu", (server + spent["postgres"]) / outcome.count * 1000, "ms/op")
    say(bench, "statements", _statements(place, path()), "1/op")


def _static(place: Stage, seconds: float, clients: int) -> float:
    from django.contrib.staticfiles.storage import staticfiles_storage

    address = staticfiles_storage.url(STATIC)

    def operation(client: Client, number: int) -> str:
        return str(client.request("GET", address)[0])

    outcome = drive(place.url, operation, clients=clients, numbers=for_seconds(seconds))
    if set(outcome.results) != {"200"}:
        raise SystemExit(f"{address} did not answer 200: {outcome.results}")
    return outcome.rate


def _statements(place: Stage, path: str) -> int:
    """How many statements the page takes when it is warm, counted in this process over the same code."""
    from django.db import connection
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    browser = Browser(headers={"host": urlsplit(place.url).netloc})
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return len(captured)
