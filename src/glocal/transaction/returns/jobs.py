"""Work with carriers that is not done while somebody waits."""

from uuid import UUID

from glocal.platform.jobs import OUTAGE, job, periodic
from glocal.transaction.returns import labels


@job("returns.fetch_label", retry=OUTAGE)
def fetch_label(return_id: str) -> None:
    """Have the label of an approved return made; running it again makes no second one."""
    labels.fetch(UUID(return_id))


@job("returns.call_off_label", retry=OUTAGE)
def call_off_label(return_id: str) -> None:
    """Cancel the label of a withdrawn return at its carrier; running it again cancels nothing more."""
    labels.call_off(UUID(return_id))


@periodic("returns.call_off_labels", cron="*/5 * * * *")
def call_off_labels() -> None:
    """Cancel the labels whose own job has given up, or never ran."""
    labels.call_off_all()


@periodic("returns.ask_for_news", cron="*/5 * * * *")
def ask_for_news() -> None:
    """See which returns are on their way, and which never will be."""
    while labels.ask_for_news(50) == 50:
        pass


@periodic("returns.fetch_labels", cron="*/5 * * * *")
def fetch_labels() -> None:
    """Fetch the labels whose own job has given up, or never ran."""
    while labels.fetch_missing(50) == 50:
        pass
