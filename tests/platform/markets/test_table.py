from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from glocal.platform.kernel.currencies import minor_digits
from glocal.platform.markets import facade as markets
from glocal.platform.markets.formats import locale_for
from glocal.platform.markets.table import MARKET_OF_LANGUAGE, MARKETS


def test_there_are_fifteen_shops_and_a_home_market_without_one():
    assert [market.code for market in markets.all_markets()] == (
        ["TH", "VN", "ID", "MY", "SG", "PH", "US", "CA", "GB", "DE", "FR", "AE", "SA", "MX", "BR"]
    )
    assert not markets.get("CN").sells


def test_an_unknown_market_is_refused_with_the_ones_there_are():
    for code in ("XX", "th", ""):
        with pytest.raises(markets.UnknownMarket) as refused:
            markets.get(code)
        assert refused.value.field == "market"
        assert "TH" in refused.value.details["known"]


@pytest.mark.parametrize("market", MARKETS.values(), ids=MARKETS)
def test_every_fact_of_a_market_is_one_that_the_product_can_use(market):
    ZoneInfo(market.time_zone)
    minor_digits(market.currency)
    assert set(market.languages) <= dict(settings.LANGUAGES).keys()
    assert market.language == market.languages[0]
    local = locale_for(market.local_language, market.code)
    assert local.territory == market.code, "CLDR knows the local language in the country"
    assert local.first_week_day == market.first_day_of_week
    regions = {choice.value for field in markets.address_form(market.code, "en").fields for choice in field.choices}
    assert market.default_region is None or market.default_region in regions


def test_every_language_of_the_product_is_spoken_where_people_shop():
    spoken = {language for market in markets.all_markets() for language in market.languages}
    assert spoken == dict(settings.LANGUAGES).keys()
    assert len(spoken) == 9


@pytest.mark.parametrize("market", markets.all_markets(), ids=lambda market: market.code)
def test_a_shop_opens_in_the_language_of_its_people_where_the_product_speaks_it(market):
    theirs = market.local_language
    assert market.language == theirs or theirs not in market.languages or market.code == "MY"
    assert theirs in market.languages or theirs not in dict(settings.LANGUAGES)


def test_every_language_leads_to_a_market_with_a_shop():
    assert all(MARKETS[code].sells for code in MARKET_OF_LANGUAGE.values())


@pytest.mark.parametrize("market", MARKETS.values(), ids=MARKETS)
def test_every_market_has_holidays_by_date(market):
    days = markets.holidays(market, 2026)
    assert len(days) >= 5
    assert list(days) == sorted(days, key=lambda holiday: holiday.on)
    assert all(day.on.year == 2026 and day.name for day in days)
