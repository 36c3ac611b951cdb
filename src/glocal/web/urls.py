"""Every address of the web door."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz),
    path("hooks/payments/", include("glocal.transaction.payments.endpoints")),
    path("hooks/carriers/", include("glocal.supply.shipping.endpoints")),
    path("", include("glocal.web.storefront.urls")),
]

handler400 = "glocal.web.storefront.faults.bad_request"
handler403 = "glocal.web.storefront.faults.forbidden"
handler404 = "glocal.web.storefront.faults.not_found"
handler500 = "glocal.web.storefront.faults.server_error"
