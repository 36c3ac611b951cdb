"""``glocal up`` and ``glocal down``: from an empty folder to a serving product, and back."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import psutil
import urllib3

from glocal.embedded.database import Database, running_database
from glocal.embedded.errors import StartError
from glocal.embedded.home import MARK, Home, python
from glocal.embedded.postgres import Cluster
from glocal.embedded.processes import PRIVATE_UMASK, LockHeld, free_port
from glocal.embedded.supervisor import Program, Supervisor

_READY_SECONDS = 60
_TICK = 1.0


@dataclass(frozen=True)
class Options:
    """How to serve; ``port`` is the web's, the sandbox provider takes the one 100 above, or any that is free."""

    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = True

    @property
    def local(self) -> str:
        """The address by which this machine itself reaches what listens on ``host``."""
        if self.host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            return "127.0.0.1"
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def shown(self) -> str:
        """The address for a person's browser: passkeys belong to a name, and no browser makes one for a number."""
        return "localhost" if self.local in ("127.0.0.1", "[::1]") else self.local


def up(home: Home, options: Options, say: Callable[[str, str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises ``StartError`` with a text for a person."""
    home.make()
    lock = home.lock
    try:
        lock.acquire(port=options.port)
    except LockHeld as held:
        raise StartError(
            f"Glocal already runs on {home.path}: process {held.holder.get('pid')}, "
            f"port {held.holder.get('port')}. Stop it with `glocal down --home {home.path}`, "
            "or choose another folder by --home."
        ) from None
    with contextlib.ExitStack() as stack:
        stack.callback(lock.release)
        stack.enter_context(_interrupted_by_signals())
        clear_leftovers(home)
        _check_port(options)
        home.write_state({"pid": os.getpid(), "stage": "starting"})
        try:
            say("glocal", f"starting in {home.path}")
            database = stack.enter_context(running_database(home))
            environment = _environment(home, options, database)
            _prepare(environment, options, say)
            asyncio.run(_serve(home, options, database, environment, say))
        except KeyboardInterrupt:
            say("glocal", "stopped before it was ready")
            return
    say("glocal", "stopped")


def down(home: Home, seconds: float = 30) -> str:
    """Stop what runs on this folder; says what was done."""
    holder = home.lock.holder() if home.path.exists() else None
    if holder is None:
        left = clear_leftovers(home)
        if home.postgres.exists() and Cluster(home.postgres).stop_leftover():
            left += 1
        return f"Glocal does not run on {home.path}." + (f" Stopped {left} processes left over." if left else "")
    if "pid" not in holder:
        raise StartError(f"Glocal is only just starting on {home.path}; try again in a moment.")
    pid = int(holder["pid"])
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + seconds
    while home.lock.holder() is not None:
        if time.monotonic() > end:
            raise StartError(f"Process {pid} did not stop within {seconds:g} s; look into {home.log}.")
        time.sleep(0.1)
    return f"Stopped Glocal on {home.path}."


def clear_leftovers(home: Home) -> int:
    """Kill processes of this folder that outlived their supervisor; how many there were.

    Only for the holder of the home's lock, or while nobody holds it.
    """
    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(MARK) == str(home.path):
                process.kill()
                left.append(process)
    psutil.wait_procs(left, timeout=5)
    return len(left)


def programs(options: Options, sandbox_port: int) -> list[Program]:
    """The processes of the product. Web stops first, so that nothing new comes in while workers finish."""
    workers = os.environ.get("GLOCAL_WEB_WORKERS") or str(min(2, os.cpu_count() or 1))
    # More threads than ADMITTED_REQUESTS, so that somebody is there to say "busy" while the others wait for a provider.
    threads = os.environ.get("GLOCAL_WEB_THREADS") or "24"
    granian = ("granian", "--host", options.host, "--no-access-log", "--log-level", "warning")
    return [
        Program(
            "web",
            python(
                *granian,
                *("--interface", "wsgi", "--port", str(options.port), "--workers", workers),
                *("--blocking-threads", threads, "--respawn-failed-workers", "--respawn-interval", "0.5"),
                *("--workers-kill-timeout", "3", "glocal.web.wsgi:application"),
            ),
            stop_order=1,
        ),
        Program("relay", python("glocal", "manage", "relay"), stop_order=2),
        Program("jobs", python("glocal", "manage", "procrastinate", "worker"), stop_order=2),
        Program(
            "sandbox",
            python(
                *granian,
                *("--interface", "asgi", "--port", str(sandbox_port), "--workers", "1", "glocal.sandbox.app:app"),
            ),
            stop_order=3,
            stop_seconds=2,
        ),
    ]


def _environment(home: Home, options: Options, database: Database) -> dict[str, str]:
    sandbox_port = next_free_port(options.port + 100)
    return home.environment(
        GLOCAL_DATABASE_URL=database.url,
        GLOCAL_PORT=str(options.port),
        GLOCAL_HOSTS=",".join(filter(None, (os.environ.get("GLOCAL_HOSTS"), options.local))),
        GLOCAL_PUBLIC_URL=os.environ.get("GLOCAL_PUBLIC_URL") or f"http://{options.shown}:{options.port}",
        GLOCAL_SANDBOX_URL=f"http://{options.local}:{sandbox_port}",
        GLOCAL_SANDBOX_PUBLIC_URL=f"http://{options.shown}:{sandbox_port}",
        GLOCAL_SANDBOX_PORT=str(sandbox_port),
        GLOCAL_SANDBOX_WEBHOOK_URL=f"http://{options.local}:{options.port}/hooks/payments/sandbox",
        GLOCAL_SANDBOX_CARRIER_WEBHOOK_URL=f"http://{options.local}:{options.port}/hooks/carriers/sandbox",
        GLOCAL_SANDBOX_DAY_SECONDS=os.environ.get("GLOCAL_SANDBOX_DAY_SECONDS", "20" if options.demo else "86400"),
    )


def _prepare(environment: dict[str, str], options: Options, say: Callable[[str, str], None]) -> None:
    say("glocal", "bringing the database, the pages' files and the demo up to date")
    done = subprocess.run(
        python("glocal.embedded.prepare", *(["--demo"] if options.demo else [])),
        check=False,
        stdout=sys.stderr,  # progress is for the person, not for who reads our lines
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        umask=PRIVATE_UMASK,
    )
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-15:])
        raise StartError(f"The installation could not be made ready:\n{last}")


async def _serve(
    home: Home, options: Options, database: Database, environment: dict[str, str], say: Callable[[str, str], None]
) -> None:
    loop = asyncio.get_running_loop()
    told_to_stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(signum, told_to_stop.set)
    started_at = datetime.now(UTC)

    def write_state() -> None:
        try:
            home.write_state(_state(environment, database, supervisor, started_at))
        except OSError as error:  # a full disk must not end what serves
            say("glocal", f"{home.path / 'state.json'}: {error.strerror}")

    supervisor = Supervisor(
        programs(options, int(environment["GLOCAL_SANDBOX_PORT"])),
        environment=environment,
        log_folder=home.log,
        say=say,
        changed=write_state,
    )
    supervisor.start()
    announced = asyncio.create_task(_announce(home, options, environment, say))
    try:
        while not told_to_stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told_to_stop.wait(), _TICK)
            if _watch_database(database, say):
                write_state()
        say("glocal", "stopping")
    finally:
        announced.cancel()
        await supervisor.stop()


def _state(
    environment: dict[str, str], database: Database, supervisor: Supervisor, started_at: datetime
) -> dict[str, Any]:
    """What ``status`` and other commands read; it holds no secret."""
    cluster = database.cluster
    return {
        "pid": os.getpid(),
        "stage": "serving",
        "url": environment["GLOCAL_PUBLIC_URL"],
        "sandbox_url": environment["GLOCAL_SANDBOX_PUBLIC_URL"],
        "started_at": started_at.isoformat(),
        "database": {
            "place": database.place,
            "embedded": cluster is not None,
            "port": cluster.port if cluster else None,
            "pid": cluster.pid if cluster and cluster.running else None,
        },
        "processes": [watched.state() for watched in supervisor.watched],
    }


def _watch_database(database: Database, say: Callable[[str, str], None]) -> bool:
    """Start our own server again if it died, and keep its log small; True when it was started."""
    cluster = database.cluster
    if cluster is None:
        return False
    cluster.trim_log()
    if cluster.running:
        return False
    say("postgres", "the server ended; starting it again")
    try:
        cluster.restart()
    except StartError as error:
        say("postgres", str(error))
    return cluster.running


async def _announce(home: Home, options: Options, environment: dict[str, str], say: Callable[[str, str], None]) -> None:
    """Tell the addresses as soon as the web answers."""
    for _ in range(_READY_SECONDS * 10):
        if await asyncio.to_thread(_healthy, f"http://{options.local}:{options.port}/healthz"):
            break
        await asyncio.sleep(0.1)
    else:
        say("glocal", f"the web does not answer yet; look into {home.log / 'web.log'}")
        return
    for line in greeting(home, environment):
        say("glocal", line)


def greeting(home: Home, environment: dict[str, str]) -> list[str]:
    url = environment["GLOCAL_PUBLIC_URL"]
    lines = [
        f"shop      {url}/",
        f"console   {url}/console/",
        f"API docs  {url}/api/v1/docs",
        f"sandbox   {environment['GLOCAL_SANDBOX_PUBLIC_URL']}/",
    ]
    if "GLOCAL_EMAIL_BACKEND" not in os.environ:
        lines.append(f"letters   {home.path / 'mail'}")
    lines += [f"sign in   {signin}" for signin in demo_signins(home)]
    return [*lines, "Ctrl-C stops everything."]


def demo_signins(home: Home) -> list[str]:
    """What the demo made for trying out, one line each."""
    try:
        rows: list[dict[str, Any]] = json.loads(home.signins.read_text())
    except (FileNotFoundError, ValueError):
        return []
    said = ["  ".join(str(value) for name, value in row.items() if name != "app") for row in rows]
    return [*said, "          the console also asks for a code: `.venv/bin/glocal code` shows it"]


def next_free_port(wanted: int) -> int:
    return wanted if wanted < 65536 and not _listens("127.0.0.1", wanted) else free_port()


def _check_port(options: Options) -> None:
    with socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except PermissionError:
            raise StartError(f"Port {options.port} is for root only: choose one above 1023 by --port.") from None
        except OSError as error:
            raise StartError(
                f"Port {options.port} on {options.host} cannot be used ({error.strerror}): choose another by --port."
            ) from None


def _healthy(url: str) -> bool:
    with contextlib.suppress(urllib3.exceptions.HTTPError):
        return urllib3.request("GET", url, timeout=2, retries=False).status == 200
    return False


def _listens(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def _interrupted_by_signals() -> Iterator[None]:
    """Until we serve, a signal to stop is a KeyboardInterrupt, so that what was started is stopped again."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {signum: signal.signal(signum, interrupt) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
