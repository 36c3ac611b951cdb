"""Everything the shop keeps in a browser, defined once: how it is set and what the cookie page says are the same row.

A package defines its cookie here (``BAG = privacy.cookie(...)``) and sets it by ``BAG.keep``; tests refuse other ways.
"""

from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop

from glocal.platform.privacy.consent import CHOICE_COOKIE, granted

NECESSARY = "necessary"
DAY = 60 * 60 * 24
YEAR = 365 * DAY

_defined: dict[str, "Cookie"] = {}


@dataclass(frozen=True, slots=True)
class Cookie:
    """Something kept in a browser. ``seconds`` None: until what ``until`` says. ``purpose``: necessary, or one that
    needs a yes. ``kind`` is ``cache`` for what the service worker stores.
    """

    name: str
    about: str
    seconds: int | None
    until: str = ""
    purpose: str = NECESSARY
    kind: Literal["cookie", "cache"] = "cookie"
    script: bool = False
    """Whether our own scripts read and write it."""

    def keep(self, request: HttpRequest, response: HttpResponseBase, value: str) -> None:
        """Set it on the answer; one whose purpose this browser has not allowed is not set."""
        if self.purpose != NECESSARY and not granted(request, self.purpose):
            return
        response.set_cookie(
            self.name,
            value,
            max_age=self.seconds,
            httponly=not self.script,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )

    def drop(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Have the browser forget it, if it has it."""
        if self.name in request.COOKIES:
            response.delete_cookie(self.name, samesite="Lax")


def cookie(
    name: str,
    about: str,
    seconds: int | None,
    *,
    until: str = "",
    purpose: str = NECESSARY,
    kind: Literal["cookie", "cache"] = "cookie",
    script: bool = False,
) -> Cookie:
    """Define what is kept under a name; ``about`` is an English sentence for gettext.

    Raises ValueError for a name that is taken by something else, or for one without an end.
    """
    made = Cookie(name, about, seconds, until, purpose, kind, script)
    if seconds is None and not until:
        raise ValueError(f"{name}: say until when it stays")
    if _defined.setdefault(name, made) != made:
        raise ValueError(f"{name} is defined twice")
    return made


def cookies() -> tuple[Cookie, ...]:
    """All that is defined, by name; a purpose that is not in use keeps nothing and is left out."""
    in_use = {NECESSARY, *settings.OPTIONAL_PURPOSES}
    return tuple(sorted((row for row in _defined.values() if row.purpose in in_use), key=lambda row: row.name))


# What Django sets by itself.
SESSION = cookie(
    settings.SESSION_COOKIE_NAME, gettext_noop("Knows that you are signed in."), settings.SESSION_COOKIE_AGE
)
FORMS = cookie(
    settings.CSRF_COOKIE_NAME,
    gettext_noop("Proves that a form you send comes from this shop."),
    settings.CSRF_COOKIE_AGE,
)

CHOICE = cookie(CHOICE_COOKIE, gettext_noop("Remembers what you said on this page."), 180 * DAY)
