import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.platform.markets.table import MARKETS

NBSP, LRM, RLM, ALM, FSI, PDI = "\u00a0", "\u200e", "\u200f", "\u061c", "\u2068", "\u2069"
EVERY_OFFER = [(market, language) for market in MARKETS.values() for language in market.languages]


@pytest.mark.parametrize(
    ("market", "language", "money", "text"),
    [
        ("TH", "th", Money(59900, "THB"), "฿599.00"),
        ("TH", "en", Money(59900, "THB"), "฿599.00"),
        ("TH", "zh-hans", Money(-59900, "THB"), "-฿599.00"),
        ("TH", "th", Money(1999, "USD"), "US$19.99"),
        ("VN", "en", Money(129000, "VND"), "₫129,000"),
        ("ID", "en", Money(150000, "IDR"), f"Rp{NBSP}150.000"),
        ("MY", "en", Money(5990, "MYR"), f"RM{NBSP}59.90"),
        ("MY", "zh-hans", Money(5990, "MYR"), f"RM{NBSP}59.90"),
        ("VN", "vi", Money(129000, "VND"), f"129.000{NBSP}₫"),
        ("ID", "id", Money(150000, "IDR"), f"Rp{NBSP}150.000"),
        ("MY", "ms", Money(599099, "MYR"), f"RM{NBSP}5,990.99"),
        ("SG", "ms", Money(5990, "SGD"), "$59.90"),
        ("MX", "es", Money(123499, "MXN"), "$1,234.99"),
        ("US", "es", Money(123499, "USD"), "$1,234.99"),
        ("BR", "pt", Money(123499, "BRL"), f"R${NBSP}1.234,99"),
        ("US", "en", Money(123456789, "USD"), "$1,234,567.89"),
        ("US", "zh-hans", Money(1999, "USD"), "US$19.99"),
        ("GB", "en", Money(-1999, "GBP"), "-£19.99"),
        ("DE", "en", Money(1999, "EUR"), f"19,99{NBSP}€"),
        ("MX", "en", Money(1999, "MXN"), "MX$19.99"),
        ("BR", "en", Money(1999, "BRL"), "R$19.99"),
        ("AE", "en", Money(1999, "AED"), f"AED{NBSP}19.99"),
        ("AE", "ar", Money(123456, "AED"), f"{FSI}{RLM}1,234.56{NBSP}د.إ.{RLM}{PDI}"),
        ("AE", "ar", Money(1999, "USD"), f"{FSI}{RLM}19.99{NBSP}{LRM}US${LRM}{PDI}"),
        ("SA", "ar", Money(123456, "SAR"), f"{FSI}{RLM}١٬٢٣٤٫٥٦{NBSP}ر.س.{RLM}{PDI}"),
        ("CN", "zh-hans", Money(1999, "CNY"), "¥19.99"),
    ],
)
def test_money_is_written_as_people_of_the_market_expect(market, language, money, text):
    assert markets.format_money(money, language, markets.get(market)) == text


@pytest.mark.parametrize(("market", "language"), EVERY_OFFER, ids=lambda value: getattr(value, "code", value))
def test_right_to_left_text_is_isolated_so_that_no_neighbour_is_rearranged(market, language):
    text = markets.format_money(Money(-123400, market.currency), language, market)
    runs_right_to_left = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)
    assert (text[0], text[-1]) == (FSI, PDI) if runs_right_to_left else FSI not in text
    assert runs_right_to_left == (language == "ar")


@pytest.mark.parametrize(
    ("market", "language", "text"),
    [
        ("US", "en", "7.5%"),
        ("MX", "es", "7.5%"),
        ("BR", "pt", "7,5%"),
        ("VN", "vi", "7,5%"),
        ("DE", "en", f"7,5{NBSP}%"),
        ("AE", "ar", f"{FSI}{ALM}7.5%{PDI}"),
        ("SA", "ar", f"{FSI}{ALM}٧٫٥٪{PDI}"),
    ],
)
def test_a_share_is_written_with_the_sign_and_point_of_the_place(market, language, text):
    assert markets.format_percent(Decimal("0.075"), language, markets.get(market)) == text


@given(st.integers(-(10**12), 10**12), st.sampled_from(EVERY_OFFER))
def test_a_number_written_for_people_is_read_back_as_the_same_number(thousandths, offer):
    market, language = offer
    number = Decimal(thousandths).scaleb(-3)
    text = markets.format_number(number, language, market)
    assert markets.parse_number(text, language, market) == number


@given(st.integers(-(10**13), 10**13), st.sampled_from(EVERY_OFFER))
def test_no_digit_of_an_amount_is_lost_in_any_market(minor, offer):
    market, language = offer
    text = markets.format_money(Money(minor, market.currency), language, market)
    digits = "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())
    assert int(digits) == abs(minor)
    assert ("-" in text) == (minor < 0)


@pytest.mark.parametrize("text", ["", "twelve", "NaN", "Infinity", "1e5", "1_000", "--3", "."])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        markets.parse_number(text, "en", markets.get("US"))


def test_a_moment_is_shown_on_the_markets_own_day():
    evening = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
    assert markets.format_date(evening, "en", markets.get("GB")) == "22 Nov 2026"
    assert markets.format_date(evening, "en", markets.get("SG")) == "23 Nov 2026"
    assert markets.format_moment(evening, "th", markets.get("TH")) == "23 พ.ย. 2026 01:05"
    assert markets.format_time(evening, "en", markets.get("GB")) == "18:05"
    assert markets.format_date(date(2026, 1, 2), "en", markets.get("US")) == "Jan 2, 2026"
    assert markets.format_date(evening, "vi", markets.get("VN")) == "23 thg 11, 2026"
    assert markets.format_date(evening, "id", markets.get("ID")) == "23 Nov 2026"
    assert markets.format_date(evening, "ms", markets.get("MY")) == "23 Nov 2026"
    assert markets.format_date(evening, "es", markets.get("MX")) == "22 nov 2026"
    assert markets.format_date(evening, "pt", markets.get("BR")) == "22 de nov. de 2026"
    assert "٢٠٢٦" in markets.format_date(evening, "ar", markets.get("SA"))


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError):
        markets.format_date(datetime(2026, 1, 1), "en")  # noqa: DTZ001
