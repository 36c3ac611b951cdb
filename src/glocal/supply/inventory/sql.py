"""Running a statement by hand."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def rows(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def run(statement: str, values: Sequence[Any]) -> None:
    """Run one statement that returns no rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
