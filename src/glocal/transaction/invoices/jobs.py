"""Papers that nobody has asked for yet."""

from datetime import timedelta

from glocal.platform.jobs import periodic
from glocal.platform.kernel import clock
from glocal.transaction.invoices import services

_LOOK_BACK = timedelta(days=2)


@periodic("invoices.issue_waiting", cron="17 * * * *")
def issue_waiting() -> None:
    """Issue what is due and was not downloaded; off the path of the purchase, which stays as quick as it is."""
    services.issue_waiting(clock.now() - _LOOK_BACK)
