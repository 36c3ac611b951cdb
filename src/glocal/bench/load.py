"""Closed-loop HTTP clients: threads with one keep-alive connection each, as light as the standard library allows."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit


class Client:
    """One shopper's connection."""

    def __init__(self, url: str, timeout: float = 60) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body. A connection that the server closed is opened again once."""
        for last in (False, True):
            try:
                self._connection.request(method, path, body, headers or {})
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, ConnectionError):
                self._connection.close()
                if last:
                    raise
        raise AssertionError("unreachable")


@dataclass(slots=True)
class Outcome:
    """What the clients saw: seconds per operation, and a count by result."""

    seconds: list[float] = field(default_factory=list)
    results: dict[str, int] = field(default_factory=dict)
    wall: float = 0.0

    @property
    def count(self) -> int:
        return len(self.seconds)

    @property
    def rate(self) -> float:
        return self.count / self.wall if self.wall else 0.0


def drive(url: str, operation: Callable[[Client, int], str], *, clients: int, numbers: Iterator[int]) -> Outcome:
    """Run ``operation(client, number)``, which names its result, for each number with so many clients at once."""
    outcome, lock = Outcome(), threading.Lock()

    def work() -> None:
        client = Client(url)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            begun = time.perf_counter()
            result = operation(client, number)
            spent = time.perf_counter() - begun
            with lock:
                outcome.seconds.append(spent)
                outcome.results[result] = outcome.results.get(result, 0) + 1

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for job in [pool.submit(work) for _ in range(clients)]:
            job.result()
    outcome.wall = time.perf_counter() - begun
    return outcome


def for_seconds(seconds: float) -> Iterator[int]:
    """Numbers until the time is over."""
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        yield number
        number += 1
