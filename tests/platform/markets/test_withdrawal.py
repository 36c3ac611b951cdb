"""What the law of each market gives for a change of mind, and that the shop never gives less."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.markets import facade as markets
from glocal.platform.markets.table import SHOPS

CODES = sorted(market.code for market in SHOPS)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize("code", CODES)
def test_every_market_that_sells_says_its_law_its_sources_and_how_sure_it_is(code):
    law = markets.law_of(code)
    assert law.law
    assert law.sources
    assert all(source["site"] for source in law.sources)
    assert law.confidence != "high" or "general knowledge" not in {source["site"] for source in law.sources}
    assert law.excluded <= set(markets.KINDS)
    assert not law.delivery_back or law.days


@given(code=st.sampled_from(CODES), delivered=DAYS, kind=st.sampled_from(markets.KINDS))
def test_the_shop_s_promise_is_never_shorter_than_the_law(code, delivered, kind):
    by_law = markets.last_day_by_law(code, delivered, kind)
    last = markets.last_day_to_withdraw(code, delivered, kind)
    assert by_law is None or (last is not None and last >= by_law >= delivered + timedelta(days=1))
    own = markets.own_promise()
    assert kind in own.excluded or (last is not None and last >= delivered + timedelta(days=own.days))


@pytest.mark.parametrize(
    ("code", "delivered", "by_law"),
    [
        ("DE", date(2026, 11, 2), date(2026, 11, 16)),  # Monday to Monday
        ("DE", date(2026, 11, 7), date(2026, 11, 23)),  # the last day is a Saturday
        ("DE", date(2026, 12, 11), date(2026, 12, 28)),  # Christmas Day, then the day after, then a weekend
        ("GB", date(2026, 11, 7), date(2026, 11, 21)),  # Saturdays count there
        ("BR", date(2026, 11, 1), date(2026, 11, 9)),  # the seventh day is a Sunday
        (
            "MX",
            date(2026, 11, 12),
            date(2026, 11, 20),
        ),  # five working days over a weekend and Revolution Day (observed)
        ("SA", date(2026, 11, 1), date(2026, 11, 8)),
        ("US", date(2026, 11, 1), None),
    ],
)
def test_the_law_s_last_day_by_hand(code, delivered, by_law):
    assert markets.last_day_by_law(code, delivered) == by_law


def test_goods_that_are_left_out_come_back_only_where_the_law_does_not_leave_them_out():
    delivered = date(2026, 11, 2)
    assert markets.last_day_to_withdraw("DE", delivered, "made_to_order") is None
    assert markets.last_day_to_withdraw("US", delivered, "perishable") is None
    assert markets.last_day_to_withdraw("BR", delivered, "digital") == date(2026, 11, 9)
    assert markets.last_day_to_withdraw("DE", delivered, "sealed") == date(2026, 11, 16)


def test_outbound_delivery_comes_back_where_and_while_the_law_says_so():
    delivered = date(2026, 11, 2)
    assert markets.delivery_comes_back("DE", delivered, date(2026, 11, 16), [""])
    assert not markets.delivery_comes_back("DE", delivered, date(2026, 11, 17), [""])
    assert not markets.delivery_comes_back("BR", delivered, date(2026, 11, 12), [""])
    assert not markets.delivery_comes_back("US", delivered, date(2026, 11, 3), [""])
    assert not markets.delivery_comes_back("MX", delivered, date(2026, 11, 3), [""])
