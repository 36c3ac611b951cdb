"""Every address of the web door."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("healthz", healthz)]
