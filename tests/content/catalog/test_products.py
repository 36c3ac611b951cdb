"""Products: what can be saved, what a repeated import does, what a product page shows."""

import re
from dataclasses import replace

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from glocal.content.catalog import facade as catalog
from glocal.content.catalog import rules
from glocal.content.catalog.models import Category, Offer, Product, Variant
from glocal.content.media import facade as media
from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.http.problems import text_of
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from tests.factories.catalog import make_product
from tests.factories.media import image_bytes

TOTE = catalog.ProductInput(
    external_id="tote",
    title={"en": "Canvas tote", "th": "กระเป๋าผ้าใบ"},
    variants=[
        catalog.VariantInput("TOTE-S", 300, {"colour": "sand", "size": "s"}),
        catalog.VariantInput("TOTE-M", 400, {"colour": "sand", "size": "m"}),
    ],
    category="fashion/bags",
    brand="Loom",
    summary={"en": "Carries much"},
    attributes={"material": ["cotton"], "care": {"en": "Wash cold", "th": "ซักเย็น"}},
    hs_code="4202.92",
    origin="cn",
)


def state():
    with connection.cursor() as cursor:
        rows = []
        for table in ("product", "variant", "offer", "listing", "category", "brand", "attribute", "attributevalue"):
            cursor.execute(f"SELECT t.xmin::text, t::text FROM catalog_{table} AS t ORDER BY 2")
            rows += cursor.fetchall()
    return rows


def refused(product, kind, field):
    before = state()
    with pytest.raises(kind) as refusal, transaction.atomic():
        catalog.save_products([replace(TOTE, external_id="good", variants=[catalog.VariantInput("G", 1)]), product])
    assert refusal.value.field == field
    assert refusal.value.message.format(**refusal.value.details)
    assert state() == before


