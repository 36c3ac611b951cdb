"""What orders does while nobody waits."""

from glocal.platform.jobs import job, periodic
from glocal.transaction.orders.services import links, together


@job("orders.mail_link")
def mail_link(number: str, proof: str) -> None:
    """Send an order's link to its own address; a job, so that an answer takes as long whether there is one or not."""
    links.mail_link(number=number, proof=proof)


@periodic("orders.count_together", cron="10 4 * * *")
def count_together() -> None:
    """At night the catalogue learns what was bought together."""
    together.count_together()
