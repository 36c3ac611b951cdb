"""What every test stands on: a scratch PostgreSQL for the run, and the shared data folder where there is one."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

SHARED = Path(__file__).resolve().parents[2] / "shared"

CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]

# Playwright's loop lives in the thread that runs the tests, and Django would take them for asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

_resources = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the run's database before Django connects; workers of xdist and child processes find it in the variable."""
    if "GLOCAL_DATABASE_URL" not in os.environ:
        from glocal.embedded.scratch import scratch_cluster

        os.environ["GLOCAL_DATABASE_URL"] = _resources.enter_context(scratch_cluster()).url("glocal")
    from django.conf import settings

    from glocal.settings.base import database

    found = database(os.environ["GLOCAL_DATABASE_URL"])
    settings.DATABASES["default"].update({key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _resources.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """After a test that commits, Django truncates every table; the audit trail refuses that anywhere else."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_no_truncate")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process keeps for a minute must not reach the next test, whose database does not hold it."""
    from glocal.platform.kernel.cache import clear_all

    clear_all()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium, for every test with a browser; without one they are skipped."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium on this machine (package chromium)")
    return {"executable_path": found, "args": CHROMIUM_FLAGS}


@pytest.fixture
def shared_folder() -> Path:
    """The folder of real data sets beside the repository; tests that need it say so when it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the data sets are not here: {SHARED}")
    return SHARED
