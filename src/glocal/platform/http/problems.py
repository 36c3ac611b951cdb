"""Errors as people and programs meet them: translated text, and problem+json (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext, gettext_noop
from ninja import Schema

from glocal.platform.http.schemas import MoneyOut
from glocal.platform.kernel.errors import Conflict, DomainError, Forbidden, Gone, Invalid, NotFound, Unavailable
from glocal.platform.kernel.money import Money

STATUS: dict[type[DomainError], int] = {
    Gone: 410,  # before NotFound, of which it is one
    NotFound: 404,
    Conflict: 409,
    Forbidden: 403,
    Invalid: 422,
    Unavailable: 503,
}


class FieldProblem(Schema):
    """One input at fault: its name, a stable code and a text in the caller's language."""

    field: str
    code: str
    text: str


class ProblemOut(Schema):
    """An error answer, media type application/problem+json."""

    type: str
    title: str
    status: int
    code: str
    errors: list[FieldProblem] = []


REFUSALS: dict[frozenset[int], type[ProblemOut]] = {
    frozenset({400, 401, 403, 404, 409, 410, 422, 429, 503}): ProblemOut
}
"""What any endpoint may answer instead of what was asked for."""

_UNREADABLE = gettext_noop("We could not read that request.")
_PAGES = {
    400: ("malformed", _UNREADABLE),
    403: ("forbidden", gettext_noop("You are not allowed to do this.")),
    404: ("no_such_address", gettext_noop("There is nothing at this address.")),
    500: ("broken", gettext_noop("Something broke on our side. We have noted it; please try again in a moment.")),
}
"""Code and text in place of the framework's own pages, by status."""

_MISSING = gettext_noop("This is missing. Please fill it in.")
_NOT_READABLE = gettext_noop("This is not as it must be. The API's description says what is expected.")
# By the beginning of pydantic's names for faults; the first that fits.
_FAULTS = {
    "missing": _MISSING,
    "string_too_short": gettext_noop("This is too short. Use at least {min_length} characters."),
    "string_too_long": gettext_noop("This is too long. Use at most {max_length} characters."),
    "string_pattern_mismatch": gettext_noop("This has the wrong form. It must match {pattern}."),
    "string": gettext_noop("This must be text."),
    "unreadable_text": gettext_noop("This holds characters that cannot be stored. Remove them."),
    "unknown_language": gettext_noop("We do not speak this language yet. Choose one of {known}."),
    "too_short": gettext_noop("There are too few of these. Give at least {min_length}."),
    "too_long": gettext_noop("There are too many of these. Give at most {max_length}."),
    "greater_than_equal": gettext_noop("This must be at least {ge}."),
    "less_than_equal": gettext_noop("This must be at most {le}."),
    "literal_error": gettext_noop("Choose one of {expected}."),
    "enum": gettext_noop("Choose one of {expected}."),
    "uuid": gettext_noop("This must be a UUID."),
    "int": gettext_noop("This must be a whole number."),
    "bool": gettext_noop("This must be true or false."),
    "datetime": gettext_noop("This must be a time with its zone, such as 2026-05-01T09:00:00Z."),
    "timezone": gettext_noop("This must be a time with its zone, such as 2026-05-01T09:00:00Z."),
}


def fault_text(kind: str, context: Mapping[str, Any]) -> str:
    """What is wrong with one input, by pydantic's name for the fault, in the active language."""
    sentence = next((text for start, text in _FAULTS.items() if kind.startswith(start)), _NOT_READABLE)
    return gettext(sentence).format(**context)


def status_of(error: DomainError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)


def text_of(error: DomainError) -> str:
    """The error's sentence in the active language, details filled in."""
    text = gettext(error.message)
    codes = {name: str(error.details.get(name)) for name in error.words}
    words = {name: gettext(error.words[name][code]) for name, code in codes.items() if code in error.words[name]}
    try:
        return text.format(**error.details | words)
    except (KeyError, IndexError, ValueError):
        return text


def problem(
    status: int,
    code: str,
    title: str,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
    told: Mapping[str, Any] | None = None,
) -> JsonResponse:
    """A problem+json answer; ``told`` are members beside the standard ones (RFC 9457, 3.2)."""
    body: dict[str, Any] = {"type": f"urn:glocal:problem:{code}", "title": title, "status": status, "code": code}
    body["errors"] = errors or []
    body |= told or {}
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=headers)


def problem_of(error: DomainError) -> JsonResponse:
    text = text_of(error)
    errors = [{"field": one.field, "code": one.code, "text": text_of(one)} for one in (error, *error.also) if one.field]
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else None
    told = {name: _plain(error.details[name]) for name in error.told if name in error.details}
    return problem(status_of(error), error.code, text, errors, headers, told)


def _plain(value: Any) -> Any:
    return MoneyOut.of(value).model_dump(mode="json") if isinstance(value, Money) else value


def problem_for_programs(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """``response``, or a problem in its place where a program would get a page: unknown addresses, wrong methods."""
    page = response.status_code >= 400 and not response.headers.get("Content-Type", "").startswith("application/")
    if not page or not wants_json(request):
        return response
    if isinstance(response, HttpResponseNotAllowed):
        allowed = response.headers["Allow"]
        title = f"This address takes {allowed} only."
        return problem(405, "method_not_allowed", title, headers={"Allow": allowed})
    code, title = _PAGES.get(response.status_code, ("refused", _UNREADABLE))
    return problem(response.status_code, code, gettext(title))


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/hooks/"))
