"""What every shop template may use."""

from typing import Any

from django.http import HttpRequest


def shop(request: HttpRequest) -> dict[str, Any]:
    return {"market": getattr(request, "market", None), "language": getattr(request, "language", "en")}
