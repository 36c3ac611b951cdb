"""Housekeeping of kept answers."""

from datetime import timedelta

from glocal.platform.http.models import IdempotentAnswer
from glocal.platform.jobs import periodic
from glocal.platform.kernel import clock

KEPT = timedelta(days=7)


@periodic("http.forget_answers", cron="17 3 * * *")
def forget_answers() -> None:
    """Drop kept answers older than a week; clients repeat within minutes."""
    IdempotentAnswer.objects.filter(created_at__lt=clock.now() - KEPT).delete()
