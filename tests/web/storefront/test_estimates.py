"""Prices in the shopper's own money beside the charged ones: an estimate with its day, and nothing charged changes."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from tests.factories.sale import open_shop, sell

pytestmark = pytest.mark.django_db
CNY = re.compile(r"CN¥\s?\d")


@pytest.fixture
def goods():
    open_shop()
    markets.save_demo_rates()
    return sell(10, title="Linen shirt")


def visitor(code: str = "CNY", language: str = "en-US") -> Client:
    client = Client(headers={"accept-language": language})
    if code:
        client.get(f"/en-US/currency/{code}")
    return client


def test_nothing_is_estimated_unless_it_is_wanted(goods) -> None:
    page = visitor("").get("/en-US/new").content.decode()
    assert "$19.99" in page
    assert not CNY.search(page)


def test_cards_product_bag_and_checkout_say_both_and_the_charged_one_stays(goods) -> None:
    shopper = visitor()
    shopper.post("/en-US/bag/add", {"variant": str(goods), "quantity": 1})
    slug = re.search(r'href="/en-US/p/([^"]+)"', shopper.get("/en-US/new").content.decode())[1]
    for path in ("new", f"p/{slug}", "bag", "checkout"):
        page = shopper.get(f"/en-US/{path}").content.decode()
        assert CNY.search(page), path
        assert "$19.99" in page, path
    plain = visitor("")
    plain.post("/en-US/bag/add", {"variant": str(goods), "quantity": 1})
    totals = [
        re.search(r'name="total" value="(\d+)"', one.get("/en-US/checkout").content.decode())[1]
        for one in (shopper, plain)
    ]
    assert totals[0] == totals[1]
    bag = shopper.get("/en-US/bag").content.decode()
    assert "charged in USD" in bag
    assert "Rate of Jun 1, 2026" in bag


def test_what_one_wants_to_see_is_not_shown_to_the_next(goods) -> None:
    visitor().get("/en-US/new")
    assert not CNY.search(visitor("").get("/en-US/new").content.decode())
    assert CNY.search(visitor().get("/en-US/new").content.decode())


def test_it_costs_no_statement_more_once_the_days_rate_is_known(goods) -> None:
    def statements(client: Client) -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/en-US/new")
        return len(caught)

    shopper, plain = visitor(), visitor("")
    statements(shopper), statements(plain)
    assert statements(shopper) == statements(plain)


@pytest.mark.parametrize(
    ("language", "first"),
    [("de-DE", "EUR"), ("zh-CN", "CNY"), ("zh", "CNY"), ("th-TH", "THB"), ("en-CA,en", "CAD"), ("xx", "AED")],
)
def test_ones_own_money_is_offered_first(language: str, first: str) -> None:
    page = Client(headers={"accept-language": language}).get("/en-US/places").content.decode()
    assert re.findall(r'href="/en-US/currency/(\w+)"', page)[0] == first


def test_the_charged_currency_is_no_other_and_off_ends_it(goods) -> None:
    shopper = visitor("USD")
    assert "≈" not in shopper.get("/en-US/new").content.decode()
    shopper.get("/en-US/currency/CNY")
    assert 'aria-current="true"><span>Chinese Yuan' in shopper.get("/en-US/places").content.decode()
    shopper.get("/en-US/currency/off")
    assert not CNY.search(shopper.get("/en-US/new").content.decode())


@pytest.mark.parametrize("cookie", ["XXX", "", "cny", "<script>"])
def test_a_made_up_cookie_shows_nothing_else(goods, cookie: str) -> None:
    client = Client()
    client.cookies["currency"] = cookie
    page = client.get("/en-US/new").content.decode()
    assert "$19.99" in page
    assert "≈" not in page


def test_without_a_rate_there_is_no_estimate(goods) -> None:
    with clock.at(datetime(2020, 1, 1, tzinfo=UTC)):
        assert not CNY.search(visitor().get("/en-US/places").content.decode())


@pytest.mark.parametrize("referer", ["https://evil.example/en-US/", "http://testserver/th-TH/", ""])
def test_the_choice_never_leads_away(referer: str) -> None:
    assert Client().get("/en-US/currency/CNY", headers={"referer": referer})["Location"] == "/en-US/"
    back = Client().get("/en-US/currency/CNY", headers={"referer": "http://testserver/en-US/new?page=2"})
    assert back["Location"] == "/en-US/new?page=2"
