"""How somebody signs in, and where they are signed in: everything about it on one page."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from glocal.platform.accounts import facade as accounts
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.web.storefront.fields import Field, code_field, email_field, marked, names, password_field
from glocal.web.storefront.pages import page
from glocal.web.storefront.people import to_sign_in
from glocal.web.storefront.requests import ShopRequest, person_of
from glocal.web.storefront.signing import FORM, allowed

SECRET = "app_secret"  # noqa: S105
DONE = {
    "email": gettext_noop("Your e-mail address is confirmed."),
    "phone": gettext_noop("Your phone number is confirmed."),
    "removed": gettext_noop("It is removed."),
    "password": gettext_noop("Your new password holds. Other devices have to sign in again."),
    "passkey": gettext_noop("Your passkey is kept. Next time, one touch signs you in."),
    "linked": gettext_noop("They are linked. You can sign in either way."),
    "ended": gettext_noop("It is signed out."),
    "named": gettext_noop("The name is changed."),
}
Act = Callable[[ShopRequest, UUID], HttpResponse | str]


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(FORM)
def security(request: ShopRequest) -> HttpResponse:
    """The page, and every change on it; ``act`` says which."""
    person_id = person_of(request)
    if person_id is None:
        return to_sign_in(request, "/account/security")
    error: DomainError | None = None
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in ACTS:
            return HttpResponse(status=400)
        try:
            if act not in FREE:
                accounts.check_proved(request)
            if act in FACTORS and (asked := _ask_factor(request, person_id)):
                return asked
            answer = ACTS[act](request, person_id)
        except accounts.SignInTooOld:
            return _once_more(request)
        except DomainError as refused:
            error = refused
        else:
            return answer if isinstance(answer, HttpResponse) else _done(request, answer)
    elif "taken" in request.GET:
        error = accounts.LoginTaken(provider=_("other"))
    return _page(request, person_id, error)


def _once_more(request: ShopRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{request.prefix}/sign-in?again=1&next={request.prefix}/account/security")


def _done(request: ShopRequest, what: str) -> HttpResponse:
    default = f"{request.prefix}/account/security?done={what}"
    wanted = request.POST.get("next", "")
    return HttpResponseRedirect(allowed(request, wanted) if wanted else default)


def _page(request: ShopRequest, person_id: UUID, error: DomainError | None) -> HttpResponse:
    person = accounts.person(person_id)
    act = request.POST.get("act", "")
    email, phone = email_field(request.POST), _phone_field(request.POST.get("phone", ""))
    password = password_field(new=True)
    shown = {"email": [email], "phone": [phone], "password": [password]}
    shown = {name: marked(fields, error) if act == name else fields for name, fields in shown.items()}
    linked = accounts.linked_to(person_id)
    held = {one.provider for one in linked}
    values: dict[str, Any] = {
        "person": person,
        "fields": shown,
        "open": act,
        "error": "" if error is None or names(shown.get(act, []), error) else text_of(error),
        "message": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE else "",
        "passkeys": [
            {
                "id": one.id,
                "name": one.name,
                "since": _date(request, one.created_at),
                "used": _date(request, one.last_used_at) if one.last_used_at else "",
            }
            for one in accounts.passkeys_of(person_id)
        ],
        "has_app": accounts.has_second_factor(person_id),
        "codes_left": accounts.recovery_codes_left(person_id),
        "linked": linked,
        "linkable": [one for one in accounts.login_providers() if one.id not in held],
        "devices": [
            {
                "id": one.id,
                "name": one.name or _("A browser"),
                "place": one.place,
                "at": markets.format_moment(one.last_seen_at, request.language, request.market),
                "is_this": one.is_this,
            }
            for one in accounts.devices_of(person_id, request.session.session_key)
        ],
    }
    status = status_of(error) if error and request.method == "POST" else 200
    return page(request, "security", values, title=_("Signing in"), status=status)


def _date(request: ShopRequest, moment: Any) -> str:
    return markets.format_date(moment, request.language, request.market)


def _phone_field(value: str) -> Field:
    hint = _("We send it a code. Afterwards you can sign in by it.")
    return Field("phone", _("Phone number"), value[:40], autocomplete="tel", max_length=40, hint=hint)


def _email(request: ShopRequest, person_id: UUID) -> HttpResponse:
    code_id = accounts.request_email(
        person_id=person_id, email=request.POST.get("email", ""), place=accounts.place_of(request)
    )
    return HttpResponseRedirect(f"{request.prefix}/account/email/{code_id}")


def _phone(request: ShopRequest, person_id: UUID) -> HttpResponse:
    try:
        code_id = accounts.request_phone(
            person_id=person_id,
            phone=request.POST.get("phone", ""),
            market=request.market.code,
            place=accounts.place_of(request),
        )
    except accounts.PhoneMalformed as error:
        raise accounts.PhoneMalformed(field="phone") from error
    return HttpResponseRedirect(f"{request.prefix}/account/phone/{code_id}")


def _forget_phone(request: ShopRequest, person_id: UUID) -> str:
    accounts.remove_phone(person_id=person_id)
    return "removed"


def _password(request: ShopRequest, person_id: UUID) -> str:
    accounts.change_password(person_id=person_id, password=request.POST.get("password", ""))
    accounts.keep_session(request)
    return "password"


def _add_passkey(request: ShopRequest, person_id: UUID) -> str:
    name = accounts.device_name(request.headers.get("User-Agent", ""))
    accounts.add_passkey(request, person_id=person_id, credential=request.POST.get("credential", ""), name=name)
    return "passkey"


def _rename_passkey(request: ShopRequest, person_id: UUID) -> str:
    name = request.POST.get("name", "")
    accounts.rename_passkey(person_id=person_id, passkey_id=_number(request), name=name)
    return "named"


def _remove_passkey(request: ShopRequest, person_id: UUID) -> str:
    accounts.remove_passkey(person_id=person_id, passkey_id=_number(request))
    return "removed"


def _remove_app(request: ShopRequest, person_id: UUID) -> str:
    accounts.remove_second_factor(person_id=person_id)
    return "removed"


def _recovery(request: ShopRequest, person_id: UUID) -> HttpResponse | str:
    if not accounts.has_second_factor(person_id):
        return "removed"
    return _show_codes(request, accounts.recovery_codes(person_id=person_id))


def _unlink(request: ShopRequest, person_id: UUID) -> str:
    accounts.unlink(person_id=person_id, linked_id=_number(request))
    return "removed"


def _end_device(request: ShopRequest, person_id: UUID) -> str:
    device = request.POST.get("id", "")
    try:
        device_id = UUID(device) if device else None
    except ValueError:
        return "ended"
    accounts.sign_out_device(person_id=person_id, device_id=device_id, but_session=request.session.session_key)
    return "ended"


def _number(request: ShopRequest) -> int:
    """The ``id`` that was sent; 0, which nothing has, when it is none."""
    text = request.POST.get("id", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


ACTS: dict[str, Act] = {
    "email": _email,
    "phone": _phone,
    "forget_phone": _forget_phone,
    "password": _password,
    "add_passkey": _add_passkey,
    "rename_passkey": _rename_passkey,
    "remove_passkey": _remove_passkey,
    "remove_app": _remove_app,
    "recovery": _recovery,
    "unlink": _unlink,
    "end_device": _end_device,
}
FREE = {"rename_passkey", "end_device"}
"""What a session of any age may do."""
FACTORS = {"add_passkey", "remove_passkey", "remove_app", "recovery"}
"""What asks for the second factor once more, of who has one: else an open session would be enough to replace it."""


def _ask_factor(request: ShopRequest, person_id: UUID) -> HttpResponse | None:
    """None when no second factor is to be shown, or it was in these ten minutes; else a page that asks for its code.

    The page keeps what was sent and sends it again with the code.
    """
    if accounts.is_strong(request, seconds=accounts.STEP_UP_SECONDS) or not accounts.has_second_factor(person_id):
        return None
    error = None
    if "factor_code" in request.POST:
        try:
            accounts.confirm_second_factor(request, code=request.POST["factor_code"][:20])
            return None
        except DomainError as refused:
            error = refused
    field = Field("factor_code", _("Code of your app"), autocomplete="one-time-code", max_length=20)
    left_out = {"csrfmiddlewaretoken", "factor_code"}
    values = {
        "fields": [field],
        "kept": [(name, value) for name, value in request.POST.items() if name not in left_out],
        "error": text_of(error) if error else "",
        "action": request.path,
        "lead": _("Type the code that your authenticator app shows, or one of your recovery codes."),
        "button": _("Go on"),
        "other": {"href": f"{request.prefix}/account/security", "label": _("Back")},
    }
    return page(request, "sign", values, title=_("One more step"), status=status_of(error) if error else 200)


@never_cache
@require_http_methods(FORM)
def confirm_email(request: ShopRequest, code_id: UUID) -> HttpResponse:
    """Type the code that was mailed."""
    lead = _("We have sent you a message. Type the code in it here; it works for ten minutes.")
    return _confirm(
        request,
        "email",
        lead,
        lambda person_id, code: accounts.confirm_email(person_id=person_id, code_id=code_id, code=code),
    )


@never_cache
@require_http_methods(FORM)
def confirm_phone(request: ShopRequest, code_id: UUID) -> HttpResponse:
    """Type the code that was texted."""
    lead = _("We have sent you a text message. Type the code in it here; it works for ten minutes.")
    return _confirm(
        request,
        "phone",
        lead,
        lambda person_id, code: accounts.confirm_phone(person_id=person_id, code_id=code_id, code=code),
    )


def _confirm(request: ShopRequest, what: str, lead: str, confirm: Callable[[UUID, str], object]) -> HttpResponse:
    person_id = person_of(request)
    if person_id is None:
        return to_sign_in(request, request.get_full_path().removeprefix(request.prefix))
    error = None
    if request.method == "POST":
        try:
            confirm(person_id, request.POST.get("code", ""))
            return HttpResponseRedirect(f"{request.prefix}/account/security?done={what}")
        except DomainError as refused:
            error = refused
    fields = marked([code_field(request.GET)], error)
    values = {
        "fields": fields,
        "error": "" if error is None or names(fields, error) else text_of(error),
        "action": request.path,
        "lead": lead,
        "button": _("Confirm"),
        "other": {"href": f"{request.prefix}/account/security", "label": _("Back")},
    }
    return page(request, "sign", values, title=_("Type the code"), status=status_of(error) if error else 200)


@never_cache
@require_http_methods(FORM)
def app(request: ShopRequest) -> HttpResponse:
    """Set up an authenticator app: scan, type its first code, keep the recovery codes."""
    person_id = person_of(request)
    if person_id is None:
        return to_sign_in(request, "/account/app")
    error = None
    try:
        accounts.check_proved(request)
        if asked := _ask_factor(request, person_id):
            return asked
        if "code" in request.POST:
            secret = request.session.get(SECRET, "")
            codes = accounts.enrol(person_id=person_id, secret=secret, code=request.POST.get("code", ""))
            request.session.pop(SECRET)
            return _show_codes(request, codes)
    except accounts.SignInTooOld:
        return _once_more(request)
    except DomainError as refused:
        error = refused
    secret = request.session.setdefault(SECRET, accounts.new_secret())
    link = accounts.setup_link(accounts.person(person_id), secret)
    fields = marked([code_field({}, label=_("Code that the app shows"))], error)
    values = {
        "link": link,
        "picture": mark_safe(accounts.setup_picture(link)),  # noqa: S308 - drawn by us
        "secret": " ".join(re.findall("....", secret)),
        "fields": fields,
        "error": "" if error is None or names(fields, error) else text_of(error),
    }
    return page(request, "app", values, title=_("Authenticator app"), status=status_of(error) if error else 200)


def _show_codes(request: ShopRequest, codes: tuple[str, ...]) -> HttpResponse:
    values = {"codes": [f"{code[:4]} {code[4:]}" for code in codes]}
    return page(request, "recovery", values, title=_("Your recovery codes"))
