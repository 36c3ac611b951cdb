"""The five kinds of failure a caller can act on; packages name their own below these.

An error carries a stable ``code`` (what programs read), ``details`` (what the text needs) and, where one
input is at fault, the ``field``; where several are, the first is raised and the others stand in ``also``. Details named
in ``told`` reach programs as members of their own. The text for people is made at the edge by translating ``message``
and filling ``details`` into it, those that are codes by their ``words``, so domain code knows no language and no HTTP.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class DomainError(Exception):
    """Base of every failure that is part of a package's contract."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = "Something went wrong. Please try again."
    told: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[Mapping[str, Mapping[str, str]]] = {}

    def __init__(self, *, field: str | None = None, **details: Any) -> None:
        self.field = field
        self.details = details
        self.also: tuple[DomainError, ...] = ()
        super().__init__(self.code)

    def __str__(self) -> str:
        named = ", ".join(f"{key}={value}" for key, value in self.details.items())
        return f"{self.code}({named})" if named else self.code


class NotFound(DomainError):
    """The thing is not there, or not there for this caller (the two look the same)."""

    code = "not_found"
    message = "We could not find that."


class Gone(NotFound):
    """It was there for this caller, and ended; for who is entitled there may be a way to it anew."""

    code = "gone"
    message = "This has ended."


class Conflict(DomainError):
    """The thing is in a state that refuses this change."""

    code = "conflict"
    message = "That has changed in the meantime. Reload and try again."


class Forbidden(DomainError):
    """The caller is known and may not do this."""

    code = "forbidden"
    message = "You are not allowed to do this."


class Invalid(DomainError):
    """An input is wrong; ``field`` names it."""

    code = "invalid"
    message = "Please check what you entered."


class Unavailable(DomainError):
    """Something outside did not answer; the same call may succeed after ``retry_after`` seconds."""

    code = "unavailable"
    message = "This is not available right now. Please try again in a moment."

    def __init__(self, *, retry_after: int = 2, field: str | None = None, **details: Any) -> None:
        self.retry_after = retry_after
        super().__init__(field=field, **details)
