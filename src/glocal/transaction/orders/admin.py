"""Orders in the console: one look shows what was bought, where it is, what was paid and what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest

from glocal.platform.console.records import (
    MarketFilter,
    Queue,
    Records,
    Step,
    fill_scope,
    moment,
    money,
    operator_of,
)
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders.models import Order, OrderLine
from glocal.transaction.orders.rules import CANCELLABLE
from glocal.transaction.orders.selectors import view_of
from glocal.transaction.orders.services.cancelling import cancel_order, refund_order
from glocal.transaction.orders.types import RefundLine
from glocal.transaction.payments import facade as payments

fill_scope("order", lambda codes: Order.objects.filter(market__in=codes).values("pk"))

# Beside each state of a parcel: the step that comes next, and the ones that may be taken as well.
_NEXT_OF_PARCEL = {"planned": "pick", "picking": "pack", "packed": "ship"}
_PARCEL_STEPS = {"planned": ("pick",), "picking": ("pack", "put_back"), "packed": ("ship",)}


class ParcelForm(forms.Form):
    parcel = forms.UUIDField(widget=forms.HiddenInput)


class RefundForm(forms.Form):
    """How many units of each line; the page draws a box beside each line."""

    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    shipping_too = forms.BooleanField(required=False, label="Shipping and fees as well")
    reason = forms.CharField(max_length=200, label="Reason", help_text="Stands in the audit trail.")

    def clean(self) -> dict[str, Any]:
        quantities = {}
        for name, text in self.data.items():
            if name.startswith("line-") and str(text).strip():
                try:
                    quantities[int(name.removeprefix("line-"))] = int(str(text))
                except ValueError:
                    self.add_error(None, "Write how many units as a whole number.")
        return {**self.cleaned_data, "lines": {line: units for line, units in quantities.items() if units}}


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label="Reason",
        choices=[
            ("shopper_asked", "The shopper asked"),
            ("out_of_stock", "The goods are not there"),
            ("address_wrong", "The address cannot be served"),
            ("fraud_suspected", "Fraud is suspected"),
        ],
    )


@admin.register(Order)
class OrderAdmin(Records):
    permission = "orders.view"
    trail_type = "order"
    record_template = "console/order.html"
    quick = True
    list_display = ("number", "status", "placed", "market", "buyer", "total", "given_back", "source")
    numeric = ("total", "given_back")
    list_filter = ("status", MarketFilter, "kind", "placed_at")
    search_fields = ("number__startswith",)
    search_help_text = "Order number or e-mail"
    ordering = ("-placed_at",)
    queues = (
        Queue("Paid, to be packed", {"status__exact": "paid"}, "Start with the oldest"),
        Queue("Being packed", {"status__exact": "packing"}),
        Queue("Waiting for payment", {"status__exact": "placed"}),
    )
    steps: ClassVar[Mapping[str, Step]] = {
        "pick": Step("Start picking", "orders.pack", ParcelForm),
        "pack": Step("Packed", "orders.pack", ParcelForm),
        "put_back": Step("Put back", "orders.pack", ParcelForm),
        "ship": Step("Hand to carrier", "shipping.edit", ParcelForm),
        "refund": Step("Refund", "orders.refund", RefundForm),
        "cancel": Step(
            "Cancel order", "orders.cancel", CancelForm, danger=True, hint="Stock goes back, and so does what was paid."
        ),
    }

    @admin.display(description="placed", ordering="placed_at")
    def placed(self, order: Order) -> str:
        return moment(order.placed_at)

    @admin.display(description="buyer")
    def buyer(self, order: Order) -> str:
        return order.address.get("name") or order.email or "–"

    @admin.display(description="total", ordering="total_minor")
    def total(self, order: Order) -> str:
        return money(order.total)

    @admin.display(description="refunded")
    def given_back(self, order: Order) -> str:
        return money(order.refunded) if order.refunded_minor else ""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        if "@" in search_term:
            wanted = queryset.exclude(email="").alias(lowered=Lower("email"))
            return wanted.filter(lowered=search_term.strip().lower()), False
        found: tuple[QuerySet[Order], bool] = super().get_search_results(request, queryset, search_term.upper())
        return found

    def initial(self, request: HttpRequest, name: str, record: Order) -> Mapping[str, Any]:
        return {"key": f"console:{uuid7()}"} if name == "refund" else {}

    def offers(self, name: str, record: Order) -> bool:
        if name == "cancel":
            return record.status in CANCELLABLE
        if name == "refund":
            return record.paid_at is not None and record.source == "shop" and record.refunded_minor < record.total_minor
        return record.source == "shop"

    def more(self, request: HttpRequest, record: Order) -> Mapping[str, Any]:
        parcels = shipping.track(record.pk)
        attempts = payments.of_order(record.pk)
        lines = [_line(line, record) for line in record.lines.order_by("pk")]
        operator = operator_of(request)
        allowed = frozenset(name for name in self.steps if self.may(request, self.steps[name].permission, record))
        return {
            "order": view_of(record),
            "lines": lines,
            "skus": {line["row"].variant_id: line["row"].sku for line in lines},
            "parcels": [_parcel(parcel, lines, allowed) for parcel in parcels],
            "payments": [{"payment": one, "refunds": refunds} for one, refunds in _with_refunds(attempts)],
            "address_lines": _address(record),
            "language": record.language,
            "timeline": _timeline(record, parcels, attempts),
            "next": _next(record, parcels, attempts, allowed),
            "may_see_person": bool(record.person_id) and operator.anywhere("people.view"),
            "delivery": record.delivery_code,
        }

    def trail_things(self, record: Order, context: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
        parcels = [("shipment", item["parcel"].id) for item in context["parcels"]]
        attempts = [("payment", item["payment"].id) for item in context["payments"]]
        return [("order", record.pk), *parcels, *attempts]

    def _of_order(self, order: Order, parcel_id: UUID) -> UUID:
        """The parcel's id, if it is one of this order's: a form may name any."""
        if parcel_id not in {parcel.id for parcel in shipping.track(order.pk)}:
            raise shipping.ShipmentNotFound(shipment_id=parcel_id)
        return parcel_id

    def take_pick(self, request: HttpRequest, order: Order, given: Mapping[str, Any]) -> str:
        shipping.start_picking(self._of_order(order, given["parcel"]), actor_id=operator_of(request).person_id)
        return "Picking has begun."

    def take_pack(self, request: HttpRequest, order: Order, given: Mapping[str, Any]) -> str:
        shipping.pack(self._of_order(order, given["parcel"]), actor_id=operator_of(request).person_id)
        return "The parcel is packed. Hand it to its carrier next."

    def take_put_back(self, request: HttpRequest, order: Order, given: Mapping[str, Any]) -> str:
        shipping.put_back(self._of_order(order, given["parcel"]), actor_id=operator_of(request).person_id)
        return "The parcel waits on the work list again."

    def take_ship(self, request: HttpRequest, order: Order, given: Mapping[str, Any]) -> str:
        shipping.ship(self._of_order(order, given["parcel"]), actor_id=operator_of(request).person_id)
        return "The carrier is being asked; label and tracking number appear here within seconds."

    def take_refund(self, request: HttpRequest, order: Order, given: Mapping[str, Any]) -> str:
        amount = refund_order(
            order_id=order.pk,
            lines=[RefundLine(line, units) for line, units in given["lines"].items()],
            shipping_too=given["shipping_too"],
            reason=given["reason"],
            key=given["key"],
            actor_id=operator_of(request).person_id,
        )
        return f"{amount.amount:,f} {amount.currency} goes back to the buyer, who is told by e-mail."

    def take_cancel(self, request: HttpRequest, order: Order, given: Mapping[str, Any]) -> str:
        cancel_order(order_id=order.pk, reason=given["reason"], actor_id=operator_of(request).person_id)
        return "The order is cancelled."


def _line(row: OrderLine, order: Order) -> Mapping[str, Any]:
    return {
        "row": row,
        "title": markets.pick(row.title, "en"),
        "options": markets.pick(row.options, "en") if row.options else "",
        "unit": Money(row.unit_minor, order.currency),
        "sum": Money(row.line_minor, order.currency),
        "left": row.quantity - row.refunded_quantity - row.returning_quantity,
        "colour": (row.cover or {}).get("colour", ""),
    }


def _parcel(
    parcel: shipping.ShipmentInfo, lines: Sequence[Mapping[str, Any]], allowed: frozenset[str]
) -> Mapping[str, Any]:
    skus = {line["row"].variant_id: line["row"].sku for line in lines}
    if parcel.in_exchange:
        skus |= {content.variant_id: content.sku for content in shipping.contents_of(parcel.id)}
    steps = [name for name in _PARCEL_STEPS.get(parcel.status, ()) if name in allowed]
    return {
        "parcel": parcel,
        "service": markets.pick(parcel.service_name, "en"),
        "warehouse": inventory.warehouse(parcel.warehouse_id).code,
        "contents": [(skus.get(variant, str(variant)), quantity) for variant, quantity in parcel.lines],
        "steps": [(name, OrderAdmin.steps[name].label) for name in steps],
        "why": "In exchange" if parcel.in_exchange else "Sent again" if parcel.owner_id else "",
        "main": _NEXT_OF_PARCEL.get(parcel.status, ""),
        "late": parcel.status in {"planned", "picking", "packed", "shipped"}
        and parcel.promised_to < clock.now().date(),
    }


def _with_refunds(attempts: Sequence[payments.PaymentView]) -> list[tuple[payments.PaymentView, Sequence[Any]]]:
    refunds = payments.refunds_of([one.id for one in attempts]) if attempts else {}
    return [(one, refunds.get(one.id, ())) for one in attempts]


def _address(order: Order) -> Sequence[str]:
    return markets.lines(markets.Address.from_dict(order.address), "en") if order.address else ()


def _timeline(
    order: Order, parcels: Sequence[shipping.ShipmentInfo], attempts: Sequence[payments.PaymentView]
) -> list[tuple[Any, str]]:
    steps: list[tuple[Any, str]] = [(order.placed_at, "Placed")]
    steps += [(one.created_at, f"Payment by {one.method} begun") for one in attempts]
    if order.paid_at:
        steps.append((order.paid_at, "Paid"))
    for parcel in parcels:
        steps += [(step.at, f"{parcel.number}: {step.note or step.code.replace('_', ' ')}") for step in parcel.steps]
    steps += [(row.created_at, f"Refund promised: {row.reason}") for row in order.refunds.all()]
    if order.closed_at and order.status in {"cancelled", "expired"}:
        steps.append((order.closed_at, f"{order.status.capitalize()}: {order.close_reason.replace('_', ' ')}"))
    return sorted(steps, key=lambda step: step[0], reverse=True)


def _next(
    order: Order,
    parcels: Sequence[shipping.ShipmentInfo],
    attempts: Sequence[payments.PaymentView],
    allowed: frozenset[str],
) -> Mapping[str, Any]:
    """What to do now, in a sentence; with a step where the operator can take it at once."""
    if order.source != "shop":
        return {"text": f"History from {order.source}: nothing to do."}
    for parcel in parcels:
        if parcel.status == "exception":
            return {"text": f"The carrier has a problem with {parcel.number}. Look at its last step.", "bad": True}
        if parcel.problem and parcel.status == "cancelled":
            text = (
                f"{parcel.number} is cancelled, its label at the carrier is not: {parcel.problem} Settle it with them."
            )
            return {"text": text, "bad": True}
        if parcel.problem:
            text = f"The carrier refused {parcel.number}: {parcel.problem} Mend it, then hand it over again."
            return {"text": text, "bad": True, **_act("ship", parcel, allowed)}
    for parcel in parcels:
        if parcel.status in _NEXT_OF_PARCEL:
            place = inventory.warehouse(parcel.warehouse_id).code
            step = _NEXT_OF_PARCEL[parcel.status]
            words = {"pick": f"Pick {parcel.number} in {place}.", "pack": f"Pack {parcel.number}."}
            text = words.get(step, f"Hand {parcel.number} to its carrier.")
            return {"text": text, **_act(step, parcel, allowed)}
    return {"text": _quiet(order, parcels, attempts)}


def _act(step: str, parcel: shipping.ShipmentInfo, allowed: frozenset[str]) -> Mapping[str, Any]:
    if step not in allowed:
        return {}
    return {"step": step, "label": OrderAdmin.steps[step].label, "parcel": parcel.id}


def _quiet(order: Order, parcels: Sequence[shipping.ShipmentInfo], attempts: Sequence[payments.PaymentView]) -> str:
    if order.status == "placed":
        last = f" The last attempt is {attempts[0].state}." if attempts else ""
        return f"Waiting for payment.{last}"
    if order.status == "shipped":
        by = max((parcel.promised_to for parcel in parcels), default=None)
        return f"On its way; promised by {by:%-d %b}." if by else "On its way."
    return {
        "paid": "Paid; its parcels are being planned.",
        "delivered": "Delivered. Nothing to do.",
        "cancelled": "Cancelled. Nothing to do.",
        "expired": "Not paid in time; its stock is free again.",
    }.get(order.status, "Nothing to do.")
