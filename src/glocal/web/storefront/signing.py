"""Signing in and up: by password, by code, by passkey, by an account elsewhere."""

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from glocal.platform.accounts import facade as accounts
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.web.storefront import logins
from glocal.web.storefront.bags import remember
from glocal.web.storefront.fields import Field, code_field, email_field, marked, names, password_field
from glocal.web.storefront.pages import page
from glocal.web.storefront.requests import ShopRequest, person_of

FORM = ["GET", "HEAD", "POST"]
_BEGUN = "sign_up_begun"
"""Where a session keeps which sign-up its browser began."""


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(FORM)
def sign_in(request: ShopRequest) -> HttpResponse:
    """Sign in; what was in the bag comes along."""
    fields = [email_field(request.POST, autocomplete="username webauthn"), password_field(new=False)]
    if request.method != "POST":
        return _sign_in_page(request, fields)
    try:
        person = accounts.sign_in(
            request, email=request.POST.get("email", ""), password=request.POST.get("password", "")
        )
    except accounts.SecondFactorNeeded:
        return second_step(request, _next(request))
    except DomainError as error:
        return _sign_in_page(request, fields, error)
    return welcome(request, person.id, _next(request))


def _sign_in_page(request: ShopRequest, fields: list[Field], error: DomainError | None = None) -> HttpResponse:
    lead = ""
    if request.session.get(logins.WAITING) and "link" in request.GET:
        lead = _("You have an account by this e-mail address. Sign in to it once, and both are linked.")
    elif "again" in request.GET:
        lead = _("Please sign in once more before you change how you sign in.")
    values = {
        "passkeys": True,
        "forgot": True,
        "providers": accounts.login_providers(),
        "other": {"href": f"{request.prefix}/sign-up?{_kept_next(request)}", "label": _("I am new here")},
    }
    return _form(request, fields, title=_("Sign in"), button=_("Sign in"), lead=lead, error=error, **values)


@never_cache
@require_POST
def passkey_options(request: ShopRequest) -> HttpResponse:
    """What the browser needs to use or make a passkey, as JSON."""
    does, person_id = request.POST.get("does"), person_of(request)
    if does == "add" and person_id is not None:
        options = accounts.registration_options(request, person_id=person_id, name="")
    elif does == "new" and person_id is None:
        options = accounts.registration_options(request, person_id=None, name=request.POST.get("who", "")[:60])
    else:
        options = accounts.sign_in_options(request)
    return JsonResponse(options)


@never_cache
@require_POST
def by_passkey(request: ShopRequest) -> HttpResponse:
    """Sign in by the passkey that the browser found."""
    try:
        person = accounts.sign_in_by_passkey(request, credential=request.POST.get("credential", ""))
    except DomainError as error:
        return _sign_in_page(request, [email_field({}), password_field(new=False)], error)
    return welcome(request, person.id, _next(request))


@never_cache
@require_POST
def keep_by_passkey(request: ShopRequest, number: str) -> HttpResponse:
    """After a guest's purchase: an account that a new passkey opens, with the order in it.

    The order's address is not taken for the account's until its owner types the code that is mailed.
    """
    token = request.POST.get("t", "")
    order = orders.order_for(number=number.upper(), person_id=None, token=token)
    there = f"{request.prefix}/orders/{order.number}?{urlencode({'t': token})}"
    if person_of(request) is not None or order.person_id is not None:
        return HttpResponseRedirect(there)
    try:
        person = accounts.sign_up_by_passkey(
            request,
            credential=request.POST.get("credential", ""),
            key_name=accounts.device_name(request.headers.get("User-Agent", "")),
            name=order.address.get("name", "")[:120],
            language=request.language,
            market=request.market.code,
        )
    except DomainError:
        return HttpResponseRedirect(f"{there}&passkey=refused")
    accounts.open_new_session(request, person_id=person.id, strong=True)
    orders.claim(number=order.number, token=token, person_id=person.id)
    with suppress(accounts.TooManyCodes):  # they can ask for another on the account's page
        accounts.request_email(person_id=person.id, email=order.email, place=accounts.place_of(request))
    return welcome(request, person.id, f"{there}&kept=1")


def second_step(request: ShopRequest, wanted: str) -> HttpResponse:
    """To the page that asks for the second factor."""
    return HttpResponseRedirect(f"{request.prefix}/sign-in/second?{urlencode({'next': wanted})}")


