"""Pages for what went wrong outside a view; they need neither the database nor a market."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

from glocal.platform.http.problems import problem_for_programs


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _fault(request, 404, _("There is nothing at this address."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _fault(request, 403, _("You are not allowed to do this."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _fault(request, 400, _("We could not read that request."))


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the right secret: sent from elsewhere, or from a page older than the sign-in."""
    return _fault(request, 403, _("This page was open for too long. Go back, reload it and try again."))


def server_error(request: HttpRequest) -> HttpResponse:
    return _fault(request, 500, _("Something broke on our side. We have noted it; please try again in a moment."))


def _fault(request: HttpRequest, status: int, title: str) -> HttpResponse:
    page = get_template("error.html").render({"status": status, "title": title}, request)
    return problem_for_programs(request, HttpResponse(page, status=status))