@pytest.mark.django_db
class TestSaving:
    def test_what_a_product_names_is_made(self):
        catalog.save_products([TOTE])
        product = Product.objects.get()
        assert (product.slug, product.hs_code, product.origin) == ("canvas-tote", "420292", "CN")
        assert sorted(Category.objects.values_list("path", flat=True)) == ["fashion", "fashion/bags"]
        assert product.brand.name == "Loom"
        assert [variant.sku for variant in product.variants.order_by("position")] == ["TOTE-S", "TOTE-M"]

    def test_saving_the_same_again_writes_nothing_and_tells_nothing(self):
        first = catalog.save_products([TOTE])
        before, told = state(), OutboxEvent.objects.count()
        assert catalog.save_products([TOTE]) == first
        assert state() == before
        assert OutboxEvent.objects.count() == told

    def test_a_renamed_product_keeps_its_address_and_id(self):
        first = catalog.save_products([TOTE])
        assert catalog.save_products([replace(TOTE, title={"en": "Linen bag"})]) == first
        product = Product.objects.get()
        assert (product.slug, product.title) == ("canvas-tote", {"en": "Linen bag"})

    def test_products_of_the_same_name_get_different_addresses_that_stay(self):
        def named_alike(number):
            return replace(TOTE, external_id=str(number), variants=[catalog.VariantInput(f"T{number}", 1)])

        batch = [named_alike(number) for number in range(4)]
        catalog.save_products(batch[:2])
        slugs = dict(Product.objects.values_list("external_id", "slug"))
        catalog.save_products(batch)
        after = dict(Product.objects.values_list("external_id", "slug"))
        assert len(set(after.values())) == 4
        assert slugs.items() <= after.items()

    def test_ids_come_in_the_order_given(self):
        batch = [
            replace(TOTE, external_id=str(number), variants=[catalog.VariantInput(f"T{number}", 1)])
            for number in (3, 1, 2)
        ]
        ids = catalog.save_products(batch)
        assert [str(Product.objects.get(pk=key).external_id) for key in ids] == ["3", "1", "2"]

    def test_a_variant_that_is_gone_from_the_list_is_withdrawn_and_comes_back(self):
        product = make_product(skus={"A": {"size": "s"}, "B": {"size": "m"}}, external_id="x")
        only_a = catalog.ProductInput(
            "x", {"en": "X"}, [catalog.VariantInput("A", 1, {"size": "s"})], external_source="tests"
        )
        catalog.save_products([only_a])
        assert set(catalog.items_for_sale("TH", list(product.variants.values()))) == {product.variants["A"]}
        both = replace(only_a, variants=[*only_a.variants, catalog.VariantInput("B", 1, {"size": "m"})])
        catalog.save_products([both])
        assert len(catalog.items_for_sale("TH", list(product.variants.values()))) == 2

    def test_a_batch_of_any_size_takes_the_same_number_of_statements(self, django_assert_max_num_queries):
        def batch(count):
            return [
                replace(
                    TOTE, external_id=f"{count}-{n}", variants=[catalog.VariantInput(f"{count}-{n}", 1)], brand=f"B{n}"
                )
                for n in range(count)
            ]

        for count in (2, 200):
            with django_assert_max_num_queries(20):  # savepoints counted
                catalog.save_products(batch(count))

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": {}}, "products[1].title"),
            ({"title": {"en": " \0 "}}, "products[1].title"),
            ({"title": {"en": "x" * 301}}, "products[1].title"),
            ({"external_id": ""}, "products[1].external_id"),
            ({"external_id": "good"}, "products[1].external_id"),
            ({"category": "Beauty & Care"}, "products[1].category"),
            ({"category": "a/b/c/d/e/f"}, "products[1].category"),
            ({"hs_code": "12ab56"}, "products[1].hs_code"),
            ({"origin": "China"}, "products[1].origin"),
            ({"variants": []}, "products[1].variants"),
            ({"variants": [catalog.VariantInput("", 1)]}, "products[1].variants[0].sku"),
            ({"variants": [catalog.VariantInput("A", -1)]}, "products[1].variants[0].weight_g"),
            ({"variants": [catalog.VariantInput("A", 1, {"Size!": "s"})]}, "products[1].variants[0].options"),
            ({"variants": [catalog.VariantInput("A", 1), catalog.VariantInput("A", 1)]}, "products[1].variants[1]"),
            ({"attributes": {"material": "cotton"}}, "products[1].attributes.material"),
            ({"attributes": {"m": ["Cotton!"]}}, "products[1].attributes.m"),
        ],
    )
    def test_a_fault_is_named_with_its_place_and_nothing_of_the_batch_is_kept(self, change, field):
        refused(replace(TOTE, **change), catalog.InvalidProduct, field)

    def test_an_article_number_of_another_product_is_refused(self):
        make_product(skus={"TAKEN": {}})
        refused(
            replace(TOTE, variants=[catalog.VariantInput("OWN", 1), catalog.VariantInput("TAKEN", 1, {"size": "s"})]),
            catalog.SkuTaken,
            "products[1].variants[1].sku",
        )

    def test_nul_and_other_control_characters_are_dropped_from_texts(self):
        catalog.save_products([replace(TOTE, title={"en": "Canvas\0 tote\x07"}, description={"en": "a\0b"})])
        product = Product.objects.get()
        assert (product.title, product.description) == ({"en": "Canvas tote"}, {"en": "ab"})


