"""What every shop template may use."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from glocal.web.storefront import scheme


def shop(request: HttpRequest) -> dict[str, Any]:
    return {
        "market": getattr(request, "market", None),
        "language": getattr(request, "language", "en"),
        "scheme_head": partial(scheme.head, request),
    }
