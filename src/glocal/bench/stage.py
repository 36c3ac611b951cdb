"""An installation of its own to measure: started like a user's, thrown away afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil

from glocal.embedded.home import Home
from glocal.embedded.postgres import Cluster
from glocal.embedded.processes import free_port

READY_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Stage:
    """A running installation: its folder, its web and sandbox addresses, its database."""

    home: Home
    url: str
    database_url: str

    def state(self) -> dict[str, Any]:
        return self.home.state() or {}

    @property
    def sandbox_url(self) -> str:
        return str(self.state()["sandbox_url"])

    def process(self, name: str) -> psutil.Process:
        """The leader of one of the product's processes. Raises LookupError while it is down."""
        for row in self.state()["processes"]:
            if row["name"] == name and row["pid"]:
                return psutil.Process(row["pid"])
        raise LookupError(f"{name} does not run")

    @property
    def postgres(self) -> psutil.Process:
        return psutil.Process(self.state()["database"]["pid"])


@contextmanager
def stage(*, demo: bool = False, **settings: str) -> Iterator[Stage]:
    """Start an installation, empty or with the demo; ``settings`` are further GLOCAL_ variables.

    Django is set up on its database.
    """
    folder = Path(tempfile.mkdtemp(prefix="glocal-bench-"))
    folder.chmod(0o711)
    port = free_port()
    home = Home(folder)
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("GLOCAL_", "DJANGO_SETTINGS"))
    }
    environment |= {"GLOCAL_HOME": str(folder), **settings}
    command = [sys.executable, "-m", "glocal", "up", "--port", str(port), *([] if demo else ["--no-demo"])]
    with (folder / "up.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url, folder / "up.log")
        database_url = Cluster(home.postgres, port=(home.state() or {})["database"]["port"]).url()
        os.environ.update(home.environment(GLOCAL_DATABASE_URL=database_url, GLOCAL_PUBLIC_URL=url, **settings))
        _set_up_django()
        yield Stage(home, url, database_url)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _set_up_django() -> None:
    import django

    django.setup()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"the installation to measure did not start:\n{log.read_text()[-3000:]}")
        try:
            with urlopen(f"{url}/healthz", timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the installation to measure does not answer:\n{log.read_text()[-3000:]}")
