"""Beginning and running imports. A run may be broken off anywhere and run again."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.db.models import F

from glocal.platform.eventing import transactional
from glocal.platform.http.problems import text_of
from glocal.platform.kernel import clock
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.transaction.imports.errors import OptionOutOfRange, RunNotFound, RunTaken, UnknownOption
from glocal.transaction.imports.models import ImportIssue, ImportRun
from glocal.transaction.imports.parquet import Parquet
from glocal.transaction.imports.reading import Reader
from glocal.transaction.imports.retail import COLUMNS
from glocal.transaction.imports.selectors import view_of
from glocal.transaction.imports.types import RunView

RETAIL = "retail"
DEFAULTS: dict[str, Any] = {"market": "GB", "warehouse": "DE-LEJ", "opening_stock": 20, "weight_g": 300}
RANGES = {"opening_stock": (0, 1_000_000), "weight_g": (1, 1_000_000)}

Progress = Callable[[int, int], None]


@transactional
def begin(*, file: Path, options: dict[str, Any], actor_id: UUID | None) -> UUID:
    """Note that a file is to be read; returns the run's id.

    ``options``: ``market`` (its currency is the file's), ``warehouse``, and what the file does not say: each new
    product weighs ``weight_g`` and comes with ``opening_stock`` units. Raises UnknownOption, OptionOutOfRange.
    """
    chosen = DEFAULTS | options
    try:
        markets.get(chosen["market"])
    except markets.UnknownMarket:
        raise UnknownOption(field="market", value=chosen["market"]) from None
    if chosen["warehouse"] not in {place.code for place in inventory.warehouses()}:
        raise UnknownOption(field="warehouse", value=chosen["warehouse"])
    for name, (least, most) in RANGES.items():
        if not least <= chosen[name] <= most:
            raise OptionOutOfRange(field=name, value=chosen[name], least=least, most=most)
    return ImportRun.objects.create(kind=RETAIL, file=str(file), options=chosen, actor_id=actor_id).pk


def run(run_id: UUID, progress: Progress = lambda done, of: None) -> RunView:
    """Read the file of a run to its end; run it again after a crash and only what is missing is made.

    A row that is wrong becomes an issue and the rest goes on. A file that cannot be read fails the run. Begun twice at
    once, the later one goes on. Raises RunNotFound, FileUnreadable, ColumnsMissing, RunTaken.
    """
    row = _take(run_id)
    try:
        file = Parquet(row.file, COLUMNS)
        row.rows_total = file.rows
        Reader(row, progress).read(file.batches())
    except RunTaken:
        raise
    except BaseException as error:  # Ctrl-C as well: what was made stays, and the console says that it is not all
        text = (
            text_of(error) if isinstance(error, DomainError) else f"Broken off: {type(error).__name__}. Run it again."
        )
        with suppress(DatabaseError):  # it may be what broke
            _close(row, ImportRun.State.FAILED, text)
        raise
    _close(row, ImportRun.State.DONE)
    return view_of(row)


@transactional
def _take(run_id: UUID) -> ImportRun:
    """Make the run ours: whoever else is at it finds its attempt outdated and stops."""
    taken = ImportRun.objects.filter(pk=run_id).update(
        attempt=F("attempt") + 1,
        state=ImportRun.State.RUNNING,
        rows_done=0,
        issues_count=0,
        error="",
        finished_at=None,
    )
    if not taken:
        raise RunNotFound()
    ImportIssue.objects.filter(run_id=run_id).delete()
    return ImportRun.objects.get(pk=run_id)


@transactional
def _close(row: ImportRun, state: ImportRun.State, error: str = "") -> None:
    row.state, row.error, row.finished_at = state, error, clock.now()
    ImportRun.objects.filter(pk=row.pk, attempt=row.attempt).update(
        state=state, error=error, finished_at=row.finished_at, rows_total=row.rows_total
    )
