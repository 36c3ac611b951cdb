"""An operator's second factor: set up at the first sign-in, asked for at every other, and invitations to become one."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from glocal.platform.accounts import facade as accounts
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError

_SECRET = "app_secret"  # noqa: S105
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " + (
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class OfSession:
    """The second factor of the session that a request belongs to."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def is_fresh(self) -> bool:
        return accounts.is_strong(self.request, seconds=accounts.STEP_UP_SECONDS)

    def confirm(self, code: str) -> str | None:
        try:
            accounts.confirm_second_factor(self.request, code=code)
        except DomainError as error:
            return text_of(error)
        return None


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Of your authenticator app, or a recovery code.",
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "one-time-code", "dir": "ltr"}),
    )


class JoinForm(forms.Form):
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


def operator_id(request: HttpRequest) -> UUID:
    """Who is signed in; ``page`` has seen to it that somebody is."""
    return UUID(str(request.user.pk))


def to_page(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor, then go on."""
    return HttpResponseRedirect(f"{reverse('admin:second-factor')}?{urlencode({'next': request.get_full_path()})}")


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Ask for a code, or set the app up when there is none yet."""
    if not (request.user.is_authenticated and request.user.is_active and request.user.is_staff):
        return HttpResponseRedirect(reverse("admin:login"))
    with translation.override("en"):
        return _set_up(request) if not accounts.has_second_factor(operator_id(request)) else _ask(request)


def _ask(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fault = OfSession(request).confirm(form.cleaned_data["code"])
        if fault is None:
            return HttpResponseRedirect(_next(request))
        form.add_error("code", fault)
    return _shown(request, {"form": form, "title": "One more step", "button": "Go on"}, bad=bool(form.errors))


def _set_up(request: HttpRequest) -> HttpResponse:
    person_id = operator_id(request)
    secret = request.session.setdefault(_SECRET, accounts.new_secret())
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = "That the app shows now."
    if request.method == "POST" and form.is_valid():
        try:
            codes = accounts.enrol(person_id=person_id, secret=secret, code=form.cleaned_data["code"])
        except DomainError as error:
            form.add_error("code", text_of(error))
        else:
            accounts.mark_strong(request)
            request.session.pop(_SECRET)
            kept = {
                "codes": [f"{one[:4]} {one[4:]}" for one in codes],
                "title": "Your recovery codes",
                "next": _next(request),
            }
            return _shown(request, kept)
    link = accounts.setup_link(accounts.person(person_id), secret)
    context = {
        "form": form,
        "title": "Set up your second factor",
        "button": "Switch it on",
        "picture": mark_safe(accounts.setup_picture(link)),  # noqa: S308 - drawn by us
        "secret": " ".join(re.findall("....", secret)),
        "link": link,
    }
    return _shown(request, context, bad=bool(form.errors))


@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mailed invitation leads: take the role up, with a name and password if the address has no account."""
    with translation.override("en"):
        try:
            found = accounts.invitation(token)
        except accounts.InvitationExpired as error:
            return _shown(request, {"title": "Invitation", "fault": text_of(error)}, status=status_of(error))
        form = forms.Form(request.POST or None) if found.has_account else JoinForm(request.POST or None)
        context = {"form": form, "title": f"Welcome to {found.team}", "button": "Take it up", "invited": found}
        if request.method == "POST" and form.is_valid():
            try:
                accounts.accept_invitation(token=token, **form.cleaned_data)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, text_of(error))
            else:
                return HttpResponseRedirect(reverse("admin:login"))
        return _shown(request, context, bad=bool(form.errors))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("admin:index")


def _shown(
    request: HttpRequest, context: Mapping[str, object], *, bad: bool = False, status: int | None = None
) -> HttpResponse:
    shown = {"next": _next(request), **context}
    answer = status or (422 if bad else 200)
    response = TemplateResponse(request, "console/second_factor.html", shown, status=answer)
    response.render()
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    return response
