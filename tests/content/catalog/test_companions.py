"""What stands beside a product: what is like it, what is bought with it, and why."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glocal.content.catalog import companions, finds, handlers
from glocal.content.catalog import facade as catalog
from glocal.content.catalog.companions import NEVER
from glocal.content.catalog.likeness import Traits, alike, best
from glocal.content.catalog.models import Companion, Listing
from glocal.events.catalog import OffersChanged
from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import clear_all
from glocal.platform.kernel.ids import uuid7
from tests.factories.catalog import make_product


def page(slug, market="TH"):
    clear_all()
    return catalog.product_page(market=market, language="en", slug=slug)


def similar(slug, **more):
    return [card.slug for card in page(slug, **more).similar]


def together(slug, **more):
    return [card.slug for card in page(slug, **more).together]


@pytest.fixture
def shop(db):
    made = {}
    for slug, title, category, brand, colour, price in (
        ("mug", "Ribbed stoneware mug", "home/cups", "Tide", "sand", 50_000),
        ("mug-2", "Ribbed stoneware mug, tall", "home/cups", "Tide", "sand", 52_000),
        ("cup", "Glass cup", "home/cups", "Lumen", "clear", 48_000),
        ("cup-2", "Travel cup in steel", "home/cups", "Lumen", "steel", 400_000),
        ("bowl", "Ribbed stoneware bowl", "home/bowls", "Tide", "sand", 60_000),
        ("serum", "Rice serum", "beauty/face", "Ama", "", 50_000),
    ):
        attributes = {"colour": [colour]} if colour else {}
        made[slug] = make_product(
            title=title, slug=slug, category=category, brand=brand, attributes=attributes, prices={"TH": price}
        )
    finds.choose_head()
    return made


def renew(*products):
    companions.note([product.id for product in products])
    companions.find_alike()


def test_what_is_most_like_it_comes_first_and_says_in_what(shop):
    renew(*shop.values())
    assert similar("mug") == ["mug-2", "bowl", "cup", "cup-2"]
    assert page("mug").similar_in == ("shelf", "traits", "name", "price", "maker")
    assert similar("mug", market="TH")[0] == "mug-2"
    assert "serum" not in similar("bowl")


def test_until_that_is_known_the_same_shelf_stands_there(shop):
    assert set(similar("mug")) == {"mug-2", "cup", "cup-2"}
    assert page("mug").similar_in == ("shelf",)
    renew(shop["serum"])
    assert page("serum").similar == ()


def test_of_what_is_like_it_only_what_is_sold_here_and_now_is_shown_the_rest_last(shop):
    extra = make_product(title="Ribbed mug", slug="extra", category="home/cups", prices={"TH": 50_000})
    renew(*shop.values(), extra)
    catalog.set_in_stock({shop["mug-2"].variant_id: False})
    catalog.archive_products([shop["bowl"].id])
    assert similar("mug")[-1] == "mug-2"
    assert "bowl" not in similar("mug")


def test_changed_products_go_first_then_the_stalest_and_no_others(shop):
    renew(*shop.values())
    Companion.objects.filter(product_id=shop["cup"].id).update(made_at=clock.now() - timedelta(days=8))
    handlers.note_changes([OffersChanged(change_id=uuid7(), product_ids=(shop["mug"].id,))])
    assert companions.find_alike(1) == 1
    assert Companion.objects.get(product_id=shop["mug"].id).made_at > NEVER
    assert companions.find_alike() == 1
    assert companions.find_alike() == 0


def test_finding_costs_the_same_statements_for_one_and_for_many(shop, django_assert_num_queries):
    for products in (list(shop.values())[:1], list(shop.values())):
        companions.note([product.id for product in products])
        with django_assert_num_queries(9):  # a savepoint each for the batch and for the empty one that ends it
            companions.find_alike()


def test_what_was_bought_together_stands_apart_most_telling_first(shop):
    renew(*shop.values())
    ids = {slug: product.id for slug, product in shop.items()}
    told = [
        catalog.BoughtTogether(ids["mug"], ids["serum"], 5, 2.0),
        catalog.BoughtTogether(ids["mug"], ids["cup"], 4, 9.0),
        catalog.BoughtTogether(ids["mug"], uuid7(), 40, 9.0),
        catalog.BoughtTogether(uuid7(), ids["mug"], 40, 9.0),
    ]
    catalog.set_together(told)
    assert together("mug") == ["cup", "serum"]
    assert "cup" not in similar("mug") or len(similar("mug")) < 4
    catalog.set_in_stock({shop["cup"].variant_id: False})
    assert together("mug") == ["serum"]
    catalog.set_together(told[:1])
    assert together("mug") == ["serum"]
    assert together("serum") == []


def test_a_page_costs_two_statements_with_companions_however_many(shop, django_assert_num_queries):
    renew(*shop.values())
    page("mug")
    with django_assert_num_queries(1):
        catalog.product_page(market="TH", language="en", slug="mug")
    clear_all()
    catalog.category_tree("TH", "en")
    with django_assert_num_queries(2):
        catalog.product_page(market="TH", language="en", slug="mug")


def test_in_a_market_where_little_of_it_is_sold_the_shelf_stands_there(shop):
    other = make_product(title="Mug", slug="us-mug", category="home/cups", prices={"US": 1_000, "TH": 50_000})
    assert other.slug == "us-mug"
    Listing.objects.filter(product_id=other.id, market="TH").update(sold_count=9)
    renew(other)
    assert page("us-mug", market="US").similar == ()
    assert len(similar("us-mug")) >= 4


words = st.frozensets(st.sampled_from(["rib", "mug", "cup", "tall"]))
traits = st.builds(
    Traits,
    path=st.lists(st.sampled_from(["a", "b"]), max_size=3).map(tuple),
    brand=st.sampled_from(["", "x", "y"]),
    tokens=words,
    words=words,
    prices=st.dictionaries(st.sampled_from(["TH", "US"]), st.integers(1, 10**9)),
    popularity=st.integers(-5, 10**6),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one=traits, other=traits, market=st.sampled_from(["TH", "US"]))
def test_likeness_is_mutual_and_between_none_and_the_same(one, other, market):
    found = alike(one, other, market)
    assert found == pytest.approx(alike(other, one, market))
    assert all(0 <= value <= 1 for value in found.values())
    same = alike(one, one, market)
    assert all(found[name] <= same[name] or same[name] == 0 for name in found)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one=traits, others=st.dictionaries(st.sampled_from("abcde"), traits, max_size=5))
def test_the_best_are_of_those_given_each_once_and_no_more_than_asked_for(one, others):
    keys, reasons = best(one, others, "TH", 3, 2)
    assert len(keys) == len(set(keys)) <= 3
    assert set(keys) <= others.keys()
    assert keys or not reasons
