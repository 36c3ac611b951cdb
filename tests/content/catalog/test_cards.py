"""Lists of products as shoppers see them."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glocal.content.catalog import caches
from glocal.content.catalog import facade as catalog
from glocal.content.catalog.offers import follow_sales
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


def listed(**asked):
    return catalog.cards(**{"market": "TH", "language": "en", **asked})


def titles(**asked):
    return [card.title for card in listed(**asked).cards]


def counts(page, facet):
    return next(
        ({value.code: value.count for value in found.values} for found in page.facets if found.code == facet), {}
    )


def test_a_market_lists_only_what_is_sold_there_at_its_own_price():
    make_product(title="Everywhere", prices={"TH": 59_900, "US": 1_999})
    make_product(title="Only Thailand", prices={"TH": 10_000})
    page = listed(market="US")
    assert [(card.title, card.price) for card in page.cards] == [("Everywhere", Money(1_999, "USD"))]
    assert sorted(titles()) == ["Everywhere", "Only Thailand"]


def test_a_card_says_from_when_variants_differ_in_price():
    product = make_product(skus={"S": {"size": "s"}, "L": {"size": "l"}})
    assert not listed().cards[0].from_price
    catalog.set_prices([catalog.PriceChange(product.variants["L"], "TH", Money(89_900, "THB"))])
    card = listed().cards[0]
    assert (card.price, card.from_price) == (Money(59_900, "THB"), True)


def test_a_card_shows_the_whole_price_until_the_price_changes():
    product = make_product()
    landed = {"goods": 59_900, "shipping": 4_000, "total": 63_900, "currency": "THB", "estimate": True}
    catalog.set_landed([catalog.LandedChange(product.variant_id, "TH", landed)])
    card = listed().cards[0]
    assert (card.all_in, card.all_in_estimate) == (Money(63_900, "THB"), True)
    catalog.set_prices([catalog.PriceChange(product.variant_id, "TH", Money(69_900, "THB"))])
    assert listed().cards[0].all_in is None


def test_a_whole_price_worked_out_from_an_old_price_is_ignored():
    product = make_product()
    stale = {"goods": 49_900, "total": 53_900, "currency": "THB", "estimate": False}
    catalog.set_landed([catalog.LandedChange(product.variant_id, "TH", stale)])
    assert listed().cards[0].all_in is None


def test_a_product_is_listed_only_inside_its_dates():
    product, now = make_product(), clock.now()
    catalog.list_in_markets(
        [product.id], ["TH"], visible_from=now + timedelta(days=1), visible_to=now + timedelta(days=2)
    )
    for days, expected in ((0, 0), (1.5, 1), (2.5, 0)):
        with clock.at(now + timedelta(days=days)):
            caches.forget()
            assert listed().total == len(listed().cards) == expected


@pytest.mark.parametrize("take_away", ["hide", "archive", "withdraw price"])
def test_what_is_taken_off_sale_is_gone_and_comes_back(take_away):
    product = make_product()
    price = Money(59_900, "THB")
    if take_away == "hide":
        catalog.hide_in_markets([product.id], ["TH"])
    elif take_away == "archive":
        catalog.archive_products([product.id])
    else:
        catalog.set_prices([catalog.PriceChange(product.variant_id, "TH", None)])
    assert listed().total == 0
    if take_away == "hide":
        catalog.list_in_markets([product.id], ["TH"])
        catalog.set_prices([catalog.PriceChange(product.variant_id, "TH", price)])
        assert listed().total == 1


def test_a_category_lists_what_is_in_it_and_below_it():
    make_product(title="Cream", category="beauty/skincare/face")
    make_product(title="Lipstick", category="beauty/make-up")
    make_product(title="Lamp", category="home")
    assert titles(category="beauty/skincare") == ["Cream"]
    assert sorted(titles(category="beauty")) == ["Cream", "Lipstick"]


def test_a_category_that_begins_like_another_is_not_mistaken_for_it():
    make_product(title="Cream", category="beauty")
    make_product(title="Tool", category="beauty-tools")
    assert titles(category="beauty") == ["Cream"]


def test_an_unknown_market_category_or_order_is_refused():
    with pytest.raises(markets.UnknownMarket):
        listed(market="XX")
    with pytest.raises(catalog.CategoryNotFound):
        listed(category="no/such\0place")
    with pytest.raises(catalog.UnknownSort):
        listed(sort="; drop table")


def test_orders_by_price_novelty_and_sales():
    now = clock.now()
    made = {}
    for age, (name, price) in enumerate([("Dear", 90_000), ("Cheap", 10_000), ("Middle", 50_000)]):
        with clock.at(now - timedelta(days=age)):
            made[name] = make_product(title=name, prices={"TH": price})
    assert titles(sort="price") == ["Cheap", "Middle", "Dear"]
    assert titles(sort="-price") == ["Dear", "Middle", "Cheap"]
    assert titles(sort="new") == ["Dear", "Cheap", "Middle"]
    catalog.count_sold([(made["Middle"].id, "TH", 3), (made["Cheap"].id, "TH", 1), (made["Cheap"].id, "US", 9)])
    caches.forget()
    assert follow_sales() == 2
    assert titles(sort="popular") == ["Middle", "Cheap", "Dear"]
    assert [card.sold_count for card in listed().cards] == [3, 1, 0]


def test_returns_never_take_the_sold_count_below_zero():
    product = make_product()
    catalog.count_sold([catalog.Sold(product.id, "TH", 2), catalog.Sold(product.id, "TH", -5)])
    assert listed().cards[0].sold_count == 0


def test_pages_cover_all_products_once():
    for number in range(7):
        make_product(title=f"Thing {number}")
    pages = [listed(page=number, size=3) for number in (1, 2, 3)]
    assert [len(page.cards) for page in pages] == [3, 3, 1]
    assert len({card.slug for page in pages for card in page.cards}) == 7
    assert {(page.total, page.pages) for page in pages} == {(7, 3)}


@pytest.mark.parametrize(("page", "size"), [(0, 3), (-5, 3), (10**9, 3), (1, 0), (1, 10**9)])
def test_a_page_or_size_out_of_range_is_the_nearest_there_is(page, size):
    make_product()
    assert len(listed(page=page, size=size).cards) == 1


def test_facets_narrow_between_and_widen_within_and_count_without_their_own_choice():
    for colour, size in [("red", "s"), ("red", "m"), ("blue", "m"), ("green", "l")]:
        make_product(attributes={"colour": [colour], "size": [size]}, brand="Acme" if colour == "red" else "Bolt")
    page = listed(facets={"colour": ["red", "blue"]})
    assert page.total == 3
    assert counts(page, "colour") == {"red": 2, "blue": 1, "green": 1}
    assert counts(page, "size") == {"s": 1, "m": 2}
    assert counts(page, "brand") == {"acme": 2, "bolt": 1}
    both = listed(facets={"colour": ["red"], "size": ["m"]})
    assert both.total == len(both.cards) == 1
    assert counts(both, "colour") == {"red": 1, "blue": 1}
    assert counts(both, "size") == {"s": 1, "m": 1}


def test_the_marks_of_a_shared_link_do_not_empty_the_shelf():
    make_product(attributes={"colour": ["red"]})
    page = listed(facets={"utm_source": ["mail"], "fbclid": ["x"], "colour\0": ["y"], "colour": ["red"]})
    assert page.total == len(page.cards) == 1


def test_a_choice_that_lists_nothing_stays_visible_so_that_it_can_be_taken_back():
    make_product(attributes={"colour": ["red"], "size": ["s"]})
    make_product(attributes={"colour": ["blue"], "size": ["m"]})
    page = listed(facets={"colour": ["red"], "size": ["m"]})
    assert (page.total, page.cards) == (0, ())
    chosen = {(facet.code, value.code) for facet in page.facets for value in facet.values if value.selected}
    assert chosen == {("colour", "red"), ("size", "m")}


def test_variants_count_as_facets_only_in_markets_where_they_are_sold():
    product = make_product(skus={"R": {"colour": "red"}, "B": {"colour": "blue"}}, prices={"TH": 100, "US": 100})
    catalog.set_prices([catalog.PriceChange(product.variants["B"], "TH", None)])
    assert counts(listed(), "colour") == {"red": 1}
    assert counts(listed(market="US"), "colour") == {"red": 1, "blue": 1}


def test_facets_are_labelled_in_the_language_and_carry_colours():
    catalog.save_attributes(
        [
            catalog.AttributeInput(
                "colour",
                {"en": "Colour", "th": "สี"},
                [catalog.ValueInput("red", {"en": "Red", "th": "แดง"}, "#e5484d")],
            )
        ]
    )
    make_product(attributes={"colour": ["red"]})
    facet = listed(language="th").facets[0]
    assert (facet.label, facet.values[0].label, facet.values[0].hex) == ("สี", "แดง", "#e5484d")


_PRODUCTS = st.lists(st.tuples(st.sampled_from("rgb"), st.sampled_from("sml"), st.sampled_from("xy")), max_size=8)
_CHOSEN = st.dictionaries(
    st.sampled_from(["colour", "size", "brand"]),
    st.lists(st.sampled_from("rgbsmlxy"), min_size=1, max_size=3),
    max_size=3,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(products=_PRODUCTS, chosen=_CHOSEN)
def test_facet_counts_agree_with_counting_by_hand(products, chosen):
    with transaction.atomic():
        for colour, size, brand in products:
            make_product(attributes={"colour": [colour], "size": [size]}, brand=brand)
        rows = [dict(zip(("colour", "size", "brand"), product, strict=True)) for product in products]

        def meets(row, but=None):
            return all(row[code] in values for code, values in chosen.items() if code != but)

        page = listed(facets=chosen, size=100)
        assert page.total == len(page.cards) == sum(map(meets, rows))
        for code in ("colour", "size", "brand"):
            expected = Counter(row[code] for row in rows if meets(row, but=code))
            shown = {value: number for value, number in counts(page, code).items() if number}
            assert shown == expected
        transaction.set_rollback(True)
    caches.forget()


def test_statements_do_not_grow_with_products_and_are_few(django_assert_num_queries):
    for number in range(6):
        make_product(category="beauty", attributes={"colour": ["red"]}, title=f"Thing {number}")
    with django_assert_num_queries(3):
        listed(category="beauty", facets={"colour": ["red"]}, size=2)
    with django_assert_num_queries(1):
        listed(category="beauty", facets={"colour": ["red"]}, size=100)
    ids = [card.product_id for card in listed(category="beauty").cards]
    with django_assert_num_queries(1):
        assert len(catalog.cards_of("TH", "en", ids)) == 6


def test_cards_of_keep_the_order_asked_for_and_drop_what_is_not_on_sale():
    first, second = make_product(), make_product()
    elsewhere = make_product(prices={"US": 100})
    found = catalog.cards_of("TH", "en", [second.id, elsewhere.id, first.id, second.id])
    assert [card.product_id for card in found] == [second.id, first.id]


def test_sold_out_and_back_in_stock_show_on_the_card():
    product = make_product(skus={"A": {"size": "s"}, "B": {"size": "m"}})
    catalog.set_in_stock({product.variants["A"]: False})
    assert listed().cards[0].in_stock
    catalog.set_in_stock({product.variants["B"]: False})
    assert not listed().cards[0].in_stock
    catalog.set_in_stock({product.variants["B"]: True})
    assert listed().cards[0].in_stock


def test_past_the_limit_counts_are_lower_bounds_and_say_so(monkeypatch):
    monkeypatch.setattr("glocal.content.catalog.shelves.MOST_COUNTED", 3)
    for number in range(5):
        make_product(title=f"Thing {number}")
    page = listed(size=2)
    assert (page.total, page.capped, len(page.cards)) == (3, True, 2)
    assert not listed(market="AE").capped
