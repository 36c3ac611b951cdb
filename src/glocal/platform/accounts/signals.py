"""What follows every sign-in, whichever door it came through."""

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from glocal.platform.accounts.models import Person
from glocal.platform.accounts.services.devices import note_device


@receiver(user_logged_in, dispatch_uid="accounts.note_sign_in")
def note_sign_in(sender: Any, request: HttpRequest | None, user: Person, **kwargs: Any) -> None:
    """Note when and by which browser; a session opened for a test or by a command has neither."""
    if request is None or not hasattr(request, "session"):
        return
    request.session["proved_at"] = time.time()
    if not request.session.session_key:
        request.session.save()
    note_device(request, user)
