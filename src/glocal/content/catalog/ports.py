"""What the catalogue's interface for programs needs from a package above it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from django.utils.module_loading import import_string

from glocal.content.catalog.types import Found
from glocal.settings import wiring


class Finder(Protocol):
    """Finds what people mean by what they type."""

    def __call__(
        self,
        *,
        market: str,
        language: str,
        text: str,
        category: str | None = None,
        facets: Mapping[str, Sequence[str]] | None = None,
        sort: str = "popular",
        page: int = 1,
        size: int = 24,
    ) -> Found: ...


@cache
def finder() -> Finder:
    """The one that ``settings.wiring`` names."""
    found: Finder = import_string(wiring.adapter("content.catalog.finder"))()
    return found
