"""Middlewares that only pages need.

A program's call (API, webhook) has no session, form or message and goes past them: they were a tenth of its work.
"""

from typing import TypeVar

from axes.middleware import AxesMiddleware as Axes
from django.contrib.auth.middleware import AuthenticationMiddleware as Authentication
from django.contrib.messages.middleware import MessageMiddleware as Message
from django.contrib.sessions.middleware import SessionMiddleware as Session
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware as CsrfView
from django_htmx.middleware import HtmxMiddleware as Htmx

from glocal.platform.http.problems import wants_json

Kind = TypeVar("Kind")


def pages_only(kind: type[Kind]) -> type[Kind]:
    """The same middleware, not called for programs. Its hooks around views stay, so that CSRF is checked as ever."""

    class PagesOnly(kind):  # type: ignore[valid-type,misc]
        def __call__(self, request: HttpRequest) -> HttpResponseBase:
            answer: HttpResponseBase = self.get_response(request) if wants_json(request) else super().__call__(request)
            return answer

    return PagesOnly


SessionMiddleware = pages_only(Session)
CsrfViewMiddleware = pages_only(CsrfView)
AuthenticationMiddleware = pages_only(Authentication)
MessageMiddleware = pages_only(Message)
HtmxMiddleware = pages_only(Htmx)
AxesMiddleware = pages_only(Axes)
