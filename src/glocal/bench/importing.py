"""`import`: a real retailer's file, twice; the second time must change nothing."""

import resource
import time
from pathlib import Path

from glocal.bench.meter import cpu_seconds
from glocal.bench.report import say
from glocal.bench.stage import Stage, stage


def retail(file: Path) -> None:
    """Read ``file`` into an empty installation, and again, while the installation works on what it is told."""
    with stage() as place:
        before = _peak_mb()
        for turn in ("first", "again"):
            _read(place, file, turn)
            say("import", f"{turn}_peak_memory", _peak_mb(), "MB")
            say("import", f"{turn}_peak_memory_growth", _peak_mb() - before, "MB")


def _read(place: Stage, file: Path, turn: str) -> None:
    from glocal.transaction.imports import facade as imports
    from glocal.transaction.orders import facade as orders

    database, own, begun = cpu_seconds(place.postgres), time.process_time(), time.perf_counter()
    done = imports.run(imports.begin(file=file.absolute(), options={}, actor_id=None))
    wall, own = time.perf_counter() - begun, time.process_time() - own
    database = cpu_seconds(place.postgres) - database
    say("import", f"{turn}_rows", done.rows_done, "1")
    say("import", f"{turn}_rows_left_out", done.issues_count, "1")
    say("import", f"{turn}_products_new", done.products_new, "1")
    say("import", f"{turn}_people_new", done.people_new, "1")
    say("import", f"{turn}_orders_new", done.orders_new, "1")
    say("import", f"{turn}_revenue", float(orders.revenue_of(imports.SOURCE)["GBP"].amount), "GBP")
    say("import", f"{turn}_wall", wall, "s")
    say("import", f"{turn}_rate", done.rows_done / wall, "rows/s")
    say("import", f"{turn}_cpu_import", own / done.rows_done * 1e6, "us/row")
    say("import", f"{turn}_cpu_database", database / done.rows_done * 1e6, "us/row")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
