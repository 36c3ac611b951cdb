"""The goods that search is measured with are goods that a shopper finds."""

import pytest

from glocal.bench import finding
from glocal.content.catalog import facade as catalog
from glocal.content.search import facade as search

pytestmark = pytest.mark.django_db


def test_made_goods_are_found_listed_and_shown_in_every_market():
    finding.fill(1, 40)
    finding.fill(41, 64)
    for market in finding.MARKETS:
        assert catalog.cards(market=market, language="en").total == 64
        assert catalog.cards(market=market, language="en", category="bench/mug").total == 2
        assert search.find(market=market, language="en", text="mug").page.total == 2
        assert len(catalog.product_page(market=market, language="en", slug="find-1").variants) == finding.VARIANTS


def test_addresses_are_drawn_the_same_each_time():
    one, other = finding.paths(50), finding.paths(50)
    for name in one:
        assert [one[name]() for _ in range(20)] == [other[name]() for _ in range(20)]
