"""How large a request may be: little, unless the view that takes it says otherwise."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest

MB = 1024 * 1024
View = TypeVar("View", bound=Callable[..., Any])


def takes(most: int) -> Callable[[View], View]:
    """The view takes requests of up to ``most`` bytes, files included."""

    def marked(view: View) -> View:
        view.most_bytes = most  # type: ignore[attr-defined]
        return view

    return marked


def most_bytes(request: HttpRequest, view: Callable[..., Any]) -> int:
    """What a request to this view may hold; the console's forms take a retailer's file from who works there."""
    most: int = getattr(view, "most_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if request.path.startswith("/console/") and request.user.is_staff:
        return max(most, settings.MOST_CONSOLE_UPLOAD)
    return most


def length_of(request: HttpRequest) -> int:
    """In bytes, as the request says; what goes beyond is not read."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else 0
