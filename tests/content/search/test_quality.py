"""Judged queries over the demo's goods: the order of what is found, beside PostgreSQL's plain full text."""

from collections import Counter
from pathlib import Path
from statistics import mean

import pytest

from glocal.bench import quality
from glocal.content.catalog import facade as catalog
from glocal.content.search import facade as search
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.world.demo import goods

FILE = Path(__file__).with_name("data") / "judged.yaml"


@pytest.fixture
def demo(db):
    """The demo's texts without its photos, prices or stock: what a search sees."""
    catalog.save_categories(goods.categories())
    catalog.save_attributes(goods.attributes())
    made = [
        catalog.ProductInput(
            external_source="demo",
            external_id=good.code,
            slug=good.raw["slug"],
            category=good.raw["category"],
            brand=good.raw["brand"],
            title=goods.texts(good.raw["title"]),
            summary=goods.texts(good.raw["summary"]),
            description=goods.texts(good.raw["description"]),
            attributes=goods.facts(good),
            variants=goods.variants(good),
        )
        for good in goods.goods()
    ]
    ids = catalog.save_products(made)
    catalog.list_in_markets(ids, ["US"])
    currency = markets.get("US").currency
    changes = [catalog.PriceChange(key, "US", Money(1000, currency)) for key in catalog.variants_of(ids)]
    catalog.set_prices(changes)
    catalog.set_in_stock({change.variant_id: True for change in changes})
    search.load_delivered()
    search.rebuild()


def test_the_judged_queries_are_many_in_seven_ways_of_writing_and_name_goods_of_the_demo():
    judged = quality.read(FILE)
    slugs = {good.raw["slug"] for good in goods.goods()}
    assert len({(query.language, query.text) for query in judged}) >= 300
    assert min(Counter(query.language for query in judged).values()) >= 40
    assert len({query.language for query in judged}) == 7
    assert all(query.grades.keys() <= slugs for query in judged)


@pytest.mark.usefixtures("demo")
def test_judged_queries_are_answered_clearly_better_than_by_plain_full_text():
    judged = quality.read(FILE)
    ours = {query: quality.ndcg(quality.ours(query), query.grades) for query in judged}
    plain = {query: quality.ndcg(quality.plain(query), query.grades) for query in judged}
    for language in {query.language for query in judged}:
        part = [query for query in judged if query.language == language]
        assert mean(ours[query] for query in part) > max(0.8, 0.2 + mean(plain[query] for query in part)), language


def test_the_measure_is_one_for_the_best_order_and_falls_with_the_place():
    grades = {"a": 3, "b": 1}
    assert quality.ndcg(["a", "b"], grades) == 1
    worse = [quality.ndcg(found, grades) for found in (["a", "x", "b"], ["b", "a"], ["x"])]
    assert 1 > worse[0] > worse[1] > worse[2] == 0
