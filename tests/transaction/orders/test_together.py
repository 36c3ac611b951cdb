"""What is bought together, told to the catalogue without who bought it."""

from datetime import timedelta

import pytest

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import clear_all
from glocal.transaction.orders import jobs
from glocal.transaction.orders.models import Order
from tests.factories.catalog import make_product
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    return {slug: make_product(title=slug, slug=slug) for slug in ("mug", "tray", "lamp", "sock")}


def bought(goods, *slugs, times=1, status="paid", **fields):
    for _ in range(times):
        lines = [{"product_id": goods[slug].id, "variant_id": goods[slug].variant_id} for slug in slugs]
        make_order(lines=lines, status=status, **fields)


def beside(slug):
    jobs.count_together.func(timestamp=0)
    clear_all()
    return [card.slug for card in catalog.product_page(market="US", language="en", slug=slug).together]


def test_what_stands_in_one_order_more_often_than_by_chance_is_told_both_ways(goods):
    bought(goods, "mug", "tray", times=3)
    bought(goods, "lamp", times=3)
    assert beside("mug") == ["tray"]
    assert beside("tray") == ["mug"]
    assert beside("lamp") == []


def test_a_pair_in_two_orders_could_be_one_persons_own(goods):
    bought(goods, "mug", "tray", times=2)
    bought(goods, "lamp", times=3)
    assert beside("mug") == []


def test_what_everybody_buys_says_nothing_of_what_else_they_buy(goods):
    bought(goods, "mug", "sock", times=3)
    bought(goods, "tray", "sock", times=3)
    assert beside("mug") == []


@pytest.mark.parametrize(
    "fields", [{"status": "placed"}, {"status": "cancelled"}, {"kind": "return"}, {"age": timedelta(days=366)}]
)
def test_only_sales_of_the_last_year_count(goods, fields):
    age = fields.pop("age", timedelta(0))
    bought(goods, "mug", "tray", times=3, **fields)
    Order.objects.update(placed_at=clock.now() - age)
    bought(goods, "lamp", times=3)
    assert beside("mug") == []


def test_a_very_large_order_says_nothing(goods, monkeypatch):
    monkeypatch.setattr("glocal.transaction.orders.services.together.LARGEST", 2)
    bought(goods, "mug", "tray", "sock", times=3)
    bought(goods, "lamp", times=3)
    assert beside("mug") == []


def test_one_product_twice_in_an_order_is_once(goods):
    bought(goods, "mug", "mug", "tray", times=3)
    bought(goods, "lamp", times=3)
    assert beside("mug") == ["tray"]
