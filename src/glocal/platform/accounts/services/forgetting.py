"""What need not be kept any longer."""

from datetime import timedelta

from glocal.platform.accounts.models import Invitation, OneTimeCode
from glocal.platform.kernel import clock

KEPT = timedelta(days=1)


def forget_over() -> None:
    """Remove codes and unused invitations a day after they ended."""
    before = clock.now() - KEPT
    OneTimeCode.objects.filter(expires_at__lt=before).delete()
    Invitation.objects.filter(expires_at__lt=before, accepted_at__isnull=True).delete()
