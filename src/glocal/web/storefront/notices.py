"""What we tell people: notices of who is signed in, and the letters an address wants."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from glocal.platform.accounts import facade as accounts
from glocal.platform.mail import facade as mail
from glocal.web.storefront.pages import day_text, page
from glocal.web.storefront.requests import ShopRequest, person_of


@never_cache
@require_safe
def notices(request: ShopRequest) -> HttpResponse:
    """What happened, newest first. Looking at the list marks nothing as read: that is done by opening or by hand."""
    person_id = person_of(request)
    if person_id is None:
        return _to_sign_in(request, "account/notices")
    told = mail.notices_of(person_id)
    values = {
        "notices": [
            {"id": one.id, "text": one.text, "at": day_text(request, one.told_at), "is_new": not one.is_read}
            for one in told
        ],
        "any_new": any(not one.is_read for one in told),
    }
    return page(request, "notices", values, title=_("Notices"))


@require_POST
def read_notice(request: ShopRequest) -> HttpResponse:
    """Open a notice, which reads it; without an id all are marked as read."""
    person_id = person_of(request)
    if person_id is None:
        return _to_sign_in(request, "account/notices")
    try:
        notice_id = UUID(request.POST["id"]) if request.POST.get("id") else None
    except ValueError:
        return HttpResponseRedirect(f"{request.prefix}/account/notices")
    leads_to = mail.mark_read(person_id=person_id, notice_id=notice_id)
    return HttpResponseRedirect(request.prefix + (leads_to or "/account/notices"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_letters(request: ShopRequest) -> HttpResponse:
    """What whoever is signed in gets by e-mail."""
    person_id = person_of(request)
    if person_id is None:
        return _to_sign_in(request, "account/letters")
    address = accounts.person(person_id).email
    if not address:
        raise mail.NoAddress
    return _letters(request, address, f"{request.prefix}/account/letters", "page")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: ShopRequest, token: str) -> HttpResponse:
    """The same for whoever holds a letter, by the link in its foot."""
    return _letters(request, mail.address_of(token), f"{request.prefix}/letters/{token}", "link")


def _letters(request: ShopRequest, address: str, action: str, source: str) -> HttpResponse:
    if request.method == "POST":
        mail.choose(address=address, wanted=request.POST.getlist("purpose"), source=source)
        return HttpResponseRedirect(f"{action}?kept=1")
    wanted = mail.chosen_by(address)
    values = {
        "address": address,
        "action": action,
        "purposes": [
            {"code": code, "name": _(name), "about": _(about), "wanted": code in wanted}
            for code, (name, about) in mail.CHOSEN.items()
        ],
        "message": _("Your choice is kept.") if request.GET.get("kept") else "",
    }
    return page(request, "letters", values, title=_("What we write to you about"))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_letters(request: ShopRequest, token: str, purpose: str) -> HttpResponse:
    """End one purpose for the address of a letter, in one click.

    Mail programs post here without cookies (RFC 8058); the link is the proof. Opening it changes nothing, since
    scanners open every link.
    """
    address = mail.address_of(token)
    name = mail.CHOSEN.get(purpose)
    if name is None:
        raise mail.UnknownLetterLink
    if request.method == "POST":
        mail.stop(address=address, purpose=purpose, source="one-click")
    values = {
        "name": _(name[0]),
        "is_done": request.method == "POST",
        "action": f"{request.prefix}/letters/{token}/stop/{purpose}",
        "all": f"{request.prefix}/letters/{token}",
    }
    return page(request, "letters_stop", values, title=_("What we write to you about"))


def _to_sign_in(request: ShopRequest, page_wanted: str) -> HttpResponse:
    return HttpResponseRedirect(f"{request.prefix}/sign-in?next={request.prefix}/{page_wanted}")
