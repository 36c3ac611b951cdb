"""The walls of the house hold: what leans on the wrong package fails the import contracts."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source tree that a test may spoil."""
    place = tmp_path_factory.mktemp("house")
    only_python = shutil.ignore_patterns("*.avif", "*.jpg", "*.html", "*.css", "*.js", "*.po", "*.mo", "__pycache__")
    shutil.copytree(ROOT / "src", place / "src", ignore=only_python)
    (place / "tests/architecture").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", place)
    shutil.copy(ROOT / "tests/architecture/facade_contract.py", place / "tests/architecture")
    return place


def lint(place: Path, contract: str) -> tuple[bool, str]:
    """Whether the contract is kept, and what was said."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--contract", contract],
        cwd=place,
        env={"PYTHONPATH": f"{place / 'src'}:{place}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


SPOILT = [
    # A made-up package that nobody has placed in the order.
    ("transaction", "transaction/bargains/__init__.py", "", "bargains"),
    # One in its place that leans the wrong way.
    ("groups", "supply/inventory/bargains.py", "from glocal.transaction.orders import facade", "glocal.transaction"),
    ("supply", "supply/inventory/parcels.py", "from glocal.supply.shipping import facade", "glocal.supply.shipping"),
    ("groups", "fashion/__init__.py", "", "fashion"),
    ("facades", "transaction/checkout/peek.py", "from glocal.supply.inventory.models import Balance", "past a facade"),
    ("facades", "web/storefront/peek.py", "from glocal.transaction.orders.services import placing", "past a facade"),
    ("platform", "platform/http/bargains.py", "from glocal.platform.console import shown", "glocal.platform.console"),
    ("plain", "events/bargains.py", "from django.db import models", "django"),
    ("plain", "platform/kernel/bargains.py", "import psycopg", "psycopg"),
]


@pytest.mark.parametrize(("contract", "path", "source", "named"), SPOILT, ids=[f"{row[0]}:{row[1]}" for row in SPOILT])
def test_what_leans_the_wrong_way_fails_and_is_named(copy, contract, path, source, named):
    spoilt = copy / "src/glocal" / path
    made = not spoilt.parent.exists()
    spoilt.parent.mkdir(exist_ok=True)
    spoilt.write_text(source + "\n")
    try:
        kept, said = lint(copy, contract)
    finally:
        spoilt.unlink()
        if made:
            spoilt.parent.rmdir()
    assert not kept
    assert named in said
    assert "BROKEN" in said or "missing" in said.lower(), said


def test_the_house_as_it_stands_keeps_every_contract(copy):
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
