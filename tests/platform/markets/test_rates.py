import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from glocal.platform.kernel.currencies import UnknownCurrency
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.platform.markets.models import FxRate
from glocal.platform.markets.table import MARKETS

pytestmark = pytest.mark.django_db

JUNE = date(2026, 6, 1)
# Names in the vectors of currencies that our markets use; figures are units of it for one US dollar.
IN_VECTORS = {
    "Brazil": "BRL",
    "Canada": "CAD",
    "China": "CNY",
    "Euro": "EUR",
    "Malaysia": "MYR",
    "Mexico": "MXN",
    "Singapore": "SGD",
    "Thailand": "THB",
    "United Kingdom": "GBP",
}


def figure(base, quote, rate, on=JUNE, source="bank"):
    return markets.NewRate(base, quote, on, Decimal(rate), source)


@pytest.fixture
def real_rates(shared_folder):
    """Monthly rates since 2020, as published."""
    with (shared_folder / "vectors/fx/monthly.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["Country"] in IN_VECTORS and row["Date"] >= "2020"]
    figures = {
        (IN_VECTORS[row["Country"]], date.fromisoformat(row["Date"])): Decimal(row["Exchange rate"]) for row in rows
    }
    markets.save_rates(figure("USD", quote, rate, on, "monthly") for (quote, on), rate in figures.items())
    return figures


def test_the_newest_figure_at_or_before_the_day_counts(real_rates):
    for day, published in [
        (date(2026, 6, 1), date(2026, 6, 1)),
        (date(2026, 5, 31), date(2026, 5, 1)),
        (date(2030, 1, 1), date(2026, 6, 1)),
        (date(2020, 1, 1), date(2020, 1, 1)),
    ]:
        found = markets.rate("USD", "THB", day)
        assert (found.rate, found.on, found.source) == (real_rates["THB", published], published, "monthly")
    with pytest.raises(markets.MissingRate) as refused:
        markets.rate("USD", "THB", date(2019, 12, 31))
    assert refused.value.details == {"base": "USD", "quote": "THB", "on": "2019-12-31"}


def test_every_published_cross_is_the_quotient_of_its_two_figures(real_rates):
    for base in set(IN_VECTORS.values()):
        for quote in set(IN_VECTORS.values()) - {base}:
            found = markets.rate(base, quote, JUNE)
            exact = real_rates[quote, JUNE] / real_rates[base, JUNE]
            assert abs(found.rate / exact - 1) < Decimal("1e-10")
            assert (found.on, found.source) == (JUNE, "monthly via USD")


def test_a_figure_turned_round_is_its_inverse(real_rates):
    found = markets.rate("THB", "USD", JUNE)
    assert abs(found.rate * real_rates["THB", JUNE] - 1) < Decimal("1e-10")


def test_a_currency_is_worth_itself_without_asking(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert markets.rate("THB", "THB", JUNE).rate == 1


def test_the_way_with_the_newest_figures_wins_and_the_shortest_on_a_tie():
    markets.save_rates([figure("THB", "SGD", "0.039", JUNE - timedelta(1)), figure("EUR", "THB", "37.5")])
    assert markets.rate("THB", "SGD", JUNE).source == "bank"
    markets.save_rates([figure("EUR", "SGD", "1.5")])
    crossed = markets.rate("THB", "SGD", JUNE)
    assert (crossed.rate, crossed.on, crossed.source) == (Decimal("0.0400000000000"), JUNE, "bank via EUR")
    markets.save_rates([figure("THB", "SGD", "0.0401")])
    assert markets.rate("THB", "SGD", JUNE).rate == Decimal("0.0401")


def test_a_cross_is_as_old_as_its_oldest_figure_and_names_its_sources():
    markets.save_rates(
        [
            figure("EUR", "THB", "37", source="ECB"),
            figure("EUR", "USD", "1.15", source="ECB"),
            figure("USD", "VND", "26000", JUNE - timedelta(9), source="own"),
        ]
    )
    found = markets.rate("THB", "VND", JUNE)
    assert (found.on, found.source) == (JUNE - timedelta(9), "ECB and own via EUR, USD")
    assert abs(found.rate - Decimal("1.15") / 37 * 26000) < Decimal("1e-7")


def test_a_published_figure_goes_before_one_turned_round_of_the_same_day():
    markets.save_rates([figure("USD", "THB", "33"), figure("THB", "USD", "0.0304")])
    assert markets.rate("THB", "USD", JUNE).rate == Decimal("0.0304")
    assert markets.rate("USD", "THB", JUNE).rate == 33


def test_the_demo_seed_covers_every_market_and_gives_way_to_any_real_source():
    markets.save_demo_rates()
    currencies = {market.currency for market in MARKETS.values()}
    for base in currencies:
        for quote in currencies:
            assert markets.rate(base, quote, JUNE).rate > 0
    assert markets.rate("USD", "THB", JUNE).source == "demo seed"
    markets.save_rates([figure("USD", "THB", "31")])
    assert markets.rate("USD", "THB", JUNE).rate == 31


def test_an_exchange_tells_rate_day_and_source():
    markets.save_rates([figure("GBP", "THB", "44.125")])
    exchanged = markets.exchange(Money(1999, "GBP"), "THB", JUNE + timedelta(3))
    assert exchanged == markets.Exchanged(Money(88206, "THB"), Decimal("44.125"), JUNE, "bank")


@given(minor=st.integers(-(10**9), 10**9), rate=st.decimals("0.0001", "30000", places=4))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_an_exchanged_amount_can_be_worked_out_again_from_what_is_stored(minor, rate):
    markets.save_rates([figure("USD", "VND", rate)])
    money = Money(minor, "USD")
    exchanged = markets.exchange(money, "VND", JUNE)
    assert money.exchange(exchanged.rate, "VND") == exchanged.money
    assert abs(exchanged.money.amount - money.amount * rate) <= Decimal("0.5")


def test_one_question_is_one_statement_and_none_for_the_next_minute(django_assert_num_queries):
    markets.save_demo_rates()
    with django_assert_num_queries(1):
        markets.rate("THB", "BRL", JUNE)
    with django_assert_num_queries(0):
        markets.rate("THB", "BRL", JUNE)
    markets.save_rates([figure("USD", "THB", "1", source="newer")])
    assert "newer" in markets.rate("THB", "BRL", JUNE).source


def test_a_source_corrects_its_own_figure_and_repeating_changes_nothing():
    for rate in ("33", "33", "34"):
        markets.save_rates([figure("USD", "THB", rate)])
    assert [row.rate for row in FxRate.objects.all()] == [34]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (figure("USD", "THB", "0"), markets.RateInvalid),
        (figure("USD", "THB", "-1"), markets.RateInvalid),
        (figure("USD", "THB", "NaN"), markets.RateInvalid),
        (figure("USD", "THB", "0.00000000001"), markets.RateInvalid),
        (figure("USD", "THB", "1e15"), markets.RateInvalid),
        (figure("USD", "USD", "1"), markets.RateInvalid),
        (figure("USD", "QQQ", "1"), UnknownCurrency),
    ],
)
def test_a_figure_that_cannot_be_is_refused_and_nothing_of_the_batch_is_stored(wrong, error):
    with pytest.raises(error) as refused:
        markets.save_rates([figure("USD", "THB", "33"), wrong])
    assert refused.value.message.format(**refused.value.details)
    assert not FxRate.objects.exists()


def test_the_database_itself_refuses_a_rate_of_zero():
    with pytest.raises(IntegrityError), transaction.atomic():
        FxRate.objects.create(base="USD", quote="THB", on=JUNE, rate=0, source="x")


@pytest.mark.parametrize("pair", [("QQQ", "THB"), ("THB", "QQQ"), ("thb", "USD")])
def test_an_unknown_currency_is_refused(pair):
    with pytest.raises(UnknownCurrency):
        markets.rate(*pair, JUNE)
