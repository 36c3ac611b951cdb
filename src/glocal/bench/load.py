"""Closed-loop HTTP clients: threads with one keep-alive connection each, light beside what they measure."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httptools


class _Answer:
    """Puts one answer together; the parser calls it."""

    def __init__(self) -> None:
        self.body = b""
        self.complete = False

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        self.complete = True


class Client:
    """One shopper's connection. ``http.client`` would take as much of the machine as half a purchase does."""

    def __init__(self, url: str, timeout: float = 60) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._host = parts.netloc
        self._timeout = timeout
        self._socket: socket.socket | None = None

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body. A connection that the server closed is opened again once. Raises OSError."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(body or b'')}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        asked = "\r\n".join([*lines, "", ""]).encode() + (body or b"")
        for last in (False, True):
            try:
                return self._exchange(asked)
            except ConnectionError:
                self._close()
                if last:
                    raise
        raise AssertionError("unreachable")

    def _exchange(self, asked: bytes) -> tuple[int, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, self._timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(asked)
        answer = _Answer()
        parser = httptools.HttpResponseParser(answer)
        while not answer.complete:
            received = self._socket.recv(1 << 16)
            if not received:
                raise ConnectionResetError("the server closed the connection before its answer was whole")
            parser.feed_data(received)
        if not parser.should_keep_alive():
            self._close()
        return parser.get_status_code(), answer.body

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


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
