"""Collections in the console: what each market shows together, when, and in which words."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from glocal.content.catalog import facade as catalog
from glocal.content.collections import services
from glocal.content.collections.errors import InvalidCollection
from glocal.content.collections.models import Collection
from glocal.content.collections.types import CollectionInput
from glocal.platform.console.records import MarketFilter, Records, Step, moment, operator_of, state
from glocal.platform.kernel.errors import NotFound
from glocal.platform.markets import facade as markets


class WhatForm(forms.Form):
    festival = forms.ChoiceField(required=False, help_text="Shown while the market keeps it; none: by the days below.")
    starts_on = forms.DateField(label="First day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label="Last day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    skus = forms.CharField(
        label="Articles",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Article numbers, one a line, in the order to show. None: all of the category.",
    )
    category = forms.CharField(max_length=200, required=False, help_text="Such as home/kitchen.")
    position = forms.IntegerField(initial=0, min_value=-1000, max_value=1000, help_text="Small comes first.")


class NewForm(WhatForm):
    market = forms.ChoiceField(label="Market")
    slug = forms.SlugField(label="Address", max_length=60)
    title = forms.CharField(label="Title in English", max_length=services.MOST_TITLE)
    field_order = ("market", "slug", "title")


class WordsForm(forms.Form):
    language = forms.ChoiceField(label="Language")
    title = forms.CharField(max_length=services.MOST_TITLE, required=False)
    text = forms.CharField(max_length=services.MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4}))


@admin.register(Collection)
class CollectionAdmin(Records):
    permission = "catalogue.view"
    heading = "Collections"
    trail_type = "collection"
    intro = "Products shown together on the first page and at an address of their own, by days or by a festival."
    list_display = ("name", "market", "slug", "festival", "starts_on", "ends_on", "holds", "use")
    list_filter = (MarketFilter, "active", "festival")
    ordering = ("market", "position", "slug")
    facts = ("market", "slug", "titles", "festival", "starts_on", "ends_on", "holds", "position", "use", "changed")
    list_steps: ClassVar[Mapping[str, Step]] = {"add": Step("Add a collection", "catalogue.edit", NewForm)}
    steps: ClassVar[Mapping[str, Step]] = {
        "words": Step("Edit texts", "catalogue.edit", WordsForm, hint="An empty title takes the language out."),
        "change": Step("Change", "catalogue.edit", WhatForm, hint="Shops follow within a minute."),
        "withdraw": Step("Withdraw", "catalogue.edit", danger=True, hint="Changing it brings it back."),
    }

    @admin.display(description="collection")
    def name(self, row: Collection) -> str:
        return markets.pick(row.title, "en")

    @admin.display(description="title")
    def titles(self, row: Collection) -> str:
        return " · ".join(f"{language}: {text}" for language, text in sorted(row.title.items()))

    @admin.display(description="holds")
    def holds(self, row: Collection) -> str:
        return f"{len(row.product_ids)} products" if row.product_ids else row.category or "a choice of facets"

    @admin.display(description="state", ordering="active")
    def use(self, row: Collection) -> str:
        return state("visible" if row.active else "hidden")

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, row: Collection) -> str:
        return moment(row.updated_at)

    def initial(self, request: HttpRequest, name: str, record: Collection | None) -> Mapping[str, Any]:
        if record is None:
            return {}
        if name == "words":
            language = request.GET.get("language", "en")
            return {
                "language": language,
                "title": record.title.get(language, ""),
                "text": record.text.get(language, ""),
            }
        refs = catalog.variant_refs(record.product_ids)
        skus = [refs[product_id][0].sku for product_id in record.product_ids if product_id in refs]
        return {
            "festival": record.festival,
            "starts_on": record.starts_on,
            "ends_on": record.ends_on,
            "skus": "\n".join(skus),
            "category": record.category,
            "position": record.position,
        }

    def choices(
        self, request: HttpRequest, name: str, record: Collection | None
    ) -> Mapping[str, Sequence[tuple[str, str]]]:
        mine = sorted(operator_of(request).markets("catalogue.edit"))
        codes = [record.market] if record else mine
        kept = {row.code: row.name for row in markets.festivals() if set(codes) & set(row.markets)}
        languages = sorted({language for code in codes for language in markets.get(code).languages} | {"en"})
        return {
            "market": [(code, markets.get(code).name) for code in mine],
            "festival": [("", "none"), *sorted(kept.items(), key=lambda row: row[1])],
            "language": [(code, code) for code in languages],
        }

    def offers(self, name: str, record: Collection) -> bool:
        return name != "withdraw" or record.active

    def take_add(self, request: HttpRequest, record: None, given: Mapping[str, Any]) -> str:
        if given["market"] not in operator_of(request).markets("catalogue.edit"):
            raise NotFound()
        taken = Collection.objects.filter(market=given["market"], slug=given["slug"]).exists()
        if taken:
            raise InvalidCollection(field="slug", why="there is one at that address")
        wanted = CollectionInput(given["market"], given["slug"], {"en": given["title"]}, **_what(given))
        self._save(request, wanted)
        return "The collection is made. Give it its texts in the other languages."

    def take_change(self, request: HttpRequest, row: Collection, given: Mapping[str, Any]) -> str:
        wanted = CollectionInput(row.market, row.slug, row.title, row.text, facets=row.facets, **_what(given))
        self._save(request, wanted)
        return "The collection is saved."

    def take_words(self, request: HttpRequest, row: Collection, given: Mapping[str, Any]) -> str:
        title = row.title | {given["language"]: given["title"]}
        text = row.text | {given["language"]: given["text"] if given["title"].strip() else ""}
        wanted = CollectionInput(
            row.market,
            row.slug,
            title,
            text,
            row.festival,
            row.starts_on,
            row.ends_on,
            row.product_ids,
            row.category,
            row.facets,
            row.position,
        )
        self._save(request, wanted)
        return f"The {given['language']} texts are saved."

    def take_withdraw(self, request: HttpRequest, row: Collection, given: Mapping[str, Any]) -> str:
        services.withdraw_collection(market=row.market, slug=row.slug, actor_id=operator_of(request).person_id)
        return "It is shown no longer."

    def _save(self, request: HttpRequest, wanted: CollectionInput) -> None:
        services.save_collection(wanted, actor_id=operator_of(request).person_id)


def _what(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``WhatForm`` as a collection has them. Raises InvalidCollection for an unknown article."""
    skus = list(dict.fromkeys(line.strip() for line in given["skus"].splitlines() if line.strip()))
    known = catalog.variant_ids(skus)
    if unknown := [sku for sku in skus if sku not in known]:
        raise InvalidCollection(field="skus", why=f"there is no article {unknown[0][:60]}")
    product_of = catalog.products_by_variant(list(known.values()))
    return {
        "festival": given["festival"],
        "starts_on": given["starts_on"],
        "ends_on": given["ends_on"],
        "product_ids": [product_of[known[sku]] for sku in skus],
        "category": given["category"],
        "position": given["position"],
    }
