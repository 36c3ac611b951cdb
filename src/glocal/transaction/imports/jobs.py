"""Imports in the background."""

from pathlib import Path
from typing import Any
from uuid import UUID

from glocal.platform.eventing import transactional
from glocal.platform.jobs import job
from glocal.transaction.imports import services


@job("imports.run", queue="imports")
def run(run_id: str) -> None:
    """Read the file of a run; a second run makes only what is missing."""
    services.run(UUID(run_id))


@transactional
def queue(*, file: Path, options: dict[str, Any], actor_id: UUID | None) -> UUID:
    """Begin an import as ``begin`` does and hand it to the workers; returns the run's id."""
    run_id = services.begin(file=file, options=options, actor_id=actor_id)
    run.defer(run_id=str(run_id))
    return run_id
