"""What the markets package needs from outside."""

from collections.abc import Iterator
from typing import Protocol

from glocal.platform.markets.types import NewRate


class FxFeed(Protocol):
    """A publisher of exchange rates."""

    def fetch(self, address: str) -> Iterator[NewRate]:
        """The figures published at an address. Raises FeedUnreadable when there is no usable answer."""
        ...
