"""Errors as people and programs meet them: translated text, and problem+json (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext, gettext_noop
from ninja import Schema

from glocal.platform.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable

STATUS: dict[type[DomainError], int] = {NotFound: 404, Conflict: 409, Forbidden: 403, Invalid: 422, Unavailable: 503}


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


REFUSALS: dict[frozenset[int], type[ProblemOut]] = {frozenset({400, 401, 403, 404, 409, 422, 429, 503}): ProblemOut}
"""What any endpoint may answer instead of what was asked for."""

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
    try:
        return text.format(**error.details)
    except (KeyError, IndexError, ValueError):
        return text


def problem(
    status: int,
    code: str,
    title: str,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> JsonResponse:
    body: dict[str, Any] = {"type": f"urn:glocal:problem:{code}", "title": title, "status": status, "code": code}
    body["errors"] = errors or []
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=headers)


def problem_of(error: DomainError) -> JsonResponse:
    text = text_of(error)
    errors = [{"field": error.field, "code": error.code, "text": text}] if error.field else []
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else None
    return problem(status_of(error), error.code, text, errors, headers)


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/hooks/"))
