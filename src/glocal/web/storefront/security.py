"""What a shop page may load and run: our own files, the import map by its hash, the payment provider's frame."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse

from glocal.transaction.payments import facade as payments
from glocal.web.storefront.shell import import_map_hash


def policy() -> str:
    """The Content-Security-Policy of shop pages. Picture colours are style attributes, so those alone may be inline."""
    return _policy(payments.hosted_fields(origin="", language="en").origin)


@cache
def _policy(provider: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' '{import_map_hash()}'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"frame-src {provider}",
            f"form-action 'self' {provider}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class ContentSecurity:
    """Sets the policy on pages under a market's prefix; console and API have their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path != request.path_info and response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", policy())
        return response
