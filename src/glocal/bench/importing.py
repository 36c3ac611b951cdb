"""`import`: a real retailer's file, twice; the second time must change nothing."""

import resource
import time
from pathlib import Path

from glocal.bench.meter import cpu_seconds
from glocal.bench.report import say
from glocal.bench.stage import stage


def retail(file: Path) -> None:
    """Read ``file`` into an empty installation, and again."""
    with stage() as place:
        from django.core.management import call_command

        from glocal.transaction.imports import facade as imports

        call_command("load_reference")
        for turn in ("first", "again"):
            database, own = cpu_seconds(place.postgres), time.process_time()
            begun = time.perf_counter()
            done = imports.run(imports.begin(file=file.absolute(), options={}, actor_id=None))
            wall = time.perf_counter() - begun
            say("import", f"{turn}_rows", done.rows_done, "1")
            say("import", f"{turn}_orders_new", done.orders_new, "1")
            say("import", f"{turn}_rate", done.rows_done / wall, "rows/s")
            say("import", f"{turn}_cpu_import", (time.process_time() - own) / done.rows_done * 1e6, "us/row")
            say(
                "import",
                f"{turn}_cpu_database",
                (cpu_seconds(place.postgres) - database) / done.rows_done * 1e6,
                "us/row",
            )
        say("import", "peak_memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")
