"""Reading a Parquet file piece by piece: rows as plain values, memory bounded by the piece and not by the file."""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow
import pyarrow.parquet

from glocal.transaction.imports.errors import ColumnsMissing, FileUnreadable

BATCH = 4000
BUFFER = 1 << 20  # bytes read ahead of each column; without it a whole row group is held

_UNREADABLE = float("nan")  # a value that Python cannot hold: a year beyond 9999, bytes that are no text
_FAULTS = (OSError, ValueError, OverflowError, pyarrow.ArrowException)

Batch = list[dict[str, Any]]


class Parquet:
    """One file, opened. Raises FileUnreadable or ColumnsMissing."""

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        self._name, self._columns = name, list(columns)
        try:
            # Opened by us: pyarrow would take an address of a bucket or a folder of files as well.
            self._file = pyarrow.parquet.ParquetFile(pyarrow.OSFile(name), buffer_size=BUFFER, pre_buffer=False)
        except _FAULTS as error:
            raise _unreadable(name, error) from error
        missing = [column for column in columns if column not in self._file.schema_arrow.names]
        if missing:
            raise ColumnsMissing(field="file", file=name, columns=", ".join(missing))
        self.rows: int = self._file.metadata.num_rows

    def batches(self) -> Iterator[Batch]:
        """The rows in the file's order, ``BATCH`` at a time. Raises FileUnreadable where the file is damaged."""
        pieces = self._file.iter_batches(batch_size=BATCH, columns=self._columns)
        while True:
            try:
                piece = next(pieces, None)
            except _FAULTS as error:
                raise _unreadable(self._name, error) from error
            if piece is None:
                return
            values = [_values(piece.column(column)) for column in self._columns]
            yield [dict(zip(self._columns, row, strict=True)) for row in zip(*values, strict=True)]


def _values(column: Any) -> list[Any]:
    if pyarrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)  # Python's moments have no more
    try:
        return list(column.to_pylist())
    except _FAULTS:
        return [_value(item) for item in column]


def _value(item: Any) -> Any:
    try:
        return item.as_py()
    except _FAULTS:
        return _UNREADABLE


def _unreadable(name: str, error: Exception) -> FileUnreadable:
    lines = str(error).splitlines() or [type(error).__name__]
    return FileUnreadable(field="file", file=name, why=lines[0][:200])
