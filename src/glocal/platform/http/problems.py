"""Errors as people and programs meet them: translated text, and problem+json (RFC 9457)."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
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
