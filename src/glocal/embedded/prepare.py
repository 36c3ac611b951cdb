"""Run as a program before serving: tables, reference data and pages' files; with ``--demo`` fill an empty shop."""

import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def main() -> None:
    django.setup()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("making the tables", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference")
    root = Path(settings.STATIC_ROOT)
    made, wanted = root / ".made", _fingerprint()
    # Hashing and compressing costs seconds of CPU, so only when a file has changed.
    if not made.exists() or made.read_text() != wanted:
        print("packing the pages' files", flush=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        made.write_text(wanted)
    if "--demo" in sys.argv:
        call_command("demo")


def _fingerprint() -> str:
    """Of every file that the pages may ask for."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            found.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()


if __name__ == "__main__":
    main()
