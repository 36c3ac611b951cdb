"""Texting, and forgetting what is over."""

from glocal.platform.accounts.ports import sms_sender
from glocal.platform.accounts.services.forgetting import forget_over
from glocal.platform.jobs import OUTAGE, job, periodic


@job("accounts.send_text", retry=OUTAGE)
def send_text(phone: str, text: str) -> None:
    """Send one text message; an outage is tried again, and a code that comes twice does no harm."""
    sms_sender().send(phone, text)


@periodic("accounts.forget", cron="17 3 * * * 0")
def forget() -> None:
    """Remove codes and unused invitations a day after they ended."""
    forget_over()
