"""What somebody outside must do for accounts."""

from functools import cache
from typing import Protocol

from django.utils.module_loading import import_string

from glocal.settings import wiring


class SmsSender(Protocol):
    """Brings a short text to a phone."""

    def send(self, phone: str, text: str) -> None:
        """Send ``text`` (at most 160 letters) to ``phone`` (E.164). Raises OSError when it cannot be taken over."""


@cache
def sms_sender() -> SmsSender:
    sender: SmsSender = import_string(wiring.adapter("platform.accounts.sms"))()
    return sender
