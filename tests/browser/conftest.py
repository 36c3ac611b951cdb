"""The product as a person has it, `glocal up` with its demo, and a headless Chromium in front of it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Browser, BrowserContext, Page, expect

from glocal.embedded.processes import free_port

PATIENCE_MS = 30_000  # what a loaded machine needs
expect.set_options(timeout=PATIENCE_MS)
SOURCE = Path(__file__).resolve().parents[2] / "src"
START_SECONDS = 280
DAY_SECONDS = "0.4"  # a parcel's day: it arrives while the test looks
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


def chromium() -> str:
    """The system's Chromium; without one the test is skipped."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium on this machine (package chromium)")
    return found


@dataclass(frozen=True)
class Product:
    """A running installation."""

    home: Path
    url: str
    sandbox_url: str
    signins: dict[str, tuple[str, str]]
    apps: dict[str, str]
    """Secrets of the operators' authenticator apps, by role."""

    def environment(self) -> dict[str, str]:
        return environment(self.home)


def environment(home: Path) -> dict[str, str]:
    """A person's environment, without what the test run set for itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GLOCAL_", "DJANGO_"))}
    given = {"GLOCAL_HOME": str(home), "GLOCAL_SANDBOX_DAY_SECONDS": DAY_SECONDS, "PYTHONPATH": str(SOURCE)}
    return {**kept, **given}


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """`glocal up` with its demo; or the installation that runs on the folder GLOCAL_TEST_HOME, to save its start."""
    chromium()
    if running := os.environ.get("GLOCAL_TEST_HOME"):
        yield found_at(Path(running))
        return
    folder = Path(tempfile.mkdtemp(prefix="glocal-browser-"))
    folder.chmod(0o755)
    try:
        with _started(folder / "home", folder / "up.log"):
            yield found_at(folder / "home")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def found_at(home: Path) -> Product:
    rows = json.loads((home / "demo-signins.json").read_text())
    state = json.loads((home / "state.json").read_text())
    signins = {row["role"]: (row["email"], row["password"]) for row in rows}
    apps = {row["role"]: row["app"] for row in rows if "app" in row}
    return Product(home, state["url"], state["sandbox_url"], signins, apps)


@contextmanager
def _started(home: Path, log: Path) -> Iterator[None]:
    port = free_port()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "glocal", "up", "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(home),
            start_new_session=True,
        )
    try:
        healthy = f"http://127.0.0.1:{port}/healthz"
        until(lambda: process.poll() is not None or _healthy(healthy), START_SECONDS)
        assert process.poll() is None, log.read_text()[-4000:]
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _healthy(url: str) -> bool:
    try:
        return urllib3.request("GET", url, timeout=5, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def until(true: Callable[[], bool], seconds: float) -> None:
    """Wait until it is true; fails when the time is over."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not true within {seconds} s"
        time.sleep(0.2)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A new visitor with a phone."""
    with visitor(browser, **PHONE) as context:
        yield context.new_page()


@contextmanager
def visitor(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A browser that knows nothing yet; its pages are patient."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()
