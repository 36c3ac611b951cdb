"""Money: parts sum to the whole, in every currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.kernel.currencies import UnknownCurrency, minor_digits
from glocal.platform.kernel.money import CurrencyMismatch, Money, total

CURRENCIES = st.sampled_from(["EUR", "USD", "VND", "IDR", "KWD", "THB", "JPY"])
AMOUNTS = st.integers(-(10**13), 10**13)


@given(AMOUNTS, CURRENCIES, st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_a_split_sums_to_the_whole_and_no_part_is_off_by_more_than_one(minor, currency, weights):
    parts = Money(minor, currency).split(weights)
    assert total(parts, currency) == Money(minor, currency)
    shares = [Decimal(weight) for weight in weights] if any(weights) else [Decimal(1)] * len(weights)
    for part, weight in zip(parts, shares, strict=True):
        assert abs(Decimal(part.minor) - Decimal(minor) * weight / sum(shares)) < 1 + Decimal("1e-9")


def test_a_landed_cost_of_333_is_split_without_losing_the_last_franc():
    assert [part.minor for part in Money(333, "XPF").split([1, 1, 1, 1])] == [84, 83, 83, 83]


@given(AMOUNTS, CURRENCIES)
def test_major_units_and_back_is_the_same_money(minor, currency):
    money = Money(minor, currency)
    assert Money.of(money.amount, currency) == money


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("VND", 0), ("KWD", 3), ("IDR", 0), ("CLF", 4)])
def test_minor_digits_follow_the_standard_and_our_rupiah_rule(currency, digits):
    assert minor_digits(currency) == digits


def test_iso_4217_agrees_on_every_current_currency_we_could_meet(shared_folder):
    import csv

    with (shared_folder / "vectors/iso/iso4217_codes_all.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if not row["WithdrawalDate"]]
    for code in (
        "USD",
        "CAD",
        "GBP",
        "EUR",
        "THB",
        "VND",
        "MYR",
        "SGD",
        "PHP",
        "AED",
        "SAR",
        "MXN",
        "BRL",
        "CNY",
        "KWD",
    ):
        listed = next(row for row in rows if row["AlphabeticCode"] == code)
        assert minor_digits(code) == int(float(listed["MinorUnit"]))


def test_an_unknown_currency_is_named_in_the_error():
    with pytest.raises(UnknownCurrency) as refusal:
        Money.of("1", "ZZZ")
    assert refusal.value.details == {"currency": "ZZZ"}


def test_two_currencies_never_add_up():
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "USD")


def test_money_is_not_multiplied_by_a_float():
    with pytest.raises(TypeError):
        Money(100, "EUR") * 1.1


def test_a_share_rounds_half_away_from_zero():
    assert Money(50, "EUR").share(Decimal("0.01")) == Money(1, "EUR")
    assert Money(-50, "EUR").share(Decimal("0.01")) == Money(-1, "EUR")
