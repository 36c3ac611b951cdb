"""Signing in and out of a browser session, by Django's sessions; django-axes counts the failures."""

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest

from glocal.platform.accounts.errors import SignInRefused, TooManyTries
from glocal.platform.accounts.models import Person
from glocal.platform.accounts.rules import EMAIL_LIMIT
from glocal.platform.accounts.selectors import info_of
from glocal.platform.accounts.types import PersonInfo


def sign_in(request: HttpRequest, *, email: str, password: str) -> PersonInfo:
    """Open a session for whoever holds this e-mail address and password; the session's key changes.

    Unknown address, wrong password and closed account look the same and take as long. Raises SignInRefused, or
    TooManyTries after as many failures as the settings allow for this address from this place.
    """
    credentials = {"email": email.strip().lower(), "password": password}
    if len(credentials["email"]) > EMAIL_LIMIT or "\0" in credentials["email"]:
        raise SignInRefused(field="password")  # nobody's, and not even the list of failures could keep it
    found = authenticate(request, **credentials)
    if isinstance(found, Person):
        login(request, found)
        return info_of(found)
    if AxesProxyHandler.is_locked(request, credentials):
        cool_off = get_cool_off(request)
        seconds = int(cool_off.total_seconds()) if cool_off else 900
        raise TooManyTries(retry_after=seconds, field="password", minutes=max(1, seconds // 60))
    raise SignInRefused(field="password")


def sign_out(request: HttpRequest) -> None:
    """End the session and forget everything in it."""
    logout(request)
