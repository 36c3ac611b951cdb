"""The mail log in the console."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html

from glocal.platform.http.console import MarketFilter, Queue, Records, moment
from glocal.platform.mail.jobs import message_of
from glocal.platform.mail.models import OutgoingMail


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
    queues = (Queue("Mail not sent", {"state__exact": "failed"}, "Given up after six tries", urgent=True),)

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
