"""Answers are proof for as long as somebody may ask for it, not for ever."""

from datetime import timedelta

from glocal.platform.jobs import periodic
from glocal.platform.kernel import clock
from glocal.platform.privacy.models import Consent

KEPT = timedelta(days=3 * 365)


@periodic("privacy.forget", cron="40 3 * * * 0")
def forget() -> None:
    """Delete answers older than three years; a browser's cookie ends after half a year, so none of them counts."""
    Consent.objects.filter(at__lt=clock.now() - KEPT, person_id=None).delete()
