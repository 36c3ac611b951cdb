"""Who calls the API: nobody in particular, a visitor with an id of its own, or the holder of a token with scopes."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Forbidden, Invalid, NotFound


class Token(Protocol):
    """What an endpoint needs to know of a caller's token."""

    @property
    def id(self) -> UUID: ...

    @property
    def business_unit(self) -> str: ...

    @property
    def person_id(self) -> UUID | None: ...

    @property
    def scopes(self) -> frozenset[str]: ...

    @property
    def markets(self) -> frozenset[str]: ...


VISITED = {
    "name": "X-Visitor-Id",
    "in": "header",
    "required": True,
    "description": "A random UUID that stays the same for one shopper; who knows it sees the cart, so keep it secret.",
    "schema": {"type": "string", "format": "uuid"},
}


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


def keys_of(token: Token) -> str:
    """The scope of the idempotency keys that this token's holder chooses."""
    return f"token:{token.id}"


class MarketOutOfReach(NotFound):
    """A market the token does not cover, or that does not exist: the two look the same."""

    code = "unknown_market"
    message = gettext_noop("There is no market “{market}”. Choose one of {known}.")


def require_markets(token: Token, wanted: Sequence[str], field: str) -> None:
    """Raises MarketOutOfReach for the first of ``wanted`` that the token does not cover."""
    for market in wanted:
        if market not in token.markets:
            raise MarketOutOfReach(field=field, market=market, known=", ".join(sorted(token.markets)))


def visitor_of(request: HttpRequest) -> UUID:
    """The caller's visitor id. Raises VisitorNeeded."""
    try:
        return UUID(request.META.get("HTTP_X_VISITOR_ID", ""))
    except ValueError:
        raise VisitorNeeded(field="X-Visitor-Id") from None
