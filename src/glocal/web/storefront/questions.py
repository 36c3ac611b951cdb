"""Questions to the shop about a product: what others asked, asking, and the page of one's own question."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from glocal.content.catalog import facade as catalog
from glocal.content.questions import facade as questions
from glocal.platform.accounts import facade as accounts
from glocal.platform.http import rates
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.web.storefront.bags import whole
from glocal.web.storefront.fields import email_field, marked
from glocal.web.storefront.pages import fragment, page
from glocal.web.storefront.people import to_sign_in
from glocal.web.storefront.requests import ShopRequest, person_of

A_MINUTE = 6
MOST_PAGES = 100
STATES = {
    "unconfirmed": gettext_noop("Confirm that it is from you, and we answer."),
    "waiting": gettext_noop("We have your question. We write to you when it is answered, mostly within a day."),
    "answered": gettext_noop("Here is our answer."),
    "declined": gettext_noop("We do not answer this question."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_product(request: ShopRequest, slug: str) -> HttpResponse:
    """What was asked about a product, and the form to ask; to htmx the part within the product's page."""
    product = catalog.product_page(market=request.market.code, language=request.language, slug=slug)
    error = None
    if request.method == "POST":
        try:
            view = _ask(request, product)
        except DomainError as refusal:
            error = refusal
        else:
            return _asked(request, product, view)
    return _page(request, product, error=error)


def _ask(request: ShopRequest, product: catalog.ProductPage) -> questions.QuestionView:
    place, person_id = rates.address_of(request), person_of(request)
    key = request.POST.get("key", "")[:80] or str(uuid4())
    if not rates.allow(A_MINUTE, "question", place):
        raise questions.TooManyQuestions(retry_after=rates.seconds_left())
    request.keep_visitor = True
    name = request.POST.get("name", "")
    if person_id is not None:
        name = accounts.person(person_id).name if request.POST.get("named") else ""
    return questions.ask(
        asker=questions.Asker(place, person_id, request.POST.get("email", ""), name),
        product_id=product.id,
        market=request.market.code,
        reads=request.language,
        text=request.POST.get("text", "")[:5000],
        key=f"{person_id or request.visitor_id}:{key}",
    )


def _asked(request: ShopRequest, product: catalog.ProductPage, view: questions.QuestionView) -> HttpResponse:
    """Thanks. A guest gets no link here: only the letter has it."""
    told = "mail" if view.status == "unconfirmed" else "kept"
    if request.htmx:
        return _page(request, product, told=told)
    return HttpResponseRedirect(f"{request.prefix}/p/{product.slug}/questions?asked={told}")


def _page(
    request: ShopRequest, product: catalog.ProductPage, *, error: DomainError | None = None, told: str = ""
) -> HttpResponse:
    number = min(max(whole(request.GET.get("page", "1")), 1), MOST_PAGES)
    found = questions.shown(product_id=product.id, market=request.market.code, language=request.language, page=number)
    here = f"{request.prefix}/p/{product.slug}/questions"
    guest = person_of(request) is None
    typed: Mapping[str, str] = request.POST if error else {}
    values = {
        "product": product,
        "here": here,
        "questions": [_shown(request, one) for one in found.items],
        "older": f"{here}?page={number + 1}" if found.more else "",
        "newer": f"{here}?page={number - 1}" if number > 1 else "",
        "told": told or request.GET.get("asked", ""),
        "guest": guest,
        "fields": marked([replace(email_field(typed), hint=_("We write to you there and show it to nobody."))], error)
        if guest
        else [],
        "text": typed.get("text", "")[:5000],
        "name": typed.get("name", "")[:120],
        "named": "named" in typed,
        "key": typed.get("key", "")[:80] or uuid4(),
        "most": questions.MOST,
        "fault": text_of(error) if error and error.field == "text" else "",
        "error": text_of(error) if error and error.field not in {"text", "email"} else "",
        "open": error is not None,
    }
    if request.htmx:
        return fragment(request, "questions_body", values)
    title = _("Questions about {product}").format(product=product.title)
    return page(request, "questions", values, title=title, status=status_of(error) if error else 200)


def _shown(request: ShopRequest, one: questions.Shown) -> dict[str, Any]:
    return {
        "text": one.text,
        "lang": _tag(one.language),
        "who": pgettext("initial of a name", "{letter}.").format(letter=one.initial) if one.initial else _("A shopper"),
        "asked": _day(request, one.asked_at),
        "answer": one.answer,
        "answer_lang": _tag(one.answer_language),
        "answered": _day(request, one.answered_at),
        "spoken": "" if one.language == request.language else dict(settings.LANGUAGES).get(one.language, ""),
    }


def _day(request: ShopRequest, moment: datetime) -> str:
    """With its year: questions stay."""
    return markets.format_date(moment, request.language, request.market)


def _tag(language: str) -> str:
    """As HTML names it: ``zh-Hans``."""
    return markets.prefix_of(language, "")[1:-1]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: ShopRequest, token: str) -> HttpResponse:
    """One's own question, by the link of a letter or notice. Opening it changes nothing: scanners open every link."""
    if request.method == "POST":
        if request.POST.get("act") == "take_back":
            questions.take_back(token)
            return HttpResponseRedirect(f"{request.prefix}/questions/taken-back")
        questions.confirm(token)
        return HttpResponseRedirect(f"{request.prefix}/questions/{token}")
    one = _own(request, questions.question_of(token))
    return page(request, "question", {"one": one, **one}, title=_("Your question"))


@never_cache
@require_safe
def taken_back(request: ShopRequest) -> HttpResponse:
    return page(request, "question", {"gone": True}, title=_("Your question"))


@never_cache
@require_safe
def mine(request: ShopRequest) -> HttpResponse:
    """What whoever is signed in has asked, the newest first."""
    person_id = person_of(request)
    if person_id is None:
        return to_sign_in(request, "/account/questions")
    asked = questions.questions_of(person_id)
    named = catalog.names_of([one.product_id for one in asked]) if asked else {}
    rows = [_own(request, one, named) for one in asked]
    return page(request, "questions_mine", {"questions": rows}, title=_("Your questions"))


def _own(
    request: ShopRequest, view: questions.QuestionView, named: dict[Any, catalog.ProductName] | None = None
) -> dict[str, Any]:
    known = catalog.names_of([view.product_id]) if named is None else named
    product = known.get(view.product_id)
    return {
        "question": view,
        "lang": _tag(view.language),
        "answer_lang": _tag(view.answer_language),
        "what": markets.pick(product.title, request.language) if product else "",
        "what_href": f"{request.prefix}/p/{product.slug}" if product else "",
        "href": f"{request.prefix}/questions/{view.token}",
        "at": _day(request, view.asked_at),
        "closed": _day(request, view.closed_at) if view.closed_at else "",
        "said": _(STATES[view.status]),
        "reason": _(questions.REASONS[view.reason]) if view.reason else "",
    }
