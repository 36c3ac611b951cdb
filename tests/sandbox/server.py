"""A running sandbox for tests: its own process on a free port, spoken to over HTTP; and a receiver for its webhooks."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psutil

SECRET_KEY, PUBLISHABLE_KEY, WEBHOOK_SECRET = "sk_sandbox_test", "pk_sandbox_test", "whsec_test"
SOURCE = Path(__file__).parents[2] / "src"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(look: Callable[[], Any], seconds: float = 10.0) -> Any:
    """The first true thing ``look`` returns; fails when none comes in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"nothing within {seconds} s")


class Receiver:
    """Takes webhooks in a thread and keeps them; answers with the next of ``answers``, 200 when there are none."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def about(self, subject: str) -> list[tuple[dict[str, str], bytes]]:
        return [(headers, body) for headers, body in list(self.taken) if subject.encode() in body]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class RunningSandbox:
    """A sandbox process; ``api`` carries the secret key, ``browser`` nothing."""

    folder: Path
    webhook_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    secret_key: str = SECRET_KEY
    publishable_key: str = PUBLISHABLE_KEY
    webhook_secret: str = WEBHOOK_SECRET

    def start(self) -> "RunningSandbox":
        self.port = getattr(self, "port", None) or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {
            **os.environ,
            "PYTHONPATH": str(SOURCE),
            "GLOCAL_HOME": str(self.folder),
            "GLOCAL_SANDBOX_URL": self.url,
            "GLOCAL_SANDBOX_SECRET_KEY": self.secret_key,
            "GLOCAL_SANDBOX_PUBLISHABLE_KEY": self.publishable_key,
            "GLOCAL_SANDBOX_WEBHOOK_SECRET": self.webhook_secret,
            "GLOCAL_SANDBOX_WEBHOOK_URL": self.webhook_url,
            "GLOCAL_SANDBOX_CARRIER_WEBHOOK_URL": self.webhook_url,
            "GLOCAL_SANDBOX_RETRY_SECONDS": "0.1",
            **self.environment,
        }
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--no-ws"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning", "glocal.sandbox.app:app"]
        self.process = subprocess.Popen(command, env=environment, cwd=self.folder)
        self.api = httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.secret_key}"}, timeout=10)
        self.browser = httpx.Client(base_url=self.url, timeout=10)
        eventually(self._healthy, 20)
        return self

    def _healthy(self) -> bool:
        assert self.process.poll() is None, "the sandbox ended at its start"
        try:
            return self.browser.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.api.close()
        self.browser.close()

    def kill(self) -> None:
        """End server and worker at once, as a crash of the machine's memory would."""
        for process in [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]:
            process.kill()
        self.process.wait(10)

    def calm(self) -> None:
        """Switch every fault off."""
        self.api.delete("/sandbox/faults").raise_for_status()

    def fault(self, name: str, *, probability: float = 1.0, ms: int | None = None) -> None:
        asked = {name: {"probability": probability, **({"ms": ms} if ms is not None else {})}}
        self.api.post("/sandbox/faults", json=asked).raise_for_status()

    def token(self, number: str = "4242424242424242") -> str:
        """What the hosted fields would hand to the shop's page for a typed card."""
        typed = {"number": number, "expiry": "12/39", "cvc": "123"}
        key = {"Authorization": f"Bearer {self.publishable_key}"}
        answer = self.browser.post("/v1/tokens", json=typed, headers=key)
        assert answer.status_code == 201, answer.text
        return answer.json()["token"]

    def pay(self, key: str = "", **changes: Any) -> httpx.Response:
        """Ask for 12.34 EUR by card, with ``changes``."""
        asked = {
            "amount": 1234,
            "currency": "EUR",
            "exponent": 2,
            "method": "card",
            "reference": "order-1",
            "return_url": "http://shop.test/back?x=1",
            **changes,
        }
        return self.api.post("/v1/payments", json=asked, headers={"Idempotency-Key": key} if key else {})
