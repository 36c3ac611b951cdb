"""Giving back what nobody paid for."""

from glocal.platform.jobs import periodic
from glocal.supply.inventory import reservations

BATCH = 500


@periodic("inventory.sweep_expired", cron="* * * * * */5")
def sweep_expired() -> None:
    """Give expired reservations back, a batch a transaction, until none is due."""
    while reservations.sweep_expired(BATCH) == BATCH:
        pass
