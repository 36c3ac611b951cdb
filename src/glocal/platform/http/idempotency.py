"""A request repeated with the same Idempotency-Key has one effect and the same answer."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from glocal.platform.kernel import clock
from glocal.platform.kernel.errors import Conflict, Invalid

KEY_FORM = re.compile(r"[A-Za-z0-9_\-:.]{8,80}")


KEYED = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A new one for each new request; repeated with the same request, it has one effect and one answer.",
    "schema": {"type": "string", "pattern": r"^[A-Za-z0-9_\-:.]{8,80}$"},
}


class BadIdempotencyKey(Invalid):
    """The header is missing where it must be, or has a form we do not take."""

    code = "bad_idempotency_key"
    message = "Send an Idempotency-Key header of 8 to 80 letters, digits or '-_:.', a new one for each new request."


class IdempotencyKeyReused(Conflict):
    """The key was used before for another request."""

    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for a different request. Send a new key."


_CLAIM = """
INSERT INTO http_idempotentanswer (scope, key, digest, content_type, created_at) VALUES (%s, %s, %s, '', %s)
ON CONFLICT (scope, key) DO NOTHING RETURNING id
"""
_FOUND = "SELECT digest, status, body, content_type FROM http_idempotentanswer WHERE scope = %s AND key = %s"
_ANSWER = "UPDATE http_idempotentanswer SET status = %s, body = %s, content_type = %s WHERE id = %s"


def key_of(request: HttpRequest, *, required: bool = True) -> str | None:
    """The request's key. Raises BadIdempotencyKey when missing (if ``required``) or of another form."""
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None and not required:
        return None
    if key is None or not KEY_FORM.fullmatch(key):
        raise BadIdempotencyKey(field="Idempotency-Key")
    return key


def digest_of(request: HttpRequest) -> str:
    parts = (request.method or "", request.get_full_path(), request.body.decode("utf-8", "replace"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def answer_once(request: HttpRequest, *, scope: str, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Run ``answer`` and keep its response under the request's key, in one transaction; a repeat gets the kept one.

    Two at the same time: the second waits for the first at the unique index. A response of 400 or above is not kept and
    its effects are rolled back, so the same key may try again. ``answer`` must not call the outside world.
    Raises BadIdempotencyKey, IdempotencyKeyReused.
    """
    key, digest = key_of(request), digest_of(request)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [scope, key, digest, clock.now()])
        claimed = cursor.fetchone()
        if claimed is None:
            cursor.execute(_FOUND, [scope, key])
            kept_digest, status, body, content_type = cursor.fetchone()
            if kept_digest != digest:
                raise IdempotencyKeyReused(field="Idempotency-Key")
            return HttpResponse(
                bytes(body), status=status, content_type=content_type, headers={"Idempotent-Replay": "true"}
            )
        response = answer()
        if response.status_code >= 400:
            transaction.set_rollback(True)
            return response
        cursor.execute(_ANSWER, [response.status_code, response.content, response.headers["Content-Type"], claimed[0]])
        return response


def answer_schema_once(
    request: HttpRequest, *, scope: str, status: int, answer: Callable[[], BaseModel | None]
) -> HttpResponse:
    """As ``answer_once`` for an endpoint's typed answer; None is an empty body."""

    def respond() -> HttpResponse:
        body = answer()
        text = body.model_dump_json() if body is not None else ""
        return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")

    return answer_once(request, scope=scope, answer=respond)


def idempotent(
    scope: Callable[[HttpRequest], str],
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a view that takes an Idempotency-Key; ``scope`` names whose keys these are."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return answer_once(request, scope=scope(request), answer=lambda: view(request, *args, **kwargs))

        return once

    return decorate
