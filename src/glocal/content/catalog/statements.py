"""Writing values into statements where PostgreSQL must know them, or know how many there are, to plan well."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import sql

_SIZES = (1, 2, 4, 8, 16, 24, 32, 48, 64, 100)


def quoted(text: str) -> str:
    """``text`` as a literal inside a statement that also has parameters."""
    return sql.Literal(text).as_string().replace("%", "%%")


def padded(ids: Sequence[UUID]) -> list[UUID]:
    """The ids without repeats, the last one repeated up to one of a few lengths.

    An array as one parameter makes PostgreSQL plan anew each time (it guesses ten elements, and finds that knowing them
    is cheaper); one placeholder per element, in few lengths, gives plans that are kept.
    """
    different = list(dict.fromkeys(ids))
    size = next((size for size in _SIZES if size >= len(different)), len(different))
    return different + different[-1:] * (size - len(different))


def array_of(ids: Sequence[UUID]) -> tuple[str, dict[str, Any]]:
    """An array for a statement, padded, and the parameters it stands for."""
    parameters = {f"id{number}": key for number, key in enumerate(padded(ids))}
    return f"ARRAY[{', '.join(f'%({name})s' for name in parameters)}]::uuid[]", parameters
