"""Signing in and out of a browser session, by Django's sessions; django-axes counts the failures.

A session knows two moments: ``proved_at``, when its person last signed in, and ``strong_at``, when they last showed a
second factor (a code of their app, or a passkey, which is device and finger in one).
"""

import time
from uuid import UUID

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest

from glocal.platform.accounts.errors import (
    CodeRefused,
    SecondFactorNeeded,
    SignInRefused,
    SignInTooOld,
    TooManyTries,
)
from glocal.platform.accounts.models import Device, Person
from glocal.platform.accounts.rules import EMAIL_LIMIT
from glocal.platform.accounts.selectors import info_of
from glocal.platform.accounts.services import entry, passkeys, secondfactor
from glocal.platform.accounts.types import PersonInfo

BACKEND = "glocal.platform.accounts.backends.EmailBackend"
PENDING, PROVED, STRONG = "second_factor_of", "proved_at", "strong_at"
PENDING_SECONDS = 10 * 60
PROVED_SECONDS = 30 * 60
STRONG_SECONDS = 12 * 60 * 60
"""How long an operator's second factor opens the console."""
STEP_UP_SECONDS = 10 * 60
"""How long it allows dangerous acts."""


def sign_in(request: HttpRequest, *, email: str, password: str) -> PersonInfo:
    """Open a session for whoever holds this e-mail address and password; the session's key changes.

    Unknown address, wrong password and closed account look the same and take as long. Raises SignInRefused,
    TooManyTries after as many failures as the settings allow for this address from this place, or SecondFactorNeeded
    when ``finish_sign_in`` has to follow.
    """
    credentials = {"email": email.strip().lower(), "password": password}
    if len(credentials["email"]) > EMAIL_LIMIT or "\0" in credentials["email"]:
        raise SignInRefused(field="password")  # nobody's, and not even the list of failures could keep it
    found = authenticate(request, **credentials)
    if isinstance(found, Person):
        return _first_step(request, found)
    _check_tries(request, credentials["email"], field="password")
    raise SignInRefused(field="password")


def sign_in_by_code(request: HttpRequest, *, code_id: UUID, code: str) -> PersonInfo:
    """Open a session by a code of ``request_sign_in_code``. Raises CodeRefused, TooManyTries or SecondFactorNeeded."""
    with _Counted(request, f"code {code_id}"):
        person = entry.person_of_code(code_id=code_id, code=code)
    return _first_step(request, person)


def sign_in_by_passkey(request: HttpRequest, *, credential: str) -> PersonInfo:
    """Open a session by a passkey; it is both factors. Raises PasskeyRefused."""
    return open_session(request, passkeys.person_of_passkey(request, credential), strong=True)


def sign_in_linked(request: HttpRequest, person: Person) -> PersonInfo:
    """Open a session for whom a login provider vouches. Raises SecondFactorNeeded."""
    return _first_step(request, person)


def finish_sign_in(request: HttpRequest, *, code: str) -> PersonInfo:
    """The second step, by a code of the app or a recovery code. Raises CodeRefused, TooManyTries or SignInRefused."""
    person = waiting_for_second_factor(request)
    if person is None:
        raise SignInRefused(field="code")
    with _Counted(request, f"second {person.pk}"):
        secondfactor.check_second_factor(person_id=person.pk, code=code)
    return open_session(request, person, strong=True)


def confirm_second_factor(request: HttpRequest, *, code: str) -> None:
    """Show a second factor once more, for something dangerous. Raises CodeRefused or TooManyTries."""
    person_id = _person(request).pk
    with _Counted(request, f"second {person_id}"):
        secondfactor.check_second_factor(person_id=person_id, code=code)
    mark_strong(request)


def mark_strong(request: HttpRequest) -> None:
    """A second factor was shown in this session this moment."""
    request.session[STRONG] = time.time()


def waiting_for_second_factor(request: HttpRequest) -> Person | None:
    """Who has shown the first factor in this session, within the last ten minutes."""
    kept = request.session.get(PENDING) or {}
    if kept.get("at", 0) < time.time() - PENDING_SECONDS:
        return None
    return Person.objects.filter(pk=kept["person"], is_active=True).first()


def _first_step(request: HttpRequest, person: Person) -> PersonInfo:
    if not secondfactor.has_second_factor(person.pk):
        return open_session(request, person, strong=False)
    request.session[PENDING] = {"person": str(person.pk), "at": time.time()}
    raise SecondFactorNeeded


def open_session(request: HttpRequest, person: Person, *, strong: bool) -> PersonInfo:
    """Sign this person in, without asking anything more."""
    login(request, person, backend=BACKEND)
    request.session.pop(PENDING, None)
    if strong:
        request.session[STRONG] = time.time()
    return info_of(person)


def open_new_session(request: HttpRequest, *, person_id: UUID, strong: bool = False) -> PersonInfo:
    """Sign somebody in whose account was opened this moment, by proof enough."""
    return open_session(request, Person.objects.get(pk=person_id), strong=strong)


def keep_session(request: HttpRequest) -> None:
    """After a change of password: this session goes on, under a new key."""
    person = _person(request)
    before = request.session.session_key
    update_session_auth_hash(request, person)
    Device.objects.filter(session_key=before).update(session_key=request.session.session_key)


def sign_out(request: HttpRequest) -> None:
    """End the session and forget everything in it."""
    if request.session.session_key:
        Device.objects.filter(session_key=request.session.session_key).update(session_key="")
    logout(request)


def check_proved(request: HttpRequest) -> None:
    """Refuse a session that has been open for more than half an hour to change ways of signing in.

    Raises SignInTooOld.
    """
    if request.session.get(PROVED, 0) < time.time() - PROVED_SECONDS:
        raise SignInTooOld


def is_strong(request: HttpRequest, *, seconds: int = STRONG_SECONDS) -> bool:
    """Whether this session showed a second factor within so many seconds."""
    return bool(request.session.get(STRONG, 0) > time.time() - seconds)


def _person(request: HttpRequest) -> Person:
    """Who is signed in; Django's own type allows for nobody."""
    return Person.objects.get(pk=str(request.user.pk))


class _Counted:
    """Has django-axes count what fails inside, under a name of its own, and refuse when there is too much of it."""

    def __init__(self, request: HttpRequest, name: str) -> None:
        self.request, self.name = request, name

    def __enter__(self) -> None:
        _check_tries(self.request, self.name, field="code")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, CodeRefused):
            AxesProxyHandler.user_login_failed(sender=Person, credentials={"email": self.name}, request=self.request)


def _check_tries(request: HttpRequest, name: str, *, field: str) -> None:
    if AxesProxyHandler.is_locked(request, {"email": name}):
        raise _too_many(request, field)


def _too_many(request: HttpRequest, field: str) -> TooManyTries:
    cool_off = get_cool_off(request)
    seconds = int(cool_off.total_seconds()) if cool_off else 900
    return TooManyTries(retry_after=seconds, field=field, minutes=max(1, seconds // 60))
