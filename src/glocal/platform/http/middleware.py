"""Middlewares that stand around every request."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg_pool import PoolTimeout

from glocal.platform.http import bodies
from glocal.platform.http.problems import problem, problem_for_programs, problem_of, status_of, text_of, wants_json
from glocal.platform.kernel.errors import DomainError, Unavailable
from glocal.platform.kernel.ids import uuid7

log = logging.getLogger("glocal.request")

Answer = Callable[[HttpRequest], HttpResponse]

RETRY_AFTER = 2
UNMETERED = ("/healthz", "/static/", "/media/")


def error_page(request: HttpRequest, status: int, title: str, retry_after: int | None = None) -> HttpResponse:
    """A plain page in the person's language; needs no database."""
    response = render(
        request, "error.html", {"status": status, "title": title, "retry_after": retry_after}, status=status
    )
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


class RequestId:
    """Gives each request an id, taken from the proxy in front when it sends one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request.request_id = given if given.isascii() and 8 <= len(given) <= 64 else str(uuid7())  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class Readable:
    """Refuses what cannot be read: a NUL in an address, a cookie or a form, for PostgreSQL can neither keep nor look
    for it, and a request that is larger than its view takes, before any of it is read.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.META
        if "\0" in request.path or "%00" in sent.get("QUERY_STRING", ""):
            title = gettext_noop("This address holds characters that cannot be read.")
        elif "\\000" in sent.get("HTTP_COOKIE", ""):  # as a quoted value writes it
            title = gettext_noop("We could not read that request.")
        else:
            return self.get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            return refused(request, 422, "unreadable_text", _(title))

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        if request.method in {"GET", "HEAD"}:
            return None
        length = bodies.length_of(request)
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and length > (most := bodies.most_bytes(request, view)):
            title = _("What you sent is too large. Send at most {most} MB at once.").format(most=most // bodies.MB)
            return refused(request, 413, "too_large", title)
        if not wants_json(request) and _holds_nul(request):
            title = _("This holds characters that cannot be stored. Remove them.")
            return refused(request, 422, "unreadable_text", title)
        return None


def refused(request: HttpRequest, status: int, code: str, title: str) -> HttpResponse:
    if wants_json(request):
        return problem(status, code, title)
    return error_page(request, 400 if status == 422 else status, title)


def _holds_nul(request: HttpRequest) -> bool:
    """Whether a NUL is in the name or the text of a form's field."""
    try:
        fields = request.POST.lists()
    except UnreadablePostError:  # who sent it is gone
        return False
    return any("\0" in text for name, texts in fields for text in (name, *texts))


class PackedPages(GZipMiddleware):
    """Compresses pages, as Django does it (with padding against BREACH); pictures and labels are packed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class Admission:
    """Refuses with 429 and a time to retry when the house is full, instead of letting everybody wait until all fail.

    At most ``ADMITTED_REQUESTS`` requests are inside one process; one more waits a moment for a place.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.places = threading.BoundedSemaphore(settings.ADMITTED_REQUESTS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(UNMETERED):
            return self.get_response(request)
        if not self.places.acquire(timeout=0.25):
            with translation.override(translation.get_language_from_request(request)):
                return busy(request)
        try:
            return self.get_response(request)
        finally:
            self.places.release()


def busy(request: HttpRequest) -> HttpResponse:
    title = _("Many people are here right now. Please try again in a few seconds.")
    if wants_json(request):
        return problem(429, "busy", title, headers={"Retry-After": str(RETRY_AFTER)})
    return error_page(request, 429, title, RETRY_AFTER)


class DomainErrors:
    """Turns the errors of packages, a database that is away, and the framework's own faults into answers."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return problem_for_programs(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            if wants_json(request):
                return problem_of(error)
            wait = error.retry_after if isinstance(error, Unavailable) else None
            return error_page(request, status_of(error), text_of(error), wait)
        return database_away(request, error)


def database_away(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer while the database does not answer; None for other errors.

    Connections that wait in the pool are lost with this one: each would be another person's refusal later.
    """
    if not isinstance(error, OperationalError | PoolTimeout):
        return None
    log.error("the database did not answer: %s", error)
    if not connection.in_atomic_block:
        lost = connection.connection is not None and connection.connection.broken
        connection.close()
        if lost and connection.pool:  # type: ignore[attr-defined]
            connection.pool.check()  # type: ignore[attr-defined]
    title = _("The shop cannot reach its database right now. Nothing was changed. Please try again in a moment.")
    if wants_json(request):
        return problem(503, "database_away", title, headers={"Retry-After": "5"})
    return error_page(request, 503, title, 5)
