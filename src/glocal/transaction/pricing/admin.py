"""Prices in the console: the whole history, and new prices laid over it through the package's own service."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from glocal.content.catalog import facade as catalog
from glocal.platform.console.records import (
    MarketFilter,
    Panel,
    Records,
    Step,
    add_panel,
    list_url,
    moment,
    money,
    operator_of,
    state,
)
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.transaction.pricing.models import PriceRow
from glocal.transaction.pricing.services import set_prices
from glocal.transaction.pricing.types import NewPrice


class PriceForm(forms.Form):
    sku = forms.CharField(label="Article number", max_length=64)
    market = forms.ChoiceField(label="Market")
    amount = forms.DecimalField(
        label="Price", min_value=0, max_digits=14, decimal_places=3, help_text="In the market's currency."
    )
    valid_from = forms.DateTimeField(
        label="From (UTC)",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Empty: now.",
    )
    valid_to = forms.DateTimeField(
        label="Until (UTC)",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Empty: until another price is set.",
    )

    def clean_sku(self) -> UUID:
        sku = self.cleaned_data["sku"].strip()
        found = catalog.variant_ids([sku])
        if sku not in found:
            raise forms.ValidationError("No article has this number. Copy it from the product's page.")
        return found[sku]


@admin.register(PriceRow)
class PriceRowAdmin(Records):
    permission = "prices.view"
    heading = "Prices"
    trail_type = "price"
    intro = "Every price that held, holds or is planned. A new price ends the one before it; nothing is overwritten."
    list_display = ("article", "market", "price", "when", "begins", "ends", "source")
    numeric = ("price",)
    list_filter = (MarketFilter, "valid_from")
    search_fields = ("variant_id",)
    search_help_text = "Article number"
    ordering = ("-id",)
    facts = ("article", "market", "price", "when", "begins", "ends", "source", "created_at")
    list_steps: ClassVar[Mapping[str, Step]] = {"set": Step("Set a price", "prices.edit", PriceForm)}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PriceRow], search_term: str
    ) -> tuple[QuerySet[PriceRow], bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(variant_id__in=catalog.find_variants(search_term)), False

    def prepare(self, rows: Sequence[PriceRow]) -> None:
        labels = catalog.variant_labels([row.variant_id for row in rows])
        for row in rows:
            row.label = labels.get(row.variant_id)  # type: ignore[attr-defined]

    @admin.display(description="article")
    def article(self, row: Any) -> str:
        return f"{row.label.sku} {markets.pick(row.label.title, 'en')}" if row.label else str(row.variant_id)

    @admin.display(description="price", ordering="minor")
    def price(self, row: PriceRow) -> str:
        return money(Money(row.minor, row.currency))

    @admin.display(description="holds")
    def when(self, row: PriceRow) -> str:
        now = clock.now()
        if row.valid_from > now:
            return state("later")
        return state("now" if row.valid_to is None or row.valid_to > now else "past")

    @admin.display(description="from", ordering="valid_from")
    def begins(self, row: PriceRow) -> str:
        return moment(row.valid_from)

    @admin.display(description="until")
    def ends(self, row: PriceRow) -> str:
        return moment(row.valid_to)

    def more(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        return {"title": f"{self.article(record)} in {record.market}"}

    def choices(self, request: HttpRequest, name: str, record: None) -> Mapping[str, Sequence[tuple[str, str]]]:
        codes = sorted(operator_of(request).markets("prices.edit"))
        return {"market": [(code, f"{code} ({markets.get(code).currency})") for code in codes]}

    def take_set(self, request: HttpRequest, record: None, given: Mapping[str, Any]) -> str:
        amount = Money.of(given["amount"], markets.get(given["market"]).currency)
        price = NewPrice(
            variant_id=given["sku"],
            market=given["market"],
            money=amount,
            valid_from=_aware(given["valid_from"]),
            valid_to=_aware(given["valid_to"]),
            source="console",
        )
        changed = set_prices([price], actor_id=operator_of(request).person_id)
        return (
            "The price is set; the one before it is kept in the history." if changed else "That is its price already."
        )


def _aware(moment_given: Any) -> Any:
    return moment_given.replace(tzinfo=UTC) if moment_given else None


def prices_of_product(request: HttpRequest, product_id: UUID) -> Mapping[str, Any] | None:
    """Prices that hold or are planned, of a product's variants in the operator's markets, for its page."""
    operator = operator_of(request)
    codes = operator.markets("prices.view")
    if not codes:
        return None
    variants = {ref.id: ref.sku for ref in catalog.variant_refs([product_id]).get(product_id, ())}
    now = clock.now()
    lasting = Q(valid_to=None) | Q(valid_to__gt=now)
    rows = PriceRow.objects.filter(lasting, variant_id__in=variants, market__in=codes)
    edits = sorted(operator.markets("prices.edit"))
    form = (
        PriceForm(auto_id="price_%s", initial={"sku": next(iter(variants.values()), "")})
        if edits and variants
        else None
    )
    if form:
        form.fields["market"].choices = [(code, f"{code} ({markets.get(code).currency})") for code in edits]  # type: ignore[attr-defined]
    step = {"name": "set", "step": PriceRowAdmin.list_steps["set"], "form": form, "open": False} if form else None
    return {
        "rows": [
            {
                "sku": variants[row.variant_id],
                "market": row.market,
                "price": money(Money(row.minor, row.currency)),
                "from": row.valid_from,
                "planned": row.valid_from > now,
                "to": row.valid_to,
            }
            for row in rows.order_by("variant_id", "market", "valid_from")
        ],
        "step": step,
        "action": list_url("pricing.pricerow"),
        "next": request.path,
    }


add_panel("catalog.product", Panel("console/prices_panel.html", prices_of_product))
