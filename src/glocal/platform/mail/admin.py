"""The mail log in the console."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from glocal.platform.console.records import MarketFilter, Queue, Records, Step, moment
from glocal.platform.eventing.publishing import atomic
from glocal.platform.mail.jobs import message_of, send_again
from glocal.platform.mail.models import OutgoingMail

MOST = 1000


@admin.register(OutgoingMail)
class OutgoingMailAdmin(Records):
    heading = "Mail"
    permission = "people.view"
    list_display = ("queued", "state", "to", "template", "language", "market", "sent", "error")
    list_filter = ("state", MarketFilter, "queued_at")
    search_fields = ("to__exact",)
    search_help_text = "The whole e-mail address"
    ordering = ("-id",)
    facts = ("to", "template", "language", "market", "queued", "sent", "attempts", "error", "text")
    trail_type = "mail"
    steps: ClassVar[Mapping[str, Step]] = {
        "resend": Step("Send again", "people.view", hint="Goes out within seconds, with six tries as at first."),
    }
    list_steps: ClassVar[Mapping[str, Step]] = {
        "resend_all": Step("Send failed again", "people.view", hint="Every letter that was given up, up to 1,000."),
    }
    queues = (Queue("Mail not sent", {"state__exact": "failed"}, "Given up after six tries", urgent=True),)

    def offers(self, name: str, record: OutgoingMail) -> bool:
        return record.state == OutgoingMail.State.FAILED

    def take_resend(self, request: HttpRequest, mail: OutgoingMail, given: Mapping[str, Any]) -> str:
        return self._send_again(request, [mail])

    def take_resend_all(self, request: HttpRequest, mail: None, given: Mapping[str, Any]) -> str:
        return self._send_again(request, self.get_queryset(request).filter(state=OutgoingMail.State.FAILED)[:MOST])

    def _send_again(self, request: HttpRequest, letters: Iterable[OutgoingMail]) -> str:
        with atomic():
            chosen = {letter.pk: str(letter) for letter in letters}
            done = send_again(chosen)
            for pk, name in chosen.items():
                self.admin_site.note(request, "mail.send_again", "mail", pk, name)
        return f"Letters on their way again: {done}." if done else "None waits for that: somebody was faster."

    @admin.display(description="queued", ordering="queued_at")
    def queued(self, mail: OutgoingMail) -> str:
        return moment(mail.queued_at)

    @admin.display(description="sent")
    def sent(self, mail: OutgoingMail) -> str:
        return moment(mail.sent_at)

    @admin.display(description="text")
    def text(self, mail: OutgoingMail) -> str:
        try:
            message: Any = message_of(mail)
        except Exception as error:  # a template that cannot be filled is what the operator wants to see
            return f"{type(error).__name__}: {error}"
        return format_html("<pre>{}\n\n{}</pre>", message.subject, message.body)
