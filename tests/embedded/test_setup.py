"""`scripts/setup` says what is missing, in words that can be followed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
NEEDED = ("sh", "cat", "cksum", "rm", "dirname", "touch", "mkdir")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the script reads, in a folder of its own, with a PATH that holds no Python."""
    for folder in ("scripts", "requirements"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    (tmp_path / "bin").mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        if found:
            (tmp_path / "bin" / name).symlink_to(found)
    return tmp_path


def put_python(copy: Path, script: str) -> None:
    python = copy / "bin" / "python3"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


def setup(copy: Path) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": str(copy / "bin"), "HOME": os.environ.get("HOME", "/")}
    return subprocess.run([copy / "scripts/setup"], check=False, capture_output=True, text=True, env=environment)


def test_a_missing_python_is_named_with_the_command_that_installs_it(copy: Path) -> None:
    told = setup(copy)
    assert told.returncode == 1
    assert "Python 3.11 or newer is needed" in told.stderr
    assert "sudo apt-get install python3 python3-venv" in told.stderr


def test_an_old_python_counts_as_missing(copy: Path) -> None:
    put_python(copy, "exit 1")
    assert "Python 3.11 or newer is needed" in setup(copy).stderr


@pytest.mark.parametrize("failing", ["*ensurepip*", "*-m*venv*"])
def test_a_missing_python3_venv_is_named_and_nothing_half_made_stays(copy: Path, failing: str) -> None:
    put_python(copy, f'case "$*" in {failing}) mkdir -p .venv 2>/dev/null; exit 1;; esac\nexit 0')
    told = setup(copy)
    assert told.returncode == 1
    assert "cannot make a virtual environment" in told.stderr
    assert "sudo apt-get install python3-venv" in told.stderr
    assert not (copy / ".venv").exists()


def test_an_environment_that_somebody_else_looks_after_is_left_alone(copy: Path) -> None:
    (copy / ".venv").symlink_to(copy / "elsewhere")
    assert setup(copy).returncode == 0
    assert not (copy / "elsewhere").exists()


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for lock in (REPOSITORY / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index-url" not in text
