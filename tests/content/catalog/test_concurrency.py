"""Writers at the same time: nobody's work is lost or doubled."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from glocal.content.catalog import facade as catalog
from glocal.content.catalog.models import Brand, Category, Listing, Offer, Product, Variant
from glocal.platform.kernel.money import Money
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: Sequence[Callable[[], object]]) -> None:
    """Run all calls in threads of their own that start together; raises what any of them raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        try:
            start.wait()
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(run, call) for call in calls]:
            done.result()


def feed(order=1):
    """Forty products, all named alike, in brands and categories that nobody has made yet."""
    return [
        catalog.ProductInput(
            external_id=f"p{number}",
            title={"en": "Gift box"},
            variants=[catalog.VariantInput(f"P{number}", 100, {"colour": "red"})],
            category=f"gifts/boxes-{number % 3}",
            brand=f"Maker {number % 5}",
        )
        for number in range(40)
    ][::order]


def test_two_imports_of_the_same_file_leave_one_of_each_product():
    def run(order):
        products = feed(order)
        for begin in range(0, 40, 10):
            ids = catalog.save_products(products[begin : begin + 10])
            catalog.list_in_markets(ids, ["TH", "US"])
            catalog.set_prices(
                [catalog.PriceChange(key, "TH", Money(9_900, "THB")) for key in catalog.variants_of(ids)]
            )

    at_once([lambda: run(1), lambda: run(-1), lambda: run(1)])
    assert (Product.objects.count(), Variant.objects.count(), Offer.objects.count()) == (40, 40, 40)
    assert (Listing.objects.count(), Listing.objects.filter(live=True).count()) == (80, 40)
    assert (Category.objects.count(), Brand.objects.count()) == (4, 5)
    assert Product.objects.values("slug").distinct().count() == 40


def test_prices_set_at_once_for_variants_of_one_product_are_all_in_the_listing():
    product = make_product(skus={f"S{number}": {"size": f"s{number}"} for number in range(8)}, prices={"TH": 50_000})
    variants = list(product.variants.values())
    changes = [[catalog.PriceChange(key, "TH", Money(10_000 + n, "THB"))] for n, key in enumerate(variants)]
    at_once([lambda change=change: catalog.set_prices(change) for change in changes])
    listing = Listing.objects.get(product_id=product.id)
    assert (listing.from_minor, listing.from_price) == (10_000, True)
    catalog.set_prices([catalog.PriceChange(variants[0], "TH", None)])
    listing.refresh_from_db()
    assert listing.from_minor == 10_001


def test_stock_that_runs_out_in_two_places_at_once_shows_as_sold_out():
    product = make_product(skus={"A": {"size": "s"}, "B": {"size": "m"}})
    a, b = product.variants.values()
    at_once([lambda: catalog.set_in_stock({a: False}), lambda: catalog.set_in_stock({b: False})])
    assert not Listing.objects.filter(in_stock=True).exists()


def test_every_sale_is_counted_whatever_the_order_of_the_products():
    one, two = make_product(), make_product()
    there = [(one.id, "TH", 1), (two.id, "TH", 1)]
    at_once([lambda rows=rows: [catalog.count_sold(rows) for _ in range(10)] for rows in (there, there[::-1]) * 3])
    assert sorted(Listing.objects.filter(market="TH").values_list("sold_count", flat=True)) == [60, 60]
