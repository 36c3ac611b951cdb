"""Who calls the API: nobody in particular, a visitor with an id of its own, or the holder of a token with scopes."""

from typing import Protocol
from uuid import UUID

from django.http import HttpRequest

from glocal.platform.kernel.errors import Forbidden, Invalid


class Token(Protocol):
    """What an endpoint needs to know of a caller's token."""

    @property
    def person_id(self) -> UUID | None: ...

    @property
    def scopes(self) -> frozenset[str]: ...

    @property
    def markets(self) -> frozenset[str]: ...


class TokenNeeded(Forbidden):
    """No token, one that is not valid any more, or one without the scope: the three look the same."""

    code = "token_needed"
    message = "This needs a token with the scope {scope}, sent as “Authorization: Bearer …”."


class VisitorNeeded(Invalid):
    code = "visitor_needed"
    message = (
        "Send an X-Visitor-Id header: a UUID that stays the same for one shopper, and is kept secret like a cookie."
    )


def token_of(request: HttpRequest) -> Token | None:
    found: Token | None = getattr(request, "token", None)
    return found


def require_scope(request: HttpRequest, scope: str) -> Token:
    """The caller's token, which allows ``scope``. Raises TokenNeeded."""
    token = token_of(request)
    if token is None or scope not in token.scopes:
        raise TokenNeeded(scope=scope)
    return token


def visitor_of(request: HttpRequest) -> UUID:
    """The caller's visitor id. Raises VisitorNeeded."""
    try:
        return UUID(request.headers.get("X-Visitor-Id", ""))
    except ValueError:
        raise VisitorNeeded(field="X-Visitor-Id") from None
