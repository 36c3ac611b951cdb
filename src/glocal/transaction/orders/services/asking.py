"""Asking for the link of an order, by whoever lost it."""

from glocal.transaction.orders import jobs
from glocal.transaction.orders.rules import digest_of


def ask_for_link(*, number: str, email: str = "", token: str = "") -> None:
    """Have the link of an order mailed to the order's own address if ``email`` is that, or ``token`` a link's of it.

    Nobody learns whether it is: the answer is none, and a job looks. It keeps digests, no address and no secret.
    """
    wanted = number.strip().upper()
    if wanted and "\0" not in wanted:
        jobs.mail_link.defer(number=wanted[:24], proof=digest_of(token or email.strip().lower()))
