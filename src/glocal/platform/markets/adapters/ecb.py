"""Reference rates of the European Central Bank (eurofxref daily, 90 days, and the whole history since 1999).

The feed gives how much of each currency one euro buys. It is read as a stream and refuses a document type, so
that neither entities nor size can be used against us.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

import urllib3

from glocal.platform.markets.errors import FeedUnreadable
from glocal.platform.markets.types import NewRate

SOURCE = "ECB"
_TIMEOUT = urllib3.Timeout(connect=5, read=20)
_RETRIES = urllib3.Retry(total=2, redirect=3, backoff_factor=0.5, status_forcelist=(502, 503, 504))
_MOST_BYTES = 32 * 2**20
_PIECE = 64 * 2**10


class EcbFeed:
    """Fills the port ``FxFeed``."""

    def fetch(self, address: str) -> Iterator[NewRate]:
        """The published figures, as they arrive. Raises FeedUnreadable."""
        try:
            with urllib3.PoolManager() as pool:
                answer = pool.request("GET", address, timeout=_TIMEOUT, retries=_RETRIES, preload_content=False)
                if answer.status != 200:
                    raise FeedUnreadable(retry_after=600, reason=f"status {answer.status}")
                yield from read(answer.stream(_PIECE))
        except (urllib3.exceptions.HTTPError, urllib3.exceptions.LocationValueError) as error:
            raise FeedUnreadable(retry_after=600, reason=type(error).__name__) from error


def read(pieces: Iterator[bytes]) -> Iterator[NewRate]:
    """The figures in an eurofxref document. Raises FeedUnreadable for anything else."""
    found: list[NewRate] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    day: date | None = None

    def element(name: str, attributes: dict[str, str]) -> None:
        nonlocal day
        if name.rpartition(":")[2] != "Cube":
            return
        if "time" in attributes:
            day = date.fromisoformat(attributes["time"])
        if "currency" in attributes and day is not None:
            found.append(NewRate("EUR", attributes["currency"], day, Decimal(attributes["rate"]), SOURCE))

    parser.StartElementHandler = element
    total, any_found = 0, False
    try:
        for piece in pieces:
            total += len(piece)
            if total > _MOST_BYTES:
                raise FeedUnreadable(retry_after=600, reason=f"more than {_MOST_BYTES // 2**20} MB")
            parser.Parse(piece)
            any_found = any_found or bool(found)
            yield from found
            found.clear()
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, KeyError, InvalidOperation) as error:
        raise FeedUnreadable(retry_after=600, reason=f"{type(error).__name__}: {error}") from error
    if not any_found:
        raise FeedUnreadable(retry_after=600, reason="no rates in it")


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a document type is not allowed")
