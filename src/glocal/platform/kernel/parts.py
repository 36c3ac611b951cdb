"""One statement made of parts that several packages write, for the few hottest paths.

A round trip to the database costs a purchase more than the work of most of its statements. Each package keeps writing
its own tables: it gives a Part, and the package that knows the whole puts them together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Part:
    """Common table expressions of one package (without WITH, names beginning with the package's), and their values."""

    sql: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Reading(Generic[Found]):
    """A Part that reads: the names of its columns in the answer, and what makes its package's objects of their rows."""

    part: Part
    columns: tuple[str, ...]
    made_of: Callable[[Sequence[tuple[Any, ...]]], Found]


def tidy(sql: str) -> str:
    """On one line without indentation: the driver keeps its reading of statements below 4,096 characters."""
    return " ".join(sql.split())


def together(*parts: Part, answer: str) -> tuple[str, list[Any]]:
    """The whole statement, which ends in the query ``answer``, and its values."""
    sql = f"WITH {', '.join(part.sql for part in parts)} {answer}"
    return sql, [value for part in parts for value in part.values]
