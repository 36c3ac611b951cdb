"""Deliveries in the console: events that a handler could not take. Here because eventing stands below."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from glocal.platform.console.records import Queue, Records, Step, moment
from glocal.platform.eventing import operating
from glocal.platform.eventing.models import Delivery
from glocal.platform.eventing.publishing import atomic


@admin.register(Delivery)
class DeliveryAdmin(Records):
    permission = "system.edit"
    reach = "business"
    trail_type = "delivery"
    intro = "Events that a handler could not take. One that fails is tried again with growing waits; others go on."
    list_display = ("event_name", "state", "handler", "key", "attempts", "next_try", "last_error")
    numeric = ("attempts",)
    list_filter = ("state",)
    ordering = ("-id",)
    list_select_related = ("event",)
    facts = ("state", "event_name", "handler", "key", "happened", "attempts", "next_try", "error_text", "payload")
    queues = (
        Queue("Deliveries stopped", {"state__exact": "stopped"}, "Tried too often; decide", urgent=True),
        Queue("Deliveries failing", {"state__exact": "failed"}, "Tried again by themselves"),
    )
    steps: ClassVar[Mapping[str, Step]] = {
        "retry": Step("Try again now", "system.edit"),
        "skip": Step(
            "Skip for good",
            "system.edit",
            danger=True,
            hint="The handler never sees this event. This cannot be undone.",
        ),
    }

    def offers(self, name: str, record: Delivery) -> bool:
        return record.state in operating.HEADS

    @admin.display(description="event")
    def event_name(self, delivery: Delivery) -> str:
        return delivery.event.name

    @admin.display(description="happened")
    def happened(self, delivery: Delivery) -> str:
        return moment(delivery.event.occurred_at)

    @admin.display(description="next try", ordering="next_try_at")
    def next_try(self, delivery: Delivery) -> str:
        return moment(delivery.next_try_at) if delivery.state == Delivery.State.FAILED else ""

    @admin.display(description="error")
    def last_error(self, delivery: Delivery) -> str:
        return delivery.error.splitlines()[0][:120] if delivery.error else ""

    @admin.display(description="error")
    def error_text(self, delivery: Delivery) -> str:
        return format_html("<pre>{}</pre>", delivery.error) if delivery.error else ""

    @admin.display(description="event as stored")
    def payload(self, delivery: Delivery) -> str:
        return format_html("<pre>{}</pre>", json.dumps(delivery.event.payload, indent=2, ensure_ascii=False))

    def take_retry(self, request: HttpRequest, delivery: Delivery, given: Mapping[str, Any]) -> str:
        return self._decide(request, delivery, operating.retry_now, "It is tried again within seconds.")

    def take_skip(self, request: HttpRequest, delivery: Delivery, given: Mapping[str, Any]) -> str:
        return self._decide(request, delivery, operating.skip, "Skipped. What waited behind it goes on.")

    def _decide(self, request: HttpRequest, delivery: Delivery, act: Any, said: str) -> str:
        with atomic():
            done = act(delivery.pk)
            if done:
                self.admin_site.note(request, f"eventing.{act.__name__}", "delivery", delivery.pk, str(delivery))
        return said if done else "Somebody or the relay was faster: it is not open any more."
