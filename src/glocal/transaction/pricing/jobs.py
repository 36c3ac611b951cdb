"""Prices whose time has come."""

from glocal.platform.jobs import periodic
from glocal.transaction.pricing import services

BATCH = 500


@periodic("pricing.apply_due", cron="* * * * * */5")
def apply_due() -> None:
    """Show prices that have begun and stop those that have ended, a batch a transaction, until none is due."""
    while services.apply_due(BATCH) == BATCH:
        pass
