"""``glocal status`` and ``glocal doctor``: what runs here, and what would keep it from running."""

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from glocal.embedded import binaries
from glocal.embedded.database import check, outside_url
from glocal.embedded.errors import StartError
from glocal.embedded.home import Home, python
from glocal.embedded.postgres import Cluster

_DISK_BYTES = 1 * 2**30
_MEMORY_BYTES = 1 * 2**30


@dataclass(frozen=True)
class Finding:
    """One thing the doctor looked at; ``text`` says what was found, and the mend when it is not ``ok``."""

    name: str
    ok: bool
    text: str


def status(home: Home) -> dict[str, Any]:
    """What runs on this folder: processes, addresses, memory in MB (proportional share where the system tells it)."""
    state = home.state()
    if state is None:
        return {"home": str(home.path), "running": False}
    processes = [
        {**process, "uptime_s": _age(process["started_at"]), "memory_mb": _memory_mb(process["pid"])}
        for process in state.get("processes", [])
    ]
    database = state.get("database", {})
    database["memory_mb"] = _memory_mb(database.get("pid"))
    return {
        "home": str(home.path),
        "running": True,
        **{name: state.get(name) for name in ("pid", "stage", "url", "sandbox_url")},
        "uptime_s": _age(state.get("started_at")),
        "database": database,
        "processes": processes,
        "memory_mb": _memory_mb(state.get("pid")),
    }


def _age(started_at: str | None) -> int | None:
    return round((datetime.now(UTC) - datetime.fromisoformat(started_at)).total_seconds()) if started_at else None


def _memory_mb(pid: int | None) -> float:
    """Of a process with its children."""
    if pid is None:
        return 0.0
    total = 0
    try:
        leader = psutil.Process(pid)
        family = [leader, *leader.children(recursive=True)]
    except psutil.Error:
        return 0.0
    for process in family:
        try:
            total += process.memory_full_info().pss
        except (psutil.AccessDenied, AttributeError):
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return round(total / 2**20, 1)


def examine(home: Home, port: int) -> list[Finding]:
    """Everything that commonly keeps Glocal from starting or working, without changing anything."""
    running = home.state()
    findings = [
        Finding("python", sys.version_info >= (3, 11), f"{sys.version.split()[0]} (3.11 or newer is needed)"),
        _environment(),
        _disk(home),
        _memory(),
        _folder(home),
        _port(port, running),
        _binaries(home),
    ]
    database, url = _database(home, running)
    findings.append(database)
    if url is not None and database.ok:
        findings.append(_migrations(home, url))
    if running and running.get("stage") == "serving":
        ended = [row["name"] for row in running.get("processes", []) if row["pid"] is None]
        text = f"not running: {', '.join(ended)}; look into {home.log}" if ended else "all run"
        findings.append(Finding("processes", not ended, text))
    return findings


def _environment() -> Finding:
    inside = sys.prefix != sys.base_prefix
    return Finding(
        "environment",
        inside,
        sys.prefix if inside else "not a virtual environment: run `make setup` and use .venv/bin/glocal",
    )


def _disk(home: Home) -> Finding:
    free = shutil.disk_usage(_existing(home.path)).free
    return Finding("disk", free >= _DISK_BYTES, f"{free // 2**20} MB free for {home.path}; 1024 MB are needed")


def _memory() -> Finding:
    free = psutil.virtual_memory().available
    return Finding("memory", free >= _MEMORY_BYTES, f"{free // 2**20} MB available; 1024 MB are needed")


def _folder(home: Home) -> Finding:
    found = _existing(home.path)
    if not os.access(found, os.W_OK | os.X_OK):
        return Finding("folder", False, f"{found} cannot be written: choose another by --home or GLOCAL_HOME")
    try:
        account = binaries.account_for(home.postgres / "data")
    except StartError as error:
        return Finding("folder", False, str(error))
    if not binaries.reachable(found, account) and outside_url() is None:
        who = account.pw_name if account else "this account"
        return Finding("folder", False, f"{found} cannot be entered by {who}, which runs PostgreSQL: choose another")
    return Finding("folder", True, str(home.path))


def _port(port: int, running: dict[str, Any] | None) -> Finding:
    if running:
        return Finding("port", True, f"in use by this installation, process {running.get('pid')}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return Finding("port", False, f"{port} cannot be used ({error.strerror}): choose another by --port")
    return Finding("port", True, f"{port} is free")


def _binaries(home: Home) -> Finding:
    try:
        programs = binaries.find(binaries.account_for(home.postgres / "data"))
        made = subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, text=True)
    except (StartError, OSError, subprocess.CalledProcessError) as error:
        return Finding("postgresql", outside_url() is not None, str(error))
    return Finding("postgresql", True, f"{made.stdout.strip()} in {programs}")


def _database(home: Home, running: dict[str, Any] | None) -> tuple[Finding, str | None]:
    url = outside_url()
    if url is None and running and running.get("database", {}).get("port"):
        url = Cluster(home.postgres, port=running["database"]["port"]).url()
    if url is None:
        made = (home.postgres / "data").exists()
        return Finding("database", True, "embedded, not running" if made else "embedded, made at first start"), None
    try:
        return Finding("database", True, f"answers, PostgreSQL {check(url)}"), url
    except StartError as error:
        return Finding("database", False, str(error)), url


def _migrations(home: Home, url: str) -> Finding:
    checked = subprocess.run(
        python("glocal", "manage", "migrate", "--check"),
        check=False,
        capture_output=True,
        text=True,
        env=home.environment(GLOCAL_DATABASE_URL=url),
    )
    text = "all applied" if checked.returncode == 0 else "not all applied: `glocal up` applies them"
    return Finding("migrations", checked.returncode == 0, text)


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())
