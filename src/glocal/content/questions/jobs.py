"""Forgetting what need not be kept."""

from glocal.content.questions import services
from glocal.platform.jobs import periodic


@periodic("questions.forget", cron="41 3 * * * 0")
def forget() -> None:
    """Remove unconfirmed questions after a week, askers' IP addresses after a day, guests' addresses later."""
    services.forget()
