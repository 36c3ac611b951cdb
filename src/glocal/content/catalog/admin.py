"""Products in the console: texts by language, where they are shown; prices and stock come as panels."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from glocal.content.catalog import chart_table, charts, offers, sizing, spins
from glocal.content.catalog.models import Listing, Product, SizeChart, Variant
from glocal.content.catalog.texts import FIELDS, change_texts
from glocal.content.catalog.types import SizeChartInput
from glocal.content.media import facade as media
from glocal.content.media.facade import Picture
from glocal.platform.audit import facade as audit
from glocal.platform.console.records import Operator, Records, Step, list_url, moment, money, operator_of, state
from glocal.platform.eventing import transactional
from glocal.platform.kernel.errors import NotFound
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets


class TextsForm(forms.Form):
    language = forms.ChoiceField(label="Language")
    title = forms.CharField(max_length=200)
    summary = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    description = forms.CharField(max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 8}))


class ShowForm(forms.Form):
    market = forms.ChoiceField(label="Market")


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FramesField(forms.FileField):
    """Several pictures at once, in the order of their names."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return sorted((super(FramesField, self).clean(one, initial) for one in given if one), key=lambda one: one.name)


class SpinForm(forms.Form):
    frames = FramesField(label="Pictures, 8 to 72, named in the order of the turn", required=False)


class ChartForm(forms.Form):
    code = forms.CharField(max_length=80)
    category = forms.CharField(max_length=200, required=False, help_text="Such as fashion/shoes; empty for all.")
    brand = forms.CharField(max_length=120, required=False, help_text="Empty for all.")
    option = forms.CharField(max_length=60, initial="size")
    table = forms.CharField(
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="First line: size, systems (EU, US, UK, FR, ASIA, CN, JP, MX, BR), measures (foot_length, head, "
        "neck, chest, waist, hips, inseam, shoulder, sleeve, length) in centimetres. Paste it from a spreadsheet.",
    )


def languages_of(operator: Operator) -> list[str]:
    """The languages of the markets whose catalogue the operator edits."""
    codes = operator.markets("catalogue.edit")
    return sorted({language for code in codes for language in markets.get(code).languages})


@admin.register(Product)
class ProductAdmin(Records):
    permission = "catalogue.view"
    reach = "reference"
    trail_type = "product"
    record_template = "console/product.html"
    quick = True
    list_display = ("name", "status", "slug", "category", "brand", "hs", "origin", "changed")
    list_filter = ("status", "category", "external_source")
    search_fields = ("slug__startswith",)
    search_help_text = "Article number or address"
    ordering = ("-id",)
    list_select_related = ("category", "brand")
    facts = ("slug", "category", "brand", "hs", "origin", "external_source", "external_id", "changed")
    steps: ClassVar[Mapping[str, Step]] = {
        "texts": Step("Edit texts", "catalogue.edit", TextsForm),
        "spin": Step(
            "Give it a turn",
            "catalogue.edit",
            SpinForm,
            hint="Photos from all round, each a like step further. Choose none to take the turn away.",
        ),
        "show": Step("Show in a market", "catalogue.edit", ShowForm, hint="It appears once it has a price there."),
        "hide": Step("Hide in a market", "catalogue.edit", ShowForm, danger=True, hint="Prices and figures stay."),
    }

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        return ("status", ("category", admin.RelatedOnlyFieldListFilter))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        if not search_term:
            return queryset, False
        by_sku = Variant.objects.filter(sku__startswith=search_term).values("product_id")
        return queryset.filter(Q(slug__startswith=search_term.lower()) | Q(pk__in=by_sku)), False

    def quick_results(self, request: HttpRequest, text: str) -> list[tuple[str, str]]:
        rows, _ = self.get_search_results(request, self.get_queryset(request), text)
        return [(markets.pick(row.title, "en"), self.address_of(row.pk)) for row in rows[:5]]

    @admin.display(description="product", ordering="slug")
    def name(self, product: Product) -> str:
        return markets.pick(product.title, "en")

    @admin.display(description="HS code", ordering="hs_code")
    def hs(self, product: Product) -> str:
        return product.hs_code

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, product: Product) -> str:
        return moment(product.updated_at)

    def more(self, request: HttpRequest, record: Product) -> Mapping[str, Any]:
        operator = operator_of(request)
        listings = record.listings.filter(market__in=operator.markets("catalogue.view")).order_by("market")
        codes = sorted({*record.title, *languages_of(operator)})
        return {
            "title": markets.pick(record.title, "en"),
            "texts": [
                {"language": code, **{name: getattr(record, name).get(code, "") for name in FIELDS}} for code in codes
            ],
            "listings": [_listing(row) for row in listings],
            "variants": record.variants.order_by("position", "id"),
            "picture": Picture.from_dict(record.cover) if record.cover else None,
        }

    def initial(self, request: HttpRequest, name: str, record: Product) -> Mapping[str, Any]:
        if name != "texts":
            return {}
        offered = languages_of(operator_of(request))
        wanted = request.GET.get("language", "en")
        language = wanted if wanted in offered else next(iter(offered), "en")
        return {"language": language, **{field: getattr(record, field).get(language, "") for field in FIELDS}}

    def choices(self, request: HttpRequest, name: str, record: Product) -> Mapping[str, Sequence[tuple[str, str]]]:
        operator = operator_of(request)
        codes = sorted(operator.markets("catalogue.edit"))
        return {
            "language": [(code, code) for code in languages_of(operator)],
            "market": [(code, markets.get(code).name) for code in codes],
        }

    def offers(self, name: str, record: Product) -> bool:
        return record.status == Product.Status.ACTIVE

    def take_texts(self, request: HttpRequest, product: Product, given: Mapping[str, Any]) -> str:
        actor = operator_of(request).person_id
        texts = {name: given[name] for name in FIELDS}
        change_texts(product_id=product.pk, language=given["language"], texts=texts, actor_id=actor)
        return f"The {given['language']} texts are saved."

    def take_spin(self, request: HttpRequest, product: Product, given: Mapping[str, Any]) -> str:
        files = given["frames"]
        spins.require_frames(product_id=product.pk, count=len(files))
        images = [media.NewImage(file.read(), name=file.name) for file in files]
        frames = media.store_images(images=images) if images else []
        spins.set_spin(product_id=product.pk, frames=frames, actor_id=operator_of(request).person_id)
        return f"Its turn of {len(frames)} pictures is shown once they have sizes." if frames else "It turns no more."

    @transactional
    def take_show(self, request: HttpRequest, product: Product, given: Mapping[str, Any]) -> str:
        offers.list_in_markets([product.pk], [given["market"]])
        self._note(request, product, "catalog.show", given["market"])
        return f"Shown in {given['market']} as soon as it has a price there."

    @transactional
    def take_hide(self, request: HttpRequest, product: Product, given: Mapping[str, Any]) -> str:
        offers.hide_in_markets([product.pk], [given["market"]])
        self._note(request, product, "catalog.hide", given["market"])
        return f"No longer shown in {given['market']}. Showing it again takes this back."

    def _note(self, request: HttpRequest, product: Product, action: str, market: str) -> None:
        if market not in operator_of(request).markets("catalogue.edit"):
            raise NotFound()
        audit.record(
            actor_id=operator_of(request).person_id,
            action=action,
            object_type="product",
            object_id=product.pk,
            market=market,
        )


