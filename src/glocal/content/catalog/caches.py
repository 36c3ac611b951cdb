"""What this process keeps of the catalogue for a short time."""

from collections.abc import Hashable
from typing import Any

from django.db import transaction

from glocal.platform.kernel.cache import ProcessCache

# Labels and trees change when an operator edits them; counts and "similar" rows need not be right to the second.
vocabulary: ProcessCache[str, Any] = ProcessCache(seconds=60, size=1)
trees: ProcessCache[Hashable, Any] = ProcessCache(seconds=60, size=256)
counts: ProcessCache[Hashable, Any] = ProcessCache(seconds=120, size=2048, grace=600)
finds: ProcessCache[Hashable, Any] = ProcessCache(seconds=30, size=512, grace=60)  # at most 8 MB of ids
facets: ProcessCache[Hashable, Any] = ProcessCache(seconds=30, size=2048)
similar: ProcessCache[Hashable, Any] = ProcessCache(seconds=15, size=4096)
pages: ProcessCache[Hashable, Any] = ProcessCache(seconds=10, size=4096)


def forget() -> None:
    """Forget all of it, now and once more when the open transaction commits."""
    _clear()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(_clear)


def _clear() -> None:
    for cache in (vocabulary, trees, counts, finds, facets, similar, pages):
        cache.clear()
