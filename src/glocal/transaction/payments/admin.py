"""Payments, refunds and raw webhooks in the console."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from glocal.platform.audit import facade as audit
from glocal.platform.console.records import (
    Operator,
    Queue,
    Records,
    Step,
    ids_in_scope,
    moment,
    money,
    operator_of,
    record_url,
)
from glocal.platform.eventing import transactional
from glocal.platform.kernel.money import Money
from glocal.transaction.payments import services, webhooks
from glocal.transaction.payments.models import Payment, ProviderWebhook, Refund


class OfOrders(Records):
    """Rows that belong to orders: they are in the reach of whoever reaches the order."""

    permission = "payments.view"
    order_field: ClassVar[str] = "order_id"

    def within(self, rows: QuerySet[Any], operator: Operator) -> QuerySet[Any]:
        return rows.filter(**{f"{self.order_field}__in": ids_in_scope("order", operator.markets(self.permission))})

    def may(self, request: HttpRequest, permission: str, record: Any) -> bool:
        # An operator may reach a payment in one market and hold the permission in another only.
        codes = operator_of(request).markets(permission)
        order_id = record.order_id if isinstance(record, Payment) else record.payment.order_id
        return bool(codes) and ids_in_scope("order", codes).filter(pk=order_id).exists()


@admin.register(Payment)
class PaymentAdmin(OfOrders):
    trail_type = "payment"
    record_template = "console/payment.html"
    list_display = ("begun", "state", "amount", "method", "means", "refunded", "provider", "reference")
    numeric = ("amount", "refunded")
    list_filter = ("state", "method", "created_at")
    search_fields = ("reference__exact",)
    search_help_text = "Provider's reference"
    ordering = ("-id",)
    facts = (
        "amount",
        "captured",
        "refunded",
        "method",
        "means",
        "provider",
        "reference",
        "decline_code",
        "begun",
        "changed",
    )
    queues = (Queue("Payments under way", {"state__exact": "pending"}, "The provider has not said yet"),)
    steps: ClassVar[Mapping[str, Step]] = {
        "ask": Step("Ask the provider now", "payments.edit", hint="Writes down what the provider says of this payment.")
    }

    def get_list_filter(self, request: HttpRequest) -> Any:
        return ("state", "created_at")

    @admin.display(description="begun", ordering="created_at")
    def begun(self, payment: Payment) -> str:
        return moment(payment.created_at)

    @admin.display(description="amount", ordering="amount_minor")
    def amount(self, payment: Payment) -> str:
        return money(payment.amount)

    @admin.display(description="captured")
    def captured(self, payment: Payment) -> str:
        return money(Money(payment.captured_minor, payment.currency))

    @admin.display(description="refunded")
    def refunded(self, payment: Payment) -> str:
        return money(Money(payment.refunded_minor, payment.currency)) if payment.refunded_minor else ""

    @admin.display(description="paid with")
    def means(self, payment: Payment) -> str:
        return f"{payment.brand} ···· {payment.last4}" if payment.last4 else payment.brand

    @admin.display(description="last change")
    def changed(self, payment: Payment) -> str:
        return moment(payment.changed_at)

    def more(self, request: HttpRequest, record: Payment) -> Mapping[str, Any]:
        return {
            "title": format_html("Payment of {}", money(record.amount)),
            "order_url": record_url("orders.order", record.order_id),
            "refunds": [
                {"row": row, "amount": money(Money(row.amount_minor, record.currency))}
                for row in record.refunds.order_by("created_at", "id")
            ],
        }

    def take_ask(self, request: HttpRequest, payment: Payment, given: Mapping[str, Any]) -> str:
        view = services.look_up(payment.pk)  # no transaction is open: the provider may be slow
        self._note(request, payment, view.state)
        return f"The provider says: {view.state}."

    @transactional
    def _note(self, request: HttpRequest, payment: Payment, after: str) -> None:
        audit.record(
            actor_id=operator_of(request).person_id,
            action="payments.look_up",
            object_type="payment",
            object_id=payment.pk,
            before={"state": payment.state},
            after={"state": after},
        )


@admin.register(Refund)
class RefundAdmin(OfOrders):
    order_field = "payment__order_id"
    list_display = ("begun", "state", "amount", "reason", "error", "finished")
    numeric = ("amount",)
    list_filter = ("state", "created_at")
    ordering = ("-id",)
    list_select_related = ("payment",)
    facts = ("state", "amount", "reason", "error", "begun", "finished", "of_payment")
    queues = (
        Queue("Refunds on their way", {"state__exact": "queued"}),
        Queue("Refunds refused", {"state__exact": "failed"}, "The provider said no", urgent=True),
    )

    @admin.display(description="promised", ordering="created_at")
    def begun(self, refund: Refund) -> str:
        return moment(refund.created_at)

    @admin.display(description="amount", ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        return money(Money(refund.amount_minor, refund.payment.currency))

    @admin.display(description="done")
    def finished(self, refund: Refund) -> str:
        return moment(refund.done_at)

    @admin.display(description="payment")
    def of_payment(self, refund: Refund) -> str:
        return format_html('<a href="{}">{}</a>', record_url("payments.payment", refund.payment_id), refund.payment)


@admin.register(ProviderWebhook)
class ProviderWebhookAdmin(Records):
    permission = "payments.view"
    reach = "business"
    heading = "Webhooks"
    trail_type = "webhook"
    intro = "What providers sent, as it came. Kept before anything is done with it."
    list_display = ("received", "state", "provider", "event_id", "attempts", "error", "finished")
    numeric = ("attempts",)
    list_filter = ("state", "received_at")
    search_fields = ("event_id__exact",)
    search_help_text = "The provider's event id"
    ordering = ("-id",)
    facts = ("state", "provider", "event_id", "received", "finished", "attempts", "next_try", "error", "raw")
    queues = (Queue("Webhooks that do not fit", {"state__exact": "failed"}, "Look, then try again", urgent=True),)
    steps: ClassVar[Mapping[str, Step]] = {"retry": Step("Read it again now", "payments.edit")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if request.resolver_match and "object_id" in request.resolver_match.kwargs else rows.defer("body")

    def offers(self, name: str, record: ProviderWebhook) -> bool:
        return record.state != ProviderWebhook.State.DONE

    @admin.display(description="received", ordering="received_at")
    def received(self, hook: ProviderWebhook) -> str:
        return moment(hook.received_at)

    @admin.display(description="done")
    def finished(self, hook: ProviderWebhook) -> str:
        return moment(hook.done_at)

    @admin.display(description="next try")
    def next_try(self, hook: ProviderWebhook) -> str:
        return moment(hook.try_at)

    @admin.display(description="as it came")
    def raw(self, hook: ProviderWebhook) -> str:
        text = bytes(hook.body).decode(errors="replace")
        with suppress(ValueError):
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", text)

    @transactional
    def take_retry(self, request: HttpRequest, hook: ProviderWebhook, given: Mapping[str, Any]) -> str:
        webhooks.take([(hook.provider, hook.event_id)])
        hook.refresh_from_db(fields=["state"])
        audit.record(
            actor_id=operator_of(request).person_id,
            action="payments.retry_webhook",
            object_type="webhook",
            object_id=str(hook.pk),
            after={"state": hook.state},
        )
        return "It fits now." if hook.state == ProviderWebhook.State.DONE else "It still does not fit; see its error."
