"""Small facts about operating-system processes that every part of the supervisor needs."""

import ctypes
import fcntl
import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1

PRIVATE_UMASK = 0o077
"""What our programs write is for their own account: root's home lets others walk through it."""


def die_with_parent(signum: int) -> Callable[[], None]:
    """A ``preexec_fn``: the kernel sends ``signum`` to the child when the thread that started it ends, whatever way.

    Only Linux has this; elsewhere the next start clears what was left behind.
    """
    parent = os.getpid()

    def before_exec() -> None:
        if sys.platform == "linux":
            _LIBC.prctl(_PR_SET_PDEATHSIG, signum)
            if os.getppid() != parent:
                os._exit(1)

    return before_exec


def cut_log(path: Path, limit: int) -> None:
    """Keep one older copy of a log that another process holds open for appending."""
    if path.exists() and path.stat().st_size > limit:
        shutil.copy2(path, path.with_name(path.name + ".1"))
        os.truncate(path, 0)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.rename(path)


class LockHeld(Exception):
    """Another process holds the lock; ``holder`` is what it wrote about itself."""

    def __init__(self, holder: Mapping[str, Any]) -> None:
        super().__init__(str(dict(holder)))
        self.holder = holder


class FileLock:
    """A file locked for the life of this process; the kernel releases it whatever way the process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, **about: Any) -> None:
        """Take the lock or raise ``LockHeld``; ``about`` (and the pid) is readable by others while it is held."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        for attempt in range(4):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt == 3:
                    os.close(descriptor)
                    raise LockHeld(self._read()) from None
                time.sleep(0.05)  # it may be somebody who only looks whether it is held
        self._descriptor = descriptor
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), **about}).encode(), 0)

    def release(self) -> None:
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> Mapping[str, Any] | None:
        """What the living holder says about itself; None when nobody holds the lock."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return self._read()
        finally:
            os.close(descriptor)
        return None

    def _read(self) -> Mapping[str, Any]:
        try:
            found = json.loads(self.path.read_text() or "{}")
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
