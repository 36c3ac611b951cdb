"""Prices that a local person expects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.transaction.pricing.rounding import CUSTOMS, local_price

MARKETS = sorted(CUSTOMS)


@pytest.mark.parametrize(
    ("market", "given_", "shown"),
    [
        ("US", 1951, 1999),
        ("US", 1943, 1899),
        ("US", 1, 99),
        ("US", 12345, 11999),
        ("US", 12499, 12999),
        ("CA", 10020, 9999),
        ("GB", 1950, 1999),
        ("DE", 1949, 1999),
        ("DE", 1948, 1899),
        ("DE", 12650, 12900),
        ("FR", 9999, 9999),
        ("TH", 58700, 58900),
        ("TH", 127000, 129000),
        ("TH", 100, 900),
        ("VN", 187_400, 189_000),
        ("VN", 1_260_000, 1_290_000),
        ("ID", 128_000, 129_000),
        ("ID", 1_280_000, 1_299_000),
        ("MY", 4550, 4590),
        ("SG", 12550, 12900),
        ("PH", 59300, 58900),
        ("PH", 129800, 129900),
        ("MX", 34500, 34900),
        ("BR", 3940, 3990),
        ("BR", 12640, 12990),
        ("AE", 7349, 7300),
        ("SA", 7350, 7400),
        ("AE", 20, 100),
    ],
)
def test_a_price_goes_to_the_nearest_local_price_point(market, given_, shown):
    currency = markets.get(market).currency
    assert local_price(Money(given_, currency), market) == Money(shown, currency)


def test_every_shop_market_has_its_custom_and_its_reason():
    assert set(MARKETS) == {market.code for market in markets.all_markets() if market.sells}
    assert all(custom.reason for custom in CUSTOMS.values())


@given(st.sampled_from(MARKETS), st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_dearer_amount_never_gets_a_cheaper_price(market, one, other):
    currency = markets.get(market).currency
    low, high = (local_price(Money(minor, currency), market) for minor in sorted((one, other)))
    assert 0 < low.minor <= high.minor


@given(st.sampled_from(MARKETS), st.integers(1, 10**9))
def test_a_local_price_stays_as_it_is(market, minor):
    once = local_price(Money(minor, markets.get(market).currency), market)
    assert local_price(once, market) == once


@given(st.sampled_from(MARKETS), st.integers(0, 10**7))
def test_no_price_point_lies_nearer_than_the_one_taken(market, minor):
    """Against a plain list of all points of the market up to well above the amount."""
    bands = CUSTOMS[market].bands
    taken = local_price(Money(minor, markets.get(market).currency), market).minor
    for number, band in enumerate(bands):
        end = bands[number + 1].start if number + 1 < len(bands) else minor + 3 * band.step
        low = max(band.start, minor - 2 * band.step, 1)
        for point in range(low + (band.ending - low) % band.step, min(end, minor + 2 * band.step), band.step):
            assert abs(point - minor) >= abs(taken - minor) or minor == 0