def _listing(row: Listing) -> Mapping[str, Any]:
    price = Money(row.from_minor, row.currency) if row.from_minor is not None else None
    all_in = Money(row.all_in_minor, row.currency) if row.all_in_minor is not None else None
    return {
        "row": row,
        "state": state("visible" if row.live else "hidden"),
        "why": "" if row.live else ("no price yet" if row.visible and price is None else ""),
        "price": money(price) if price else "",
        "all_in": money(all_in) if all_in else "",
    }


@admin.register(SizeChart)
class SizeChartAdmin(Records):
    permission = "catalogue.view"
    reach = "shared"
    heading = "Size charts"
    trail_type = "size_chart"
    intro = "What sizes measure. The nearest counts: of a product's own source, category and brand before others."
    list_display = ("code", "whose", "category", "brand", "option", "changed")
    list_select_related = ("category", "brand")
    ordering = ("source", "code")
    facts = ("code", "whose", "category", "brand", "option", "changed")
    list_steps: ClassVar[Mapping[str, Step]] = {"add": Step("Add a chart", "catalogue.edit", ChartForm)}
    steps: ClassVar[Mapping[str, Step]] = {
        "change": Step("Change", "catalogue.edit", ChartForm, hint="Shops follow within a minute."),
        "remove": Step("Remove", "catalogue.edit", danger=True, hint="The audit trail keeps its rows."),
    }

    @admin.display(description="for products of")
    def whose(self, chart: SizeChart) -> str:
        return chart.source or "all sources"

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, chart: SizeChart) -> str:
        return moment(chart.updated_at)

    def initial(self, request: HttpRequest, name: str, record: SizeChart | None) -> Mapping[str, Any]:
        if record is None:
            return {}
        return {
            "code": record.code,
            "category": record.category.path if record.category else "",
            "brand": record.brand.name if record.brand else "",
            "option": record.option,
            "table": chart_table.text_of(sizing.chart_of(record.option, record.rows)),
        }

    def take_add(self, request: HttpRequest, record: None, given: Mapping[str, Any]) -> str:
        return self._save(request, given, "")

    def take_change(self, request: HttpRequest, chart: SizeChart, given: Mapping[str, Any]) -> str:
        return self._save(request, {**given, "code": chart.code}, chart.source)

    def _save(self, request: HttpRequest, given: Mapping[str, Any], source: str) -> str:
        rows = chart_table.rows_of(given["table"], given["code"])
        chart = SizeChartInput(given["code"], rows, given["category"], given["brand"], given["option"])
        charts.save_size_charts([chart], source=source, actor_id=operator_of(request).person_id)
        return "The chart is saved."

    def take_remove(self, request: HttpRequest, chart: SizeChart, given: Mapping[str, Any]) -> HttpResponse:
        charts.remove_size_chart(chart.code, source=chart.source, actor_id=operator_of(request).person_id)
        return HttpResponseRedirect(list_url("catalog.sizechart"))