@never_cache
@require_http_methods(FORM)
def second(request: ShopRequest) -> HttpResponse:
    """The code of an authenticator app, or a recovery code, after the first step."""
    if accounts.waiting_for_second_factor(request) is None:
        return HttpResponseRedirect(f"{request.prefix}/sign-in")
    error = None
    if request.method == "POST":
        try:
            person = accounts.finish_sign_in(request, code=request.POST.get("code", ""))
            return welcome(request, person.id, _next(request))
        except DomainError as refused:
            error = refused
    return _form(
        request,
        [code_field({}, label=_("Code of your app"))],
        title=_("One more step"),
        lead=_("Type the code that your authenticator app shows, or one of your recovery codes."),
        button=_("Sign in"),
        error=error,
    )


@never_cache
@require_http_methods(FORM)
def ask_code(request: ShopRequest) -> HttpResponse:
    """Have a code sent to an e-mail address or phone; the same page follows whether or not it has an account."""
    to = Field("to", _("E-mail address or phone number"), request.POST.get("to", "")[:254], autocomplete="username")
    error = None
    if request.method == "POST":
        try:
            code_id = accounts.request_sign_in_code(
                to=request.POST.get("to", ""), market=request.market.code, place=accounts.place_of(request)
            )
            return HttpResponseRedirect(f"{request.prefix}/sign-in/code/{code_id}?{_kept_next(request)}")
        except accounts.EmailMalformed as refused:
            error = accounts.EmailMalformed(**{**refused.details, "field": "to"})
        except DomainError as refused:
            error = refused  # type: ignore[assignment]
    return _form(
        request,
        [to],
        title=_("Sign in with a code"),
        lead=_("We send you a code of six digits. No password needed."),
        button=_("Send me a code"),
        error=error,
        other={"href": f"{request.prefix}/sign-in?{_kept_next(request)}", "label": _("Sign in with a password")},
    )


