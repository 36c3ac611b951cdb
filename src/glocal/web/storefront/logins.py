"""Signing in by an account elsewhere: allauth speaks with the provider, and what follows is ours.

The addresses stand outside the market prefix, because a provider is told one return address for all markets.
"""

from collections.abc import Iterable
from dataclasses import asdict
from functools import wraps
from typing import Any, NoReturn

from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.apple import urls as apple
from allauth.socialaccount.providers.facebook import urls as facebook
from allauth.socialaccount.providers.google import urls as google
from allauth.socialaccount.providers.line import urls as line
from allauth.socialaccount.providers.openid_connect import urls as openid_connect
from allauth.socialaccount.providers.tiktok import urls as tiktok
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from requests import RequestException

from glocal.platform.accounts import facade as accounts
from glocal.platform.kernel.errors import DomainError
from glocal.web.storefront.pages import page
from glocal.web.storefront.requests import ShopRequest, person_of

WAITING = "login_to_link"
"""Session key of a login that whoever holds its address links by signing in once."""


class Logins(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Providers from the settings alone, and our own decision about who is let in."""

    def list_apps(self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None) -> Any:
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        vouched = accounts.vouched_by(sociallogin)
        wanted = sociallogin.state.get("next") or ""
        if sociallogin.state.get("process") == "connect":
            raise ImmediateHttpResponse(_link(request, vouched))  # type: ignore[arg-type]
        raise ImmediateHttpResponse(let_in(request, vouched, wanted))  # type: ignore[arg-type]

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> NoReturn:
        raise ImmediateHttpResponse(_failed(request, provider.name, cancelled=error == "cancelled"))  # type: ignore[arg-type]


def let_in(request: ShopRequest, vouched: accounts.Vouched, wanted: str) -> HttpResponse:
    """Sign in whoever this login is linked to; else open an account, or ask its holder to sign in once."""
    from glocal.web.storefront.signing import second_step, welcome

    person = accounts.person_linked(vouched)
    if person is None:
        if accounts.is_closed(vouched):
            return _failed(request, vouched.provider)
        if accounts.holder_of(vouched) is not None:
            request.session[WAITING] = asdict(vouched)
            return HttpResponseRedirect(f"{request.prefix}/sign-in?link=1")
        person = accounts.sign_up_linked(vouched, language=request.language, market=request.market.code)
    try:
        info = accounts.sign_in_linked(request, person)
    except accounts.SecondFactorNeeded:
        return second_step(request, wanted)
    return welcome(request, info.id, wanted)


def link_waiting(request: ShopRequest, person_id: Any) -> None:
    """Link the login that waits in the session, if it is this person's address; it is forgotten either way."""
    kept = request.session.pop(WAITING, None)
    if not kept:
        return
    vouched = accounts.Vouched(**kept)
    if accounts.holder_of(vouched) == person_id:
        accounts.link(person_id=person_id, vouched=vouched)


def _link(request: ShopRequest, vouched: accounts.Vouched) -> HttpResponse:
    person_id = person_of(request)
    if person_id is None:
        return HttpResponseRedirect(f"{request.prefix}/sign-in")
    try:
        accounts.link(person_id=person_id, vouched=vouched)
    except DomainError:
        return HttpResponseRedirect(f"{request.prefix}/account/security?taken=1")
    return HttpResponseRedirect(f"{request.prefix}/account/security?done=linked")


def _failed(request: ShopRequest, name: str, *, cancelled: bool = False) -> HttpResponse:
    if cancelled:
        title, lead = _("You are not signed in"), _("You came back without signing in. Nothing was changed.")
    else:
        title = _("Signing in with {provider} did not work").format(provider=name)
        lead = _("The answer was not what we expected, or none came. Nothing was changed; your bag is as it was.")
    values = {"lead": lead}
    return page(request, "login_failed", values, title=title, status=200 if cancelled else 502)


def _wrapped(view: Any, *, starts: bool) -> Any:
    @wraps(view)
    def call(request: ShopRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if starts and request.method != "POST":  # a link elsewhere must not begin a sign-in here
            return HttpResponseRedirect(f"{request.prefix}/sign-in")
        if starts and request.POST.get("process") == "connect":
            try:
                accounts.check_proved(request)
            except accounts.SignInTooOld:
                back = f"{request.prefix}/account/security"
                return HttpResponseRedirect(f"{request.prefix}/sign-in?again=1&next={back}")
        with context.request_context(request):
            try:
                answer: HttpResponse = view(request, *args, **kwargs)
            except SocialApp.DoesNotExist as error:
                raise Http404 from error
            except RequestException:
                return _failed(request, _("The other side"))
            except ImmediateHttpResponse as error:
                refused: HttpResponse = error.response
                return refused
        if starts and answer.status_code == 302:
            # A page between: our policy lets forms lead nowhere else, and a redirect is part of the form.
            values = {"address": answer.headers["Location"]}
            return page(request, "login_away", values, title=_("One moment"))
        return answer

    return call


def in_context(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Allauth's patterns, each view with the request context that its middleware would set for all pages."""
    found = list(patterns)
    for pattern in found:
        if isinstance(pattern, URLResolver):
            in_context(pattern.url_patterns)
        else:
            pattern.callback = _wrapped(pattern.callback, starts=(pattern.name or "").endswith("_login"))
    return found


urlpatterns = in_context(
    [
        *google.urlpatterns,
        *apple.urlpatterns,
        *(pattern for pattern in facebook.urlpatterns if getattr(pattern, "name", "") != "facebook_login_by_token"),
        *tiktok.urlpatterns,
        *line.urlpatterns,
        *openid_connect.urlpatterns,
    ]
)
