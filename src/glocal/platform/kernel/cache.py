"""Answers kept for a short time inside one process, for facts that change rarely and are read on every request.

Each process has its own, so a change made elsewhere is seen after at most the cache's seconds. Errors are never kept.
"""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakSet

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_all: "WeakSet[ProcessCache[object, object]]" = WeakSet()


class ProcessCache(Generic[K, V]):
    """At most ``size`` answers, each kept for ``seconds``; safe to share between threads.

    While one caller makes an answer anew, others get the old one for up to ``grace`` seconds more.
    """

    def __init__(self, *, seconds: float, size: int = 4096, grace: float = 0) -> None:
        self._seconds = seconds
        self._grace = grace
        self._renewing: set[K] = set()
        self._size = size
        self._kept: dict[K, tuple[float, V]] = {}
        _all.add(self)  # type: ignore[arg-type]

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The kept answer for ``key``, or the one ``make`` gives now."""
        now = time.monotonic()
        found = self._kept.get(key)
        if found is not None and found[0] > now:
            return found[1]
        if found is not None and key in self._renewing and found[0] + self._grace > now:
            return found[1]
        self._renewing.add(key)
        try:
            value = make()
        finally:
            self._renewing.discard(key)
        if len(self._kept) >= self._size:
            self._kept.clear()
        self._kept[key] = (now + self._seconds, value)
        return value

    def clear(self) -> None:
        """Forget everything, for example after a write in this process."""
        self._kept.clear()


def clear_all() -> None:
    """Forget what every cache of this process keeps; tests call it, since they roll their writes back."""
    for cache in list(_all):
        cache.clear()
