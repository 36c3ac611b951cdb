"""Work with carriers that is not done while somebody waits."""

from uuid import UUID

from glocal.platform.jobs import OUTAGE, job, periodic
from glocal.transaction.returns import labels


@job("returns.fetch_label", retry=OUTAGE)
def fetch_label(return_id: str) -> None:
    """Have the label of an approved return made; running it again makes no second one."""
    labels.fetch(UUID(return_id))


@periodic("returns.ask_for_news", cron="*/5 * * * *")
def ask_for_news() -> None:
    """See which returns are on their way."""
    labels.ask_for_news()