@never_cache
@require_http_methods(FORM)
def by_code(request: ShopRequest, code_id: UUID) -> HttpResponse:
    """Sign in by the code that was sent."""
    error = None
    if request.method == "POST":
        try:
            person = accounts.sign_in_by_code(request, code_id=code_id, code=request.POST.get("code", ""))
            return welcome(request, person.id, _next(request))
        except accounts.SecondFactorNeeded:
            return second_step(request, _next(request))
        except DomainError as refused:
            error = refused
    lead = _("If there is an account, a code is on its way. It works for ten minutes.")
    again = {"href": f"{request.prefix}/sign-in/code?{_kept_next(request)}", "label": _("Send another code")}
    return _form(
        request,
        [code_field(request.GET)],
        title=_("Type the code"),
        lead=lead,
        button=_("Sign in"),
        error=error,
        other=again,
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(FORM)
def sign_up(request: ShopRequest) -> HttpResponse:
    """Ask for an account; a code that is mailed opens it. The same page follows when the address has one already."""
    typed = request.POST if request.method == "POST" else _known_of_guest(request)
    name = Field("name", _("Name"), typed.get("name", "")[:120], autocomplete="name", max_length=120)
    fields, error = [name, email_field(typed), password_field(new=True)], None
    if request.method == "POST":
        try:
            code_id = accounts.begin_sign_up(
                email=typed.get("email", ""),
                password=typed.get("password", ""),
                name=typed.get("name", ""),
                language=request.language,
                market=request.market.code,
                place=accounts.place_of(request),
            )
            request.session[_BEGUN] = str(code_id)
            return HttpResponseRedirect(f"{request.prefix}/sign-up/code/{code_id}?{_kept_next(request)}")
        except DomainError as refused:
            error = refused
    return _form(
        request,
        fields,
        title=_("Open an account"),
        lead=_("Your orders and addresses in one place, and buying in two taps."),
        button=_("Open an account"),
        error=error,
        providers=accounts.login_providers(),
        other={"href": f"{request.prefix}/sign-in?{_kept_next(request)}", "label": _("I have an account")},
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(FORM)
def finish_sign_up(request: ShopRequest, code_id: UUID) -> HttpResponse:
    """The code that was mailed opens the account and signs in; in another browser with a password chosen there."""
    error, elsewhere = None, request.session.get(_BEGUN) != str(code_id)
    if request.method == "POST":
        password = request.POST.get("password", "") if elsewhere else None
        try:
            person = accounts.finish_sign_up(code_id=code_id, code=request.POST.get("code", ""), password=password)
            accounts.open_new_session(request, person_id=person.id)
            return welcome(request, person.id, _next(request))
        except DomainError as refused:
            error = refused
    return _form(
        request,
        [code_field(request.GET), *([password_field(new=True)] if elsewhere else [])],
        title=_("Look into your mail"),
        lead=_("We have sent you a message. Type the code in it here; it works for ten minutes."),
        button=_("Open my account"),
        error=error,
        other={"href": f"{request.prefix}/sign-up?{_kept_next(request)}", "label": _("Start again")},
    )


@never_cache
@require_http_methods(FORM)
def forgot(request: ShopRequest) -> HttpResponse:
    """Have a link to choose a new password mailed; the same answer whether or not there is an account."""
    error = None
    if request.method == "POST":
        try:
            accounts.request_new_password(
                email=request.POST.get("email", ""), page="/password/", place=accounts.place_of(request)
            )
        except DomainError as refused:
            error = refused
        else:
            lead = _("If there is an account, a link is on its way. It works for {hours} hours.").format(
                hours=settings.PASSWORD_RESET_TIMEOUT // 3600
            )
            return _form(request, [], title=_("Look into your mail"), lead=lead, button="")
    return _form(
        request,
        [email_field(request.POST)],
        title=_("Choose a new password"),
        lead=_("We mail you a link."),
        button=_("Send me a link"),
        error=error,
        other={"href": f"{request.prefix}/sign-in", "label": _("Sign in")},
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(FORM)
def choose_password(request: ShopRequest, token: str) -> HttpResponse:
    """Where the mailed link leads: a new password, and signed in with it."""
    error = None
    if request.method == "POST":
        try:
            person = accounts.choose_new_password(token=token, password=request.POST.get("password", ""))
            accounts.sign_in(request, email=person.email or "", password=request.POST.get("password", ""))
            return welcome(request, person.id, _next(request))
        except accounts.SecondFactorNeeded:
            return second_step(request, _next(request))
        except DomainError as refused:
            error = refused
    return _form(
        request,
        [password_field(new=True)],
        title=_("Choose a new password"),
        button=_("Keep it and sign in"),
        error=error,
        other={"href": f"{request.prefix}/password", "label": _("Send me a new link")},
    )


@require_POST
def sign_out(request: ShopRequest) -> HttpResponse:
    accounts.sign_out(request)
    return remember(request, HttpResponseRedirect(f"{request.prefix}/"), 0)


def welcome(request: ShopRequest, person_id: UUID, wanted: str) -> HttpResponse:
    """After a sign-in: the bag comes along, a login that waited is linked, the browser is known again."""
    logins.link_waiting(request, person_id)
    checkout.merge(visitor_id=request.visitor_id, person_id=person_id)
    count = checkout.cart_count(checkout.Buyer(request.visitor_id, person_id))
    response = remember(request, HttpResponseRedirect(allowed(request, wanted)), count)
    accounts.keep_device(request, response)
    return response


def allowed(request: HttpRequest, wanted: str) -> str:
    """An address of this shop, else the account's page."""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return f"{request.prefix}/account"  # type: ignore[attr-defined]


def _next(request: ShopRequest) -> str:
    return allowed(request, request.POST.get("next") or request.GET.get("next") or "")


def _kept_next(request: ShopRequest) -> str:
    return urlencode({"next": _next(request)})


def _known_of_guest(request: ShopRequest) -> dict[str, str]:
    """Name and e-mail of the guest's order that the sign-up leads back to; its link is what entitles to see them."""
    wanted = urlsplit(_next(request))
    token = parse_qs(wanted.query).get("t", [""])[-1]
    number = wanted.path.rpartition("/")[2]
    if not token or wanted.path != f"{request.prefix}/orders/{number}":
        return {}
    try:
        order = orders.order_for(number=number, person_id=None, token=token)
    except DomainError:
        return {}
    return {"email": order.email, "name": order.address.get("name", "")}


def _form(
    request: ShopRequest,
    fields: list[Field],
    *,
    title: str,
    button: str,
    lead: str = "",
    error: DomainError | None = None,
    **more: Any,
) -> HttpResponse:
    values = {
        "fields": marked(fields, error),
        "error": "" if error is None or names(fields, error) else text_of(error),
        "action": request.path,
        "next": _next(request),
        "button": button,
        "lead": lead,
        **more,
    }
    return page(request, "sign", values, title=title, status=status_of(error) if error else 200)
