"""The returns desk in the console: approve, receive, inspect, settle; and parcels that never came."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from glocal.content.media.facade import picture_from_dict
from glocal.platform.console.records import MarketFilter, Queue, Records, Step, moment, operator_of, record_url
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.returns import claims, rules, services
from glocal.transaction.returns.models import LostParcel, Return


class ReceiveForm(forms.Form):
    """How many units of each line can be sold again; the page draws a box beside each line."""

    def clean(self) -> dict[str, Any]:
        sellable = {}
        for name, text in self.data.items():
            if name.startswith("good-"):
                try:
                    sellable[int(name.removeprefix("good-"))] = int(str(text))
                except ValueError:
                    self.add_error(None, "Write how many units as a whole number.")
        return {"sellable": sellable}


class RefuseForm(forms.Form):
    answer = forms.CharField(max_length=300, label="Why", help_text="The shopper reads this on the order's page.")


@admin.register(Return)
class ReturnAdmin(Records):
    permission = "orders.view"
    trail_type = "return"
    record_template = "console/return.html"
    quick = True
    list_display = ("number", "status", "want", "why", "asked", "market", "order_number")
    list_filter = ("status", MarketFilter, "reason", "requested_at")
    search_fields = ("number__startswith",)
    search_help_text = "Return or order number"
    ordering = ("-requested_at",)
    queues = (
        Queue("Returns to decide", {"status__exact": "requested"}, "Look at the photos"),
        Queue("Returns to settle", {"status__exact": "received"}, "The goods are in"),
    )
    steps: ClassVar[Mapping[str, Step]] = {
        "approve": Step("Approve", "orders.edit", hint="The shopper gets a label."),
        "receive": Step("Received and looked at", "stock.edit", ReceiveForm),
        "settle": Step("Settle", "orders.refund", hint="Sends the money, or the variant that was asked for."),
        "refuse": Step("Refuse", "orders.edit", RefuseForm, danger=True),
    }

    @admin.display(description="reason", ordering="reason")
    def why(self, row: Return) -> str:
        return row.reason.replace("_", " ")

    @admin.display(description="asked for", ordering="requested_at")
    def asked(self, row: Return) -> str:
        return moment(row.requested_at)

    def offers(self, name: str, record: Return) -> bool:
        steps = {
            "approve": (rules.APPROVED,),
            "receive": (rules.RECEIVED,),
            "settle": (rules.REFUNDED, rules.EXCHANGED),
            "refuse": (rules.REFUSED,),
        }
        return any((record.status, after) in rules.TRANSITIONS for after in steps[name])

    def more(self, request: HttpRequest, record: Return) -> Mapping[str, Any]:
        return {
            "returned": record,
            "why": self.why(record),
            "order_url": record_url("orders.order", record.order_id),
            "photos": [picture_from_dict(one) for one in record.photos],
            "lines": [
                {
                    "row": line,
                    "title": markets.pick(line.title, "en"),
                    "exchange": (line.exchange or {}).get("sku", ""),
                }
                for line in record.lines.order_by("pk")
            ],
        }

    def take_approve(self, request: HttpRequest, row: Return, given: Mapping[str, Any]) -> str:
        services.approve(row.pk, actor_id=operator_of(request).person_id)
        return "Approved. The carrier is asked for the label."

    def take_receive(self, request: HttpRequest, row: Return, given: Mapping[str, Any]) -> str:
        services.receive(row.pk, sellable=given["sellable"], actor_id=operator_of(request).person_id)
        return "Booked in. Settle it next."

    def take_settle(self, request: HttpRequest, row: Return, given: Mapping[str, Any]) -> str:
        services.settle(row.pk, actor_id=operator_of(request).person_id)
        return "Settled."

    def take_refuse(self, request: HttpRequest, row: Return, given: Mapping[str, Any]) -> str:
        services.refuse(row.pk, answer=given["answer"], actor_id=operator_of(request).person_id)
        return "Refused. The shopper reads why on the order's page."


@admin.register(LostParcel)
class LostParcelAdmin(Records):
    permission = "orders.view"
    trail_type = "lostparcel"
    list_display = ("parcel", "status", "want", "told", "market")
    list_filter = ("status", MarketFilter, "claimed_at")
    ordering = ("-claimed_at",)
    facts = ("way", "parcel_now", "wish", "told", "market", "order")
    queues = (Queue("Lost parcels", {"status__exact": "open"}, "Told of by the shopper", urgent=True),)
    steps: ClassVar[Mapping[str, Step]] = {
        "resend": Step("Send again", "orders.edit", hint="What was not refunded goes out once more, free of charge."),
        "refund": Step("Refund", "orders.refund"),
        "refuse": Step("It was found", "orders.edit", danger=True),
    }

    @admin.display(description="its way")
    def way(self, row: LostParcel) -> str:
        return format_html('<a href="{}">{}</a>', record_url("shipping.shipment", row.shipment_id), row.parcel)

    @admin.display(description="the parcel now")
    def parcel_now(self, row: LostParcel) -> str:
        parcel = shipping.shipment(row.shipment_id)
        last = next(iter(parcel.steps), None)
        return f"{parcel.status} ({last.code.replace('_', ' ')}, {moment(last.at)})" if last else parcel.status

    @admin.display(description="the shopper wishes")
    def wish(self, row: LostParcel) -> str:
        return "the money back" if row.want == LostParcel.Want.REFUND else "to have it sent again"

    @admin.display(description="order")
    def order(self, row: LostParcel) -> str:
        return format_html('<a href="{}">{}</a>', record_url("orders.order", row.order_id), "Its order")

    @admin.display(description="told", ordering="claimed_at")
    def told(self, row: LostParcel) -> str:
        return moment(row.claimed_at)

    def offers(self, name: str, record: LostParcel) -> bool:
        return record.status == LostParcel.Status.OPEN

    def take_resend(self, request: HttpRequest, row: LostParcel, given: Mapping[str, Any]) -> str:
        claims.resend(row.pk, actor_id=operator_of(request).person_id)
        return "A new parcel is on the work list."

    def take_refund(self, request: HttpRequest, row: LostParcel, given: Mapping[str, Any]) -> str:
        claims.refund(row.pk, actor_id=operator_of(request).person_id)
        return "The money goes back to the buyer."

    def take_refuse(self, request: HttpRequest, row: LostParcel, given: Mapping[str, Any]) -> str:
        claims.refuse(row.pk, actor_id=operator_of(request).person_id)
        return "Closed."
