"""Signing in by e-mail address, whatever its case."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from glocal.platform.accounts.models import Person


class EmailBackend(ModelBackend):
    """As Django's own, by e-mail; an unknown address takes as long as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Person | None:
        email = username or kwargs.get("email")
        if not email or password is None:
            return None
        person = Person.objects.filter(email=email.strip().lower()).first()
        if person is None or not person.has_usable_password():
            Person().set_password(password)
            return None
        return person if person.check_password(password) and self.user_can_authenticate(person) else None
