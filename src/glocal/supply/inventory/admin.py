"""Stock in the console: what each warehouse holds, and booking goods in, correcting and counting.

Stock is shared by all who sell from a warehouse, so everybody with ``stock.view`` sees it. Booking is for those who
hold ``stock.edit`` in the warehouse's country; the home warehouses serve all markets and need it in all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from glocal.content.catalog import facade as catalog
from glocal.platform.audit import facade as audit
from glocal.platform.console.records import (
    Operator,
    Panel,
    Records,
    Step,
    add_panel,
    list_url,
    moment,
    operator_of,
    record_url,
)
from glocal.platform.eventing import transactional
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import services, warehouses
from glocal.supply.inventory.models import Balance, Movement
from glocal.supply.inventory.types import MOST_PER_LINE, WarehouseInfo


class ReceiveForm(forms.Form):
    sku = forms.CharField(label="Article number", max_length=64)
    warehouse = forms.ChoiceField(label="Warehouse")
    quantity = forms.IntegerField(label="Units", min_value=1, max_value=MOST_PER_LINE)
    reason = forms.CharField(label="Delivery note or reason", max_length=200)
    reference = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def clean_sku(self) -> UUID:
        sku = self.cleaned_data["sku"].strip()
        found = catalog.variant_ids([sku])
        if sku not in found:
            raise forms.ValidationError("No article has this number. Copy it from the product's page.")
        return found[sku]


class ReceiveHereForm(forms.Form):
    quantity = forms.IntegerField(label="Units that came in", min_value=1, max_value=MOST_PER_LINE)
    reason = forms.CharField(label="Delivery note or reason", max_length=200)
    reference = forms.CharField(widget=forms.HiddenInput, max_length=80)


class AdjustForm(forms.Form):
    quantity = forms.IntegerField(
        label="Change",
        min_value=-MOST_PER_LINE,
        max_value=MOST_PER_LINE,
        help_text="-2 for two units lost, 3 for three found.",
    )
    reason = forms.CharField(label="Reason", max_length=200)
    reference = forms.CharField(widget=forms.HiddenInput, max_length=80)


class CountForm(forms.Form):
    quantity = forms.IntegerField(label="Units on the shelf", min_value=0, max_value=MOST_PER_LINE)
    reason = forms.CharField(label="Counted by, or why", max_length=200)
    reference = forms.CharField(widget=forms.HiddenInput, max_length=80)


def may_book(operator: Operator, country: str, kind: str) -> bool:
    """Whether somebody may change the stock of a warehouse there."""
    return operator.everywhere("stock.edit") or (kind == "overseas" and country in operator.markets("stock.edit"))


def named(label: catalog.VariantLabel) -> str:
    """``SKU title (options)``."""
    options = ", ".join(label.options.values())
    return f"{label.sku} {markets.pick(label.title, 'en')}" + (f" ({options})" if options else "")


@admin.register(Balance)
class BalanceAdmin(Records):
    permission = "stock.view"
    heading = "Stock"
    reach = "reference"
    trail_type = "stock"
    record_template = "console/stock.html"
    list_display = ("article", "place", "free", "on_hand", "reserved", "set_aside")
    numeric = ("free", "on_hand", "reserved")
    list_filter = ("warehouse",)
    search_fields = ("variant_id",)
    search_help_text = "Article number"
    ordering = ("-id",)
    list_select_related = ("warehouse",)
    facts = ("place", "free", "on_hand", "reserved", "set_aside")
    steps: ClassVar[Mapping[str, Step]] = {
        "receive_here": Step("Receive", "stock.edit", ReceiveHereForm),
        "adjust": Step("Adjust", "stock.edit", AdjustForm),
        "count": Step("Count", "stock.edit", CountForm, hint="Sets the books to what lies on the shelf."),
    }
    list_steps: ClassVar[Mapping[str, Step]] = {"receive": Step("Receive goods", "stock.edit", ReceiveForm)}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Balance], search_term: str
    ) -> tuple[QuerySet[Balance], bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(variant_id__in=catalog.find_variants(search_term)), False

    def prepare(self, rows: Sequence[Balance]) -> None:
        labels = catalog.variant_labels([row.variant_id for row in rows])
        for row in rows:
            row.label = labels.get(row.variant_id)  # type: ignore[attr-defined]

    @admin.display(description="article")
    def article(self, row: Any) -> str:
        return named(row.label) if row.label else str(row.variant_id)

    @admin.display(description="warehouse", ordering="warehouse__code")
    def place(self, row: Balance) -> str:
        return row.warehouse.code

    @admin.display(description="free")
    def free(self, row: Balance) -> int:
        return row.on_hand - row.reserved

    @admin.display(description="set aside")
    def set_aside(self, row: Balance) -> str:
        return "flash deal" if row.pool else ""

    def may(self, request: HttpRequest, permission: str, record: Balance) -> bool:
        return may_book(operator_of(request), record.warehouse.country, record.warehouse.kind)

    def offers(self, name: str, record: Balance) -> bool:
        return record.pool is None

    def initial(self, request: HttpRequest, name: str, record: Balance | None) -> Mapping[str, Any]:
        return {"reference": f"console:{uuid7()}"}

    def choices(
        self, request: HttpRequest, name: str, record: Balance | None
    ) -> Mapping[str, Sequence[tuple[str, str]]]:
        return {"warehouse": [(str(place.id), f"{place.code}, {place.name}") for place in bookable(request)]}

    def more(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        journal = Movement.objects.filter(balance=record).order_by("-at", "-pk")[:30]
        return {"title": self.article(record), "label": record.label, "journal": journal}

    @transactional
    def take_receive(self, request: HttpRequest, record: None, given: Mapping[str, Any]) -> str:
        place = warehouses.info(UUID(given["warehouse"]))
        self._book(request, services.receive, given["sku"], place.id, given)
        return f"{given['quantity']} units are booked in at {place.code}."

    @transactional
    def take_receive_here(self, request: HttpRequest, record: Balance, given: Mapping[str, Any]) -> str:
        self._book(request, services.receive, record.variant_id, record.warehouse_id, given)
        return f"{given['quantity']} units are booked in."

    @transactional
    def take_adjust(self, request: HttpRequest, record: Balance, given: Mapping[str, Any]) -> str:
        self._book(request, services.adjust, record.variant_id, record.warehouse_id, given)
        return f"The books are changed by {given['quantity']:+}. An opposite change takes it back."

    @transactional
    def take_count(self, request: HttpRequest, record: Balance, given: Mapping[str, Any]) -> str:
        difference = self._book(request, services.count, record.variant_id, record.warehouse_id, given)
        return f"Counted {given['quantity']}: the books were off by {difference:+}."

    def _book(
        self, request: HttpRequest, service: Callable[..., Any], variant: UUID, place: UUID, given: Mapping[str, Any]
    ) -> Any:
        """Book a movement and record who did it."""
        actor = operator_of(request).person_id
        figures = {"quantity": given["quantity"], "reason": given["reason"]}
        answer = service(
            variant_id=variant, warehouse_id=place, actor_id=actor, reference=given["reference"], **figures
        )
        audit.record(
            actor_id=actor,
            action=f"inventory.{service.__name__}",
            object_type="stock",
            object_id=Balance.objects.get(variant_id=variant, warehouse_id=place, pool=None).pk,
            after=figures,
        )
        return answer


def bookable(request: HttpRequest) -> list[WarehouseInfo]:
    """Warehouses whose stock the operator may change."""
    operator = operator_of(request)
    return [place for place in warehouses.all_active() if may_book(operator, place.country, place.kind)]


@admin.register(Movement)
class MovementAdmin(Records):
    permission = "stock.view"
    heading = "Stock journal"
    reach = "reference"
    intro = "Every change of stock, by whom and why. Nothing here is ever changed or removed."
    list_display = ("at_time", "kind", "quantity", "article", "place", "reason", "reference")
    numeric = ("quantity",)
    list_filter = ("kind", "balance__warehouse")
    ordering = ("-pk",)
    list_select_related = ("balance__warehouse",)
    facts = ("at_time", "kind", "quantity", "article", "place", "reason", "reference", "actor_id")

    def prepare(self, rows: Sequence[Movement]) -> None:
        labels = catalog.variant_labels([row.balance.variant_id for row in rows])
        for row in rows:
            row.label = labels.get(row.balance.variant_id)  # type: ignore[attr-defined]

    @admin.display(description="at")
    def at_time(self, row: Movement) -> str:
        return moment(row.at)

    @admin.display(description="article")
    def article(self, row: Any) -> str:
        return named(row.label) if row.label else str(row.balance.variant_id)

    @admin.display(description="warehouse")
    def place(self, row: Movement) -> str:
        return row.balance.warehouse.code


def stock_of_product(request: HttpRequest, product_id: UUID) -> Mapping[str, Any] | None:
    """Stock rows of a product's variants, for its page."""
    if not operator_of(request).anywhere("stock.view"):
        return None
    variants = {ref.id: ref.sku for ref in catalog.variant_refs([product_id]).get(product_id, ())}
    rows = Balance.objects.filter(variant_id__in=variants).select_related("warehouse")
    return {
        "rows": [
            {"row": row, "sku": variants[row.variant_id], "url": record_url("inventory.balance", row.pk)}
            for row in rows.order_by("variant_id", "warehouse__code", "pk")
        ],
        "list": list_url("inventory.balance"),
    }


add_panel("catalog.product", Panel("console/stock_panel.html", stock_of_product))
