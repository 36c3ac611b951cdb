"""The privacy notice and the cookies of a market, and what a visitor allows."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy
from glocal.transaction.invoices import facade as invoices
from glocal.web.storefront.pages import page
from glocal.web.storefront.requests import ShopRequest, person_of


@require_safe
def notice(request: ShopRequest) -> HttpResponse:
    """What is done with personal data here, and what one may ask for by the market's law."""
    law = privacy.law_of(request.market.code)
    uses = [
        (_(use.what_for), _(use.what), _(privacy.BASES[use.basis]) if law.names_bases else "", _(use.how_long))
        for use in privacy.USES
    ]
    asked = _("You said yes") if law.names_bases else ""
    uses += [(_(row.name), _(row.about), asked, _("Until you say no")) for row in privacy.in_use()]
    values = {
        "law": law,
        "country": markets.country_name(request.market.code, request.language),
        "seller": invoices.seller_in(request.market.code),
        "is_demo": invoices.is_demo(),
        "contact": settings.PRIVACY_CONTACT,
        "uses": uses,
        "rights": [_(privacy.RIGHTS[right]) for right in law.rights],
        "days": law.answer_days and markets.format_duration(law.answer_days * privacy.DAY, request.language),
        "written": markets.format_date(law.checked, request.language, request.market),
    }
    return page(request, "privacy", values, title=_("Privacy"))


@never_cache
@require_safe
def cookies(request: ShopRequest) -> HttpResponse:
    """All that is kept in the browser, from where it is defined, and the choice that there is."""
    rows = [
        (row.name, _(row.about), _(row.until) if row.seconds is None else _lasts(request, row.seconds))
        for row in privacy.cookies()
    ]
    values = {
        "rows": rows,
        "purposes": [(row, privacy.granted(request, row.code)) for row in privacy.in_use()],
        "is_refused": privacy.refuses_all(request),
        "is_on": privacy.law_of(request.market.code).mode is privacy.Mode.OPT_OUT,
        "is_kept": "kept" in request.GET,
    }
    return page(request, "cookies", values, title=_("Cookies"))


def _lasts(request: ShopRequest, seconds: int) -> str:
    return markets.format_duration(seconds, request.language, request.market)


@require_POST
def choose(request: ShopRequest) -> HttpResponse:
    """Take an answer: ``all``, ``none``, or the purposes that were ticked. A no is one tap, like a yes."""
    every = [row.code for row in privacy.in_use()]
    answer = request.POST.get("answer")
    ticked = request.POST.getlist("purpose") if answer == "some" else every if answer == "all" else []
    back = _back(request)
    response = HttpResponseRedirect(back or f"{request.prefix}/cookies?kept=1#choice")
    if every:
        said = privacy.decide(
            granted=[code for code in ticked if code in every],
            market=request.market.code,
            language=request.language,
            source="banner" if back else "page",
            cookie=request.COOKIES.get(privacy.CHOICE.name, ""),
            person_id=person_of(request),
        )
        privacy.CHOICE.keep(request, response, said)
        _forget_refused(request, response, ticked)
    return response


def _forget_refused(request: ShopRequest, response: HttpResponse, ticked: list[str]) -> None:
    """What a purpose kept goes with its yes."""
    for row in privacy.cookies():
        if row.purpose != privacy.NECESSARY and row.purpose not in ticked:
            row.drop(request, response)


def _back(request: ShopRequest) -> str:
    """The page of this shop that the banner stood on; empty for anything else."""
    path = request.POST.get("back", "")
    parts = urlsplit(path)
    inside = path.startswith(f"{request.prefix}/") and not parts.netloc and not parts.scheme and "\\" not in path
    return path if inside and path.isprintable() else ""
