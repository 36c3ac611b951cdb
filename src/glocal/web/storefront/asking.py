"""What has to be asked about privacy before anything optional is done; with no purpose in use, nothing."""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from glocal.platform.privacy import facade as privacy
from glocal.web.storefront.requests import ShopRequest


def banner(request: ShopRequest) -> str:
    """What must be asked of this browser before anything optional; empty nearly always."""
    if request.path_info == "/cookies" or not privacy.must_ask(request):  # there the same is asked anyway
        return ""
    values = {
        "prefix": request.prefix,
        "purposes": [(_(row.name), _(row.about)) for row in privacy.in_use()],
        "back": request.get_full_path() if request.method == "GET" else f"{request.prefix}/",
    }
    return render_to_string("storefront/privacy_banner.html", values, request)
