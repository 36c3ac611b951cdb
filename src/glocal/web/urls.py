"""Every address of the web door."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.static import serve

from glocal.web.api import api
from glocal.web.storefront import crawlers


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers."""
    return HttpResponse("ok", content_type="text/plain")


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A published picture. Its name is made from its content, so a browser may keep it for ever."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


urlpatterns = [
    path("media/<path:path>", media),
    path("healthz", healthz),
    path("robots.txt", crawlers.robots),
    path("sitemap.xml", crawlers.sitemap_index),
    path("sitemap-<section>.xml", crawlers.sitemap, name="sitemap"),
    path("favicon.ico", crawlers.icon, {"name": "favicon.ico", "kind": "image/x-icon"}),
    path("favicon.svg", crawlers.icon, {"name": "mark.svg", "kind": "image/svg+xml"}),
    path("api/v1/", api.urls),
    path("hooks/payments/", include("glocal.transaction.payments.endpoints")),
    path("hooks/carriers/", include("glocal.supply.shipping.endpoints")),
    path("console", RedirectView.as_view(url="/console/")),
    path("console/", admin.site.urls),
    path("", include("glocal.web.storefront.urls")),
]

handler400 = "glocal.web.storefront.faults.bad_request"
handler403 = "glocal.web.storefront.faults.forbidden"
handler404 = "glocal.web.storefront.faults.not_found"
handler500 = "glocal.web.storefront.faults.server_error"
