"""Parcels and tariffs in the console."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from glocal.platform.console.records import MarketFilter, Queue, Records, Step, moment, money, operator_of, record_url
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import selectors, services
from glocal.supply.shipping.dispatch import ship
from glocal.supply.shipping.models import RateRow, Shipment


@admin.register(Shipment)
class ShipmentAdmin(Records):
    permission = "shipping.view"
    heading = "Parcels"
    trail_type = "shipment"
    record_template = "console/parcel.html"
    quick = True
    list_display = ("number", "status", "planned", "warehouse", "served_by", "market", "promised_to", "tracking_number")
    list_filter = ("status", MarketFilter, "ship_from")
    search_fields = ("number__startswith", "tracking_number__exact")
    search_help_text = "Parcel or tracking number"
    ordering = ("-planned_at",)
    list_select_related = ("service",)
    facts = (
        "planned",
        "warehouse",
        "served_by",
        "promise",
        "weight",
        "cost",
        "shipped",
        "delivered",
        "tracking_number",
    )
    queues = (
        Queue("Parcels to pick", {"status__exact": "planned"}),
        Queue("Parcels to hand over", {"status__exact": "packed"}),
        Queue("Parcels in trouble", {"status__exact": "exception"}, "Carrier reports", urgent=True),
    )
    steps: ClassVar[Mapping[str, Step]] = {
        "pick": Step("Start picking", "orders.pack"),
        "pack": Step("Packed", "orders.pack"),
        "put_back": Step("Put back", "orders.pack", hint="The parcel waits on the work list again."),
        "ship": Step("Hand to carrier", "shipping.edit"),
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("label", "contents")

    @admin.display(description="planned", ordering="planned_at")
    def planned(self, parcel: Shipment) -> str:
        return moment(parcel.planned_at)

    @admin.display(description="from")
    def warehouse(self, parcel: Shipment) -> str:
        return inventory.warehouse(parcel.warehouse_id).code

    @admin.display(description="service")
    def served_by(self, parcel: Shipment) -> str:
        return markets.pick(parcel.service.name, "en")

    @admin.display(description="promise")
    def promise(self, parcel: Shipment) -> str:
        return f"{parcel.promised_from:%-d %b} to {parcel.promised_to:%-d %b}"

    @admin.display(description="weight")
    def weight(self, parcel: Shipment) -> str:
        return f"{parcel.weight_g:,} g"

    @admin.display(description="shipped")
    def shipped(self, parcel: Shipment) -> str:
        return moment(parcel.shipped_at)

    @admin.display(description="delivered")
    def delivered(self, parcel: Shipment) -> str:
        return moment(parcel.delivered_at)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("label") == "pdf":
            parcel = self.find(request, object_id)
            answer = HttpResponse(selectors.label(parcel.pk), content_type="application/pdf")
            answer.headers["Content-Disposition"] = f'inline; filename="{parcel.number}.pdf"'
            return answer
        return super().change_view(request, object_id, *args, **kwargs)

    def more(self, request: HttpRequest, record: Shipment) -> Mapping[str, Any]:
        return {
            "order_url": record_url("orders.order", record.order_id),
            "contents": [
                {**content, "units": dict(record.lines)[content["variant_id"]]} for content in record.contents
            ],
            "tracked": sorted(record.steps.all(), key=lambda step: step.at, reverse=True),
            "address_lines": markets.lines(markets.Address.from_dict(record.address), "en"),
        }

    def offers(self, name: str, record: Shipment) -> bool:
        return record.status == {"pick": "planned", "pack": "picking", "put_back": "picking", "ship": "packed"}[name]

    def take_pick(self, request: HttpRequest, parcel: Shipment, given: Mapping[str, Any]) -> str:
        services.start_picking(parcel.pk, actor_id=operator_of(request).person_id)
        return "Picking has begun."

    def take_pack(self, request: HttpRequest, parcel: Shipment, given: Mapping[str, Any]) -> str:
        services.pack(parcel.pk, actor_id=operator_of(request).person_id)
        return "The parcel is packed. Hand it to its carrier next."

    def take_put_back(self, request: HttpRequest, parcel: Shipment, given: Mapping[str, Any]) -> str:
        services.put_back(parcel.pk, actor_id=operator_of(request).person_id)
        return "The parcel waits on the work list again."

    def take_ship(self, request: HttpRequest, parcel: Shipment, given: Mapping[str, Any]) -> str:
        ship(parcel.pk, actor_id=operator_of(request).person_id)
        return "The carrier is being asked; label and tracking number appear here within seconds."


@admin.register(RateRow)
class RateRowAdmin(Records):
    permission = "shipping.view"
    heading = "Shipping tariffs"
    reach = "reference"
    intro = "Loaded from the tariff files that come with the product; a parcel costs the first row it fits."
    list_display = ("service_code", "route", "promise", "weight", "value", "price", "valid_from", "valid_to", "source")
    numeric = ("weight", "value", "price")
    list_filter = ("service__ship_from", "service__promise")
    search_fields = ("service__code__startswith",)
    search_help_text = "Service"
    ordering = ("service", "weight_to_g")
    list_select_related = ("service",)
    facts = ("service_code", "route", "promise", "weight", "value", "price", "valid_from", "valid_to", "source")

    @admin.display(description="service", ordering="service")
    def service_code(self, row: RateRow) -> str:
        return row.service_id

    @admin.display(description="from, to")
    def route(self, row: RateRow) -> str:
        return f"{row.service.ship_from} to {row.service.zone_id}"

    @admin.display(description="promise")
    def promise(self, row: RateRow) -> str:
        return f"{row.service.promise}, {row.service.days_min}-{row.service.days_max} days"

    @admin.display(description="up to weight", ordering="weight_to_g")
    def weight(self, row: RateRow) -> str:
        return f"{row.weight_to_g:,} g"

    @admin.display(description="up to value")
    def value(self, row: RateRow) -> str:
        return money(Money(row.value_to_minor, row.currency)) if row.value_to_minor is not None else ""

    @admin.display(description="price", ordering="price_minor")
    def price(self, row: RateRow) -> str:
        return money(Money(row.price_minor, row.currency))
