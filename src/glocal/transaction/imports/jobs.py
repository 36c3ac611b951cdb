"""Imports in the background."""

from uuid import UUID

from glocal.platform.jobs import job
from glocal.transaction.imports import services


@job("imports.run", queue="imports")
def run(run_id: str) -> None:
    """Read the file of a run; a second run makes only what is missing."""
    services.run(UUID(run_id))
