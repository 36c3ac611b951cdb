"""The mail log in the console, and the letters there are: how each looks, and one to oneself."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin

from glocal.platform.console.records import MarketFilter, Queue, Records, Step, moment, operator_of
from glocal.platform.eventing.publishing import atomic
from glocal.platform.mail import facade as mail
from glocal.platform.mail.jobs import send_again
from glocal.platform.mail.jobs import shown as shown_text
from glocal.platform.mail.models import LetterKind, OutgoingMail
from glocal.platform.mail.purposes import CHOSEN
from glocal.platform.mail.registry import Letter, letter_named, letters
from glocal.platform.mail.rendering import Rendered, render
from glocal.platform.markets import facade as markets

MOST = 1000
_NOBODY = UUID(int=0)
_GONE = "Its codes and links are kept no longer: it cannot be sent again, a new one has to be asked for."
# The letter's own style is inline, and it asks nobody for anything but our mark.
_FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' http: https:; frame-ancestors 'self'"


def stuck(mail: OutgoingMail) -> bool:
    return mail.state in OutgoingMail.STUCK


def is_gone(mail: OutgoingMail) -> bool:
    return letter_named(mail.template).lacks_secrets(mail.context)


@admin.register(OutgoingMail)
class OutgoingMailAdmin(Records):
    heading = "Mail"
    permission = "people.view"
    list_display = ("queued", "state", "to", "letter", "purpose", "language", "market", "sent", "error")
    list_filter = ("state", MarketFilter, "purpose", "template", "language", "queued_at")
    search_fields = ("to__exact",)
    search_help_text = "The whole e-mail address"
    ordering = ("-id",)
    facts = ("to", "letter", "purpose", "language", "market", "queued", "sent", "attempts", "next_try", "error", "text")
    trail_type = "mail"
    steps: ClassVar[Mapping[str, Step]] = {
        "resend": Step("Send again", "people.view", hint="Goes out within seconds, with six tries as at first."),
    }
    list_steps: ClassVar[Mapping[str, Step]] = {
        "resend_all": Step("Send failed again", "people.view", hint="Every letter that was given up, up to 1,000."),
    }
    queues = (
        Queue("Mail not sent", {"state__exact": "failed"}, "Given up after six tries", urgent=True),
        Queue("Mail refused", {"state__exact": "refused"}, "The recipient's server never will; is the address right?"),
        Queue("Mail bounced", {"state__exact": "bounced"}, "Taken, then reported as undeliverable"),
    )

    def offers(self, name: str, record: OutgoingMail) -> bool:
        return stuck(record) and not is_gone(record)

    def take_resend(self, request: HttpRequest, mail: OutgoingMail, given: Mapping[str, Any]) -> str:
        return self._send_again(request, [mail])

    def take_resend_all(self, request: HttpRequest, mail: None, given: Mapping[str, Any]) -> str:
        return self._send_again(request, self.get_queryset(request).filter(state=OutgoingMail.State.FAILED)[:MOST])

    def _send_again(self, request: HttpRequest, letters: Iterable[OutgoingMail]) -> str:
        with atomic():
            letters = list(letters)
            chosen = {letter.pk: letter.template for letter in letters if not is_gone(letter)}
            gone, done = len(letters) - len(chosen), send_again(chosen)
            for pk, name in chosen.items():
                self.admin_site.note(request, "mail.send_again", "mail", pk, name)
        if letters and not chosen:
            return _GONE
        left = f" Left alone, their codes and links being kept no longer: {gone}." if gone else ""
        return f"Letters on their way again: {done}.{left}" if done else "None waits for that: somebody was faster."

    @admin.display(description="queued", ordering="queued_at")
    def queued(self, mail: OutgoingMail) -> str:
        return moment(mail.queued_at)

    @admin.display(description="sent")
    def sent(self, mail: OutgoingMail) -> str:
        return moment(mail.sent_at)

    @admin.display(description="next try")
    def next_try(self, mail: OutgoingMail) -> str:
        return moment(mail.next_try_at if mail.state == OutgoingMail.State.QUEUED else None)

    @admin.display(description="letter")
    def letter(self, mail: OutgoingMail) -> str:
        return letter_named(mail.template).title

    @admin.display(description="text")
    def text(self, mail: OutgoingMail) -> str:
        try:
            subject, text = shown_text(mail)
        except Exception as error:  # a template that cannot be filled is what the operator wants to see
            return f"{type(error).__name__}: {error}"
        note = f"{_GONE}\n\n" if stuck(mail) and is_gone(mail) else ""
        return format_html("{}<pre>{}\n\n{}</pre>", note, subject, text)


@admin.register(LetterKind)
class LetterKindAdmin(Records):
    """Not rows of a table but what the packages registered: its lists read nothing."""

    heading = "Letters"
    permission = "people.view"
    reach = "reference"

    def get_urls(self) -> list[URLPattern]:
        frame = self.admin_site.admin_view(xframe_options_sameorigin(self.frame))
        return [path("<slug:object_id>/frame/", frame, name="mail_letterkind_frame"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": self.heading,
            "letters": [
                {"letter": letter, "chosen": letter.purpose in CHOSEN, "address": self.address_of(letter.name)}
                for letter in letters()
            ],
        }
        return TemplateResponse(request, "console/letters.html", context)

    def find(self, request: HttpRequest, object_id: str) -> Letter:
        known = {letter.name: letter for letter in letters()}
        if not self.has_view_permission(request) or object_id not in known:
            raise Http404
        return known[object_id]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        letter = self.find(request, object_id)
        if request.method == "POST":
            return self._test_send(request, letter)
        places = self._places(request)
        place = self._place(request)
        done = self._render(letter, place)
        query = f"?place={place}"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "heading": self.heading,
            "title": letter.title,
            "letter": letter,
            "done": done,
            "place": place,
            "places": places,
            "frame": reverse("admin:mail_letterkind_frame", args=[letter.name]) + query,
            "to": getattr(request.user, "email", ""),
        }
        return TemplateResponse(request, "console/letter.html", context)

    def frame(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Only the letter's HTML, for a frame that may run and load nothing."""
        response = HttpResponse(self._render(self.find(request, object_id), self._place(request)).html)
        response.headers["Content-Security-Policy"] = _FRAME_POLICY
        return response

    def _places(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Locale and name of each language of the operator's markets."""
        allowed = operator_of(request).markets(self.permission)
        return [
            (markets.prefix_of(language, market.code)[1:], f"{market.name}, {language}")
            for market in markets.all_markets()
            if market.code in allowed
            for language in market.languages
        ]

    def _place(self, request: HttpRequest) -> str:
        known = [place for place, _name in self._places(request)]
        wanted = request.POST.get("place") or request.GET.get("place") or known[0]
        if wanted not in known:
            raise Http404
        return wanted

    def _render(self, letter: Letter, place: str) -> Rendered:
        language, market = _parts(place)
        context = letter.sample(language, market)
        return render(letter, mail_id=_NOBODY, language=language, market=market, context=context)

    def _test_send(self, request: HttpRequest, letter: Letter) -> HttpResponse:
        place = self._place(request)
        language, market = _parts(place)
        address = getattr(request.user, "email", "")
        context = dict(letter.sample(language, market))
        with atomic():
            mail.queue([mail.Message(address, letter.name, language, market, context)])
            self.admin_site.note(request, "mail.test_send", "letter", letter.name, place)
        messages.success(request, f"On its way to {address}.")
        return HttpResponseRedirect(f"{self.address_of(letter.name)}?place={place}")


def _parts(place: str) -> tuple[str, str]:
    """Language and market of a locale as it stands in addresses (``zh-Hans-SG``)."""
    language, _dash, market = place.rpartition("-")
    return language.lower(), market