@pytest.mark.django_db
class TestPrices:
    def test_a_price_in_another_currency_is_refused_with_its_place(self):
        product = make_product(prices={})
        before = state()
        with pytest.raises(catalog.WrongCurrency) as refusal, transaction.atomic():
            catalog.set_prices(
                [
                    catalog.PriceChange(product.variant_id, "US", Money(100, "USD")),
                    catalog.PriceChange(product.variant_id, "TH", Money(100, "USD")),
                ]
            )
        assert refusal.value.field == "changes[1].price"
        assert state() == before

    @pytest.mark.parametrize("minor", [0, -1])
    def test_a_price_of_nothing_is_refused(self, minor):
        product = make_product()
        with pytest.raises(catalog.InvalidPrice), transaction.atomic():
            catalog.set_prices([catalog.PriceChange(product.variant_id, "TH", Money(minor, "THB"))])

    def test_an_unknown_variant_or_market_is_refused(self):
        product = make_product()
        with pytest.raises(catalog.UnknownVariant), transaction.atomic():
            catalog.set_prices([catalog.PriceChange(product.id, "TH", Money(1, "THB"))])
        with pytest.raises(markets.UnknownMarket), transaction.atomic():
            catalog.set_prices([catalog.PriceChange(product.variant_id, "XX", Money(1, "THB"))])
        with pytest.raises(markets.UnknownMarket), transaction.atomic():
            catalog.list_in_markets([product.id], ["XX"])

    def test_the_last_of_two_prices_for_one_offer_counts(self):
        product = make_product()
        catalog.set_prices(
            [catalog.PriceChange(product.variant_id, "TH", Money(minor, "THB")) for minor in (50_000, 40_000)]
        )
        assert Offer.objects.get(market="TH").price_minor == 40_000

    def test_an_unchanged_price_writes_nothing(self):
        product = make_product()
        before = state()
        catalog.set_prices([catalog.PriceChange(product.variant_id, "TH", Money(59_900, "THB"))])
        assert state() == before

    def test_another_weight_or_market_is_told_once_since_whole_prices_depend_on_it(self):
        ids = catalog.save_products([TOTE])
        assert not OutboxEvent.objects.exists()
        heavier = replace(TOTE, variants=[replace(variant, weight_g=900) for variant in TOTE.variants])
        for _ in range(2):
            catalog.save_products([heavier])
            catalog.list_in_markets(ids, ["US"])
        told = [event.payload for event in OutboxEvent.objects.filter(name="catalog.OffersChanged").order_by("id")]
        assert [(event["product_ids"], event["markets"]) for event in told] == [
            ([str(ids[0])], []),
            ([str(ids[0])], ["US"]),
        ]


@pytest.mark.django_db
class TestForSale:
    def test_only_what_can_be_bought_in_the_market_is_for_sale(self):
        here, elsewhere, archived = make_product(), make_product(prices={"US": 100}), make_product()
        catalog.archive_products([archived.id])
        asked = [here.variant_id, elsewhere.variant_id, archived.variant_id, here.id]
        assert set(catalog.items_for_sale("TH", asked)) == {here.variant_id}
        assert catalog.items_for_sale("XX", asked) == {}
        assert catalog.items_for_sale("TH", []) == {}

    def test_an_item_carries_what_an_order_line_needs(self, django_assert_num_queries):
        product = make_product(
            title=dict(TOTE.title),
            skus={"T": {"size": "m", "colour": "sand"}},
            weight_g=300,
            hs_code="420292",
            category="fashion/bags",
        )
        catalog.save_attributes(
            [
                catalog.AttributeInput(
                    "colour", {"en": "Colour"}, [catalog.ValueInput("sand", {"en": "Sand", "th": "ทราย"}, "#D9C3A0")]
                ),
                catalog.AttributeInput("size", {"en": "Size"}, [catalog.ValueInput("m", {"en": "M"})], position=1),
            ]
        )
        catalog.items_for_sale("TH", [product.variant_id])
        with django_assert_num_queries(1):
            item = catalog.items_for_sale("TH", [product.variant_id])[product.variant_id]
        assert (item.sku, item.slug, item.title) == ("T", "canvas-tote", TOTE.title)
        assert item.options_text == {"en": "Sand / Size M", "th": "ทราย / Size M"}
        assert (item.price, item.weight_g, item.hs_code, item.origin) == (Money(59_900, "THB"), 300, "420292", "CN")
        assert (item.product_id, item.category, item.cover) == (product.id, "fashion/bags", None)


