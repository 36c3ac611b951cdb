"""Folders that the database's account can reach, and ways to act as somebody else."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from glocal.embedded import binaries

SOURCE = Path(__file__).resolve().parents[2] / "src"


def _fast_folder() -> str | None:
    """Memory where there is enough: the tests copy whole clusters, and a disk makes them ten times slower."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2 * 2**30 else None


def temporary_folder() -> Iterator[Path]:
    """A temporary folder of our own; pytest's ``tmp_path`` lies under a folder that other accounts cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="glocal-test-", dir=_fast_folder()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place() -> Iterator[Path]:
    yield from temporary_folder()


@pytest.fixture
def small_disk(place: Path) -> Iterator[Callable[[int], Path]]:
    """Makes a disk of so many MB."""
    mounted: list[Path] = []

    def make(megabytes: int) -> Path:
        folder = place / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("mounting a small disk needs root and the right to mount")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def python(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Run a piece of Python that imports glocal, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def as_ordinary_user(action: Callable[[], Any]) -> None:
    """Run the action as ``nobody`` when we are root (in a fork: root's own Python may be closed to others)."""
    if os.geteuid() != 0:
        action()
        return
    nobody = pwd.getpwnam("nobody")
    if not (binaries.reachable(SOURCE, nobody) and binaries.reachable(binaries.find(None), nobody)):
        pytest.skip("the working tree is closed to other accounts")
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            action()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
