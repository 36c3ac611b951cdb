"""Shelves: their order, paging through them, and what is known of how much stands on them."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glocal.content.catalog import caches, rollups
from glocal.content.catalog import facade as catalog
from glocal.content.catalog.models import Listing, ShelfChange, ShelfCount
from glocal.content.catalog.offers import follow_sales
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


def listed(**asked):
    return catalog.cards(**{"market": "TH", "language": "en", **asked})


def titles(**asked):
    return [card.title for card in listed(**asked).cards]


def brands(page):
    return {value.code: value.count for facet in page.facets if facet.code == "brand" for value in facet.values}


@pytest.fixture
def elsewhere(monkeypatch):
    """Writes happen in another process: what this one keeps stays."""
    monkeypatch.setattr(caches, "forget", lambda: None)
    monkeypatch.setattr(caches, "_clear", lambda: None)
    monkeypatch.setattr(caches, "forget_cards", lambda: None)


@pytest.fixture
def small_limits(monkeypatch):
    monkeypatch.setattr("glocal.content.catalog.shelves.MOST_COUNTED", 3)


_STANDING = st.lists(
    st.tuples(st.sampled_from(["", "home", "home/cups", "home/light", "home-office"]), st.integers(0, 3)), max_size=9
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(standing=_STANDING, one_by_one=st.booleans())
def test_each_order_of_a_shelf_is_that_of_sorting_by_hand(standing, one_by_one, monkeypatch):
    with transaction.atomic(), monkeypatch.context() as patch:
        if not one_by_one:
            patch.setattr("glocal.content.catalog.selections.MOST_SHELVES", 0)
        catalog.save_categories([catalog.CategoryInput("home", {"en": "Home"})])
        made = []
        for place, sold in standing:
            product = make_product(category=place, prices={"TH": 100 * (1 + sold)})
            catalog.count_sold([(product.id, "TH", sold)])
            made.append((place, sold, product.id))
        follow_sales()
        caches.forget()
        for path in ("", "home"):
            there = [row for row in made if not path or row[0] == path or row[0].startswith(f"{path}/")]
            by_hand = {
                "popular": [key for _, _, key in sorted(there, key=lambda row: (-row[1], row[2]))],
                "price": [key for _, _, key in sorted(there, key=lambda row: (row[1], row[2]))],
                "-price": [key for _, _, key in sorted(there, key=lambda row: (row[1], row[2]), reverse=True)],
            }
            for sort, expected in by_hand.items():
                pages = [listed(category=path, sort=sort, page=number, size=4) for number in (1, 2, 3)]
                shown = [card.product_id for page in pages[: pages[0].pages] for card in page.cards]
                assert shown == expected
                assert pages[0].total == len(expected)
        transaction.set_rollback(True)
    caches.forget()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("take_away", ["hide", "archive", "withdraw price"])
def test_what_another_process_takes_off_sale_is_gone_at_once_and_no_page_repeats_or_loses_another(take_away):
    made = {f"Cup {number}": make_product(title=f"Cup {number}", category="home/cups") for number in range(6)}
    assert titles(category="home", size=3) == ["Cup 0", "Cup 1", "Cup 2"]
    gone = made["Cup 1"]
    if take_away == "hide":
        catalog.hide_in_markets([gone.id], ["TH"])
    elif take_away == "archive":
        catalog.archive_products([gone.id])
    else:
        catalog.set_prices([catalog.PriceChange(gone.variant_id, "TH", None)])
    assert titles(category="home", size=3) == ["Cup 0", "Cup 2"]
    assert titles(category="home", size=3, page=2) == ["Cup 3", "Cup 4", "Cup 5"]


@pytest.mark.usefixtures("elsewhere")
def test_a_price_and_a_stock_changed_by_another_process_show_at_once():
    cup = make_product(category="home/cups")
    assert listed(category="home").cards[0].in_stock
    catalog.set_prices([catalog.PriceChange(cup.variant_id, "TH", Money(70_000, "THB"))])
    catalog.set_in_stock({cup.variant_id: False})
    card = listed(category="home").cards[0]
    assert (card.price, card.in_stock) == (Money(70_000, "THB"), False)


def test_what_has_no_place_among_the_first_is_read_page_by_page(monkeypatch):
    monkeypatch.setattr("glocal.content.catalog.shelves.KEPT", 4)
    for number in range(7):
        make_product(title=f"Cup {number}", category="home/cups")
    rollups.count_shelves()
    caches.forget()
    pages = [titles(category="home", size=2, page=number) for number in (1, 2, 3, 4)]
    assert [title for page in pages for title in page] == [f"Cup {number}" for number in range(7)]


@pytest.mark.usefixtures("small_limits")
def test_a_counted_shelf_tells_exactly_how_much_stands_on_it_and_below_it():
    for number in range(5):
        make_product(category="home/cups" if number else "home", brand="Acme" if number % 2 else "Bolt")
    make_product(category="home-office", brand="Acme")
    make_product(prices={"US": 100}, category="home")
    assert (listed(category="home").total, listed(category="home").capped) == (3, True)
    rollups.count_shelves()
    caches.forget()
    page = listed(category="home")
    assert (page.total, page.capped, brands(page)) == (5, False, {"acme": 2, "bolt": 3})
    assert listed().total == 6
    assert listed(category="home/cups").total == 4


@pytest.mark.parametrize("counted", [True, False])
def test_of_a_small_shelf_every_change_counts_at_once(counted):
    cup = make_product(category="home/cups", brand="Acme")
    rollups.count_shelves()
    make_product(category="home/cups", brand="Bolt")
    catalog.hide_in_markets([cup.id], ["TH"])
    make_product(category="home/light", brand="Acme")
    if counted:
        rollups.count_shelves()
    caches.forget()
    assert brands(listed(category="home/cups")) == {"bolt": 1}
    assert brands(listed(category="home")) == {"acme": 1, "bolt": 1}
    assert (listed().total, listed(category="home").total, listed(category="home/cups").total) == (2, 2, 1)


@pytest.mark.usefixtures("small_limits")
def test_what_moves_is_counted_where_it_went_and_no_longer_where_it_was():
    for number in range(4):
        make_product(category="home/cups", external_id=f"cup-{number}", skus={f"CUP-{number}": {}})
    rollups.count_shelves()
    make_product(category="home/light", external_id="cup-0", skus={"CUP-0": {}})
    rollups.count_shelves()
    caches.forget()
    assert [listed(category=path).total for path in ("home", "home/cups", "home/light")] == [4, 3, 1]


def test_what_its_dates_bring_and_take_is_counted():
    now = clock.now()
    cup, lamp = make_product(category="home"), make_product(category="home")
    catalog.list_in_markets([cup.id], ["TH"], visible_from=now + timedelta(days=1), visible_to=now + timedelta(days=2))
    for days, expected in ((0, 1), (1.5, 2), (2.5, 1)):
        with clock.at(now + timedelta(days=days)):
            rollups.count_shelves()
            caches.forget()
            assert ShelfCount.objects.get(market="TH", path="home").total == expected
            assert listed(category="home").total == expected
    assert lamp.id in {card.product_id for card in listed(category="home").cards}


def test_a_sale_or_a_new_price_is_no_reason_to_count_a_shelf_anew():
    cup = make_product(category="home")
    rollups.count_shelves()
    catalog.set_prices([catalog.PriceChange(cup.variant_id, "TH", Money(70_000, "THB"))])
    catalog.set_in_stock({cup.variant_id: False})
    catalog.count_sold([(cup.id, "TH", 2)])
    follow_sales()
    assert not ShelfChange.objects.exists()


def test_counting_all_anew_mends_what_no_change_told_of():
    make_product(category="home")
    rollups.count_shelves()
    Listing.objects.update(live=False)
    rollups.count_shelves()
    assert ShelfCount.objects.get(market="TH", path="home").total == 1
    rollups.count_shelves(all_of_them=True)
    assert ShelfCount.objects.get(market="TH", path="home").total == 0
    rollups.count_shelves(all_of_them=True)
    assert set(ShelfCount.objects.values_list("total", flat=True)) == {0}


def test_statements_of_a_shelf_do_not_grow_with_it(django_assert_num_queries):
    for size in (1, 8):
        for number in range(size):
            make_product(category=f"home/part-{number % 3}", brand=f"Brand {number}")
        rollups.count_shelves()
        caches.forget()
        with django_assert_num_queries(3):
            listed(category="home")
        with django_assert_num_queries(1):
            listed(category="home", page=2, size=2)