@pytest.mark.django_db
class TestProductPage:
    def test_it_shows_everything_in_the_shoppers_language(self):
        picture = media.store_image(data=image_bytes(), alt={"en": "A tote"})
        ids = catalog.save_products([replace(TOTE, pictures=[picture])])
        variants = catalog.variant_refs(ids)[ids[0]]
        catalog.list_in_markets(ids, ["TH"])
        catalog.set_prices([catalog.PriceChange(ref.id, "TH", Money(59_900, "THB")) for ref in variants])
        catalog.save_categories([catalog.CategoryInput("fashion", {"en": "Fashion", "th": "แฟชั่น"})])
        page = catalog.product_page(market="TH", language="th", slug="canvas-tote")
        assert (page.title, page.summary, page.brand) == ("กระเป๋าผ้าใบ", "Carries much", "Loom")
        assert [(crumb.path, crumb.label) for crumb in page.trail] == [("fashion", "แฟชั่น"), ("fashion/bags", "Bags")]
        assert {attribute.code: attribute.values for attribute in page.attributes} == {
            "material": ("Cotton",),
            "care": ("ซักเย็น",),
        }
        assert {option.code: [value.code for value in option.values] for option in page.options} == {
            "colour": ["sand"],
            "size": ["s", "m"],
        }
        assert [(variant.sku, variant.price.minor, variant.weight_g) for variant in page.variants] == [
            ("TOTE-S", 59_900, 300),
            ("TOTE-M", 59_900, 400),
        ]
        assert [picture.alt for picture in page.gallery] == [{"en": "A tote"}]
        assert (page.origin, page.hs_code) == ("CN", "420292")

    def test_it_takes_three_statements_cold_and_one_warm(self, django_assert_num_queries):
        product = make_product(category="home", skus={f"S{n}": {"size": f"s{n}"} for n in range(20)})
        others = [make_product(category="home") for _ in range(9)]
        with django_assert_num_queries(3):
            page = catalog.product_page(market="TH", language="en", slug=product.slug)
        assert len(page.similar) == 8
        assert product.id not in {card.product_id for card in page.similar}
        with django_assert_num_queries(1):
            catalog.product_page(market="TH", language="en", slug=others[0].slug)

    @pytest.mark.parametrize("slug", ["nothing", "", "\0", "x" * 5_000, "'; --"])
    def test_an_unknown_product_is_not_found(self, slug):
        with pytest.raises(catalog.ProductNotFound):
            catalog.product_page(market="TH", language="en", slug=slug)

    def test_a_product_that_is_not_sold_here_looks_like_an_unknown_one(self):
        product = make_product(prices={"US": 100})
        with pytest.raises(catalog.ProductNotFound):
            catalog.product_page(market="TH", language="en", slug=product.slug)


@pytest.mark.django_db
def test_the_tree_offers_only_categories_that_sell_something_in_the_market():
    make_product(category="beauty/skincare")
    make_product(category="home/light", prices={"US": 100})
    catalog.save_categories([catalog.CategoryInput("beauty/empty", {"en": "Empty"})])
    tree = catalog.category_tree("TH", "en")
    assert [(node.path, [child.path for child in node.children]) for node in tree] == [("beauty", ["beauty/skincare"])]


@pytest.mark.django_db
def test_unknown_stock_is_ignored_and_known_stock_shows_on_the_variant():
    product = make_product(in_stock=False)
    catalog.set_in_stock({product.variant_id: True, product.id: True})
    assert Variant.objects.get().in_stock


_TITLES = st.dictionaries(st.sampled_from(["en", "th", "zh-hans"]), st.text(min_size=1, max_size=30), min_size=1)


@given(titles=st.lists(_TITLES.filter(lambda title: any(rules.clean_texts(title).values())), max_size=20))
def test_addresses_are_always_different_and_safe(titles):
    products = [
        replace(TOTE, external_id=str(number), title=rules.clean_texts(title)) for number, title in enumerate(titles)
    ]
    slugs = rules.slugs_for(products, taken=["product"])
    assert len(set(slugs)) == len(products)
    assert all(len(slug) <= 120 and re.fullmatch("[a-z0-9_-]+", slug) for slug in slugs)


def test_a_fault_reads_as_one_sentence_that_says_what_to_do():
    with pytest.raises(catalog.InvalidProduct) as refusal:
        rules.sound(replace(TOTE, origin="China"), "products[0]")
    assert text_of(refusal.value) == "Product tote: write the country of origin with two letters, such as CN."
