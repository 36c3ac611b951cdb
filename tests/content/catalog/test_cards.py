"""Lists of products as shoppers see them."""

import pytest

from glocal.content.catalog import facade as catalog
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


def titles(**asked):
    return [card.title for card in catalog.cards(**{"market": "TH", "language": "en", **asked}).cards]


def test_a_market_lists_only_what_is_sold_there_at_its_own_price():
    make_product(title="Everywhere", prices={"TH": 59_900, "US": 1_999})
    make_product(title="Only Thailand", prices={"TH": 10_000})
    page = catalog.cards(market="US", language="en")
    assert [(card.title, card.price.minor, card.price.currency) for card in page.cards] == [
        ("Everywhere", 1_999, "USD")
    ]
    assert sorted(titles()) == ["Everywhere", "Only Thailand"]
