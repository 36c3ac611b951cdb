"""What this process keeps of the catalogue for a short time."""

from collections.abc import Hashable
from typing import Any

from django.db import transaction

from glocal.platform.kernel.cache import ProcessCache

# Labels and trees change when an operator edits them; orders, counts and "similar" need not be right to the second.
vocabulary: ProcessCache[str, Any] = ProcessCache(seconds=60, size=1)
trees: ProcessCache[Hashable, Any] = ProcessCache(seconds=60, size=256)
finds: ProcessCache[Hashable, Any] = ProcessCache(seconds=30, size=512, grace=60)  # at most 8 MB of ids
shelves: ProcessCache[Hashable, Any] = ProcessCache(seconds=30, size=512, grace=60)  # at most 10 MB of ids
facets: ProcessCache[Hashable, Any] = ProcessCache(seconds=30, size=2048)
similar: ProcessCache[Hashable, Any] = ProcessCache(seconds=15, size=4096)
beside: ProcessCache[Hashable, Any] = ProcessCache(seconds=15, size=512)  # at most some 15 MB of cards


def forget() -> None:
    """Forget all of it, now and once more when the open transaction commits."""
    _clear()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(_clear)


def forget_cards() -> None:
    """What cards say has changed, and nothing else."""
    similar.clear()
    beside.clear()


def _clear() -> None:
    for cache in (vocabulary, trees, finds, shelves, facets, similar, beside):
        cache.clear()
