"""Where a list sorted by time goes on: by the last row's time and id, so that nothing is skipped or repeated."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from glocal.platform.kernel.errors import Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_BYTES = 8


class BadCursor(Invalid):
    """The cursor is not one that an earlier page gave."""

    code = "bad_cursor"
    message = "This cursor is not one of ours. Send the “next” of the page before, or none to begin anew."


@dataclass(frozen=True, slots=True)
class Position:
    """A row's place in a list that is sorted by time, then by id."""

    at: datetime
    id: UUID

    def cursor(self) -> str:
        """The position as opaque text, safe in an address."""
        micros = (self.at - _EPOCH) // timedelta(microseconds=1)
        packed = micros.to_bytes(_TIME_BYTES, signed=True) + self.id.bytes
        return base64.urlsafe_b64encode(packed).decode()

    @classmethod
    def read(cls, cursor: str, *, field: str = "before") -> Self:
        """The position that ``cursor()`` wrote down. Raises BadCursor."""
        try:
            packed = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
            micros = int.from_bytes(packed[:_TIME_BYTES], signed=True)
            return cls(_EPOCH + timedelta(microseconds=micros), UUID(bytes=packed[_TIME_BYTES:]))
        except (ValueError, OverflowError, binascii.Error) as error:
            raise BadCursor(field=field) from error
