"""Throw-away PostgreSQL servers for tests and benchmarks."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from glocal.embedded import binaries
from glocal.embedded.errors import StartError
from glocal.embedded.postgres import Cluster

_PREFIX = "glocal-scratch-"


@contextmanager
def scratch_cluster(*, durable: bool = False, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """A running cluster in a temporary folder, gone afterwards; ``durable=True`` writes like a real one.

    The first use on a machine makes a template (seconds); later ones copy it (well under a second).
    """
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    cluster = Cluster(
        folder, durable=durable, template=_template(), settings={"max_connections": "300", **(settings or {})}
    )
    try:
        with cluster:
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _template() -> Path | None:
    """A stopped cluster to copy, made once per server build; None where there is no cache folder to keep it in."""
    target = binaries.cache_folder() / f"template-{binaries.version_tag()}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(target.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / "data" / "PG_VERSION").exists():
            made = Cluster(target, durable=False)
            made.prepare()
            made.stop()
    finally:
        os.close(lock)
    return target


def _sweep() -> None:
    """Remove what runs that were killed left in the temporary folder."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError, StartError):
            if folder.stat().st_uid == os.geteuid() and folder.stat().st_mtime < time.time() - 3600:
                Cluster(folder).stop_leftover()
                shutil.rmtree(folder)
