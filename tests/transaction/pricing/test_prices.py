"""The history of prices, and what the catalogue and the others hear of it."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from glocal.content.catalog import facade as catalog
from glocal.events.pricing import PriceChanged
from glocal.platform.audit import facade as audit
from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.transaction.pricing import facade as pricing
from glocal.transaction.pricing import services
from glocal.transaction.pricing.models import PriceRow
from glocal.transaction.pricing.rules import Span, at, lay
from tests.factories.catalog import make_product

DAY = timedelta(days=1)


def usd(minor):
    return Money(minor, "USD")


def set_price(variant_id, minor, start=None, end=None):
    return pricing.set_prices([pricing.NewPrice(variant_id, "US", usd(minor), start, end, "test")])


def shown(variant_id):
    item = catalog.items_for_sale("US", [variant_id]).get(variant_id)
    return item.price.minor if item else None


def spans(variant_id):
    return [(span.money.minor, span.valid_from, span.valid_to) for span in pricing.history(variant_id, "US")]


def told(variant_id):
    rows = OutboxEvent.objects.filter(name=PriceChanged.name(), key=str(variant_id)).order_by("id")
    return [[(price["minor_before"], price["minor"]) for price in row.payload["prices"]] for row in rows]


@pytest.fixture
def variant_id(db):
    return make_product(prices={"US": 9900}).variant_id


@pytest.mark.django_db
class TestSettingPrices:
    def test_a_price_holds_at_once_and_the_one_before_it_ends(self, variant_id):
        set_price(variant_id, 2000)
        set_price(variant_id, 1500)
        first, second = spans(variant_id)
        assert (first[0], second[0]) == (2000, 1500)
        assert first[2] == second[1]
        assert second[2] is None
        assert shown(variant_id) == 1500
        assert told(variant_id) == [[(None, 2000)], [(2000, 1500)]]

    def test_the_price_that_holds_already_changes_nothing(self, variant_id):
        assert set_price(variant_id, 2000) == 1
        before = spans(variant_id)
        assert set_price(variant_id, 2000) == 0
        assert spans(variant_id) == before
        assert told(variant_id) == [[(None, 2000)]]

    def test_an_offer_interrupts_the_price_which_goes_on_behind_it(self, variant_id):
        set_price(variant_id, 2000)
        start, end = clock.now() + DAY, clock.now() + 3 * DAY
        set_price(variant_id, 1200, start, end)
        assert [(minor, until) for minor, _, until in spans(variant_id)] == [(2000, start), (1200, end), (2000, None)]
        assert shown(variant_id) == 2000
        assert services.apply_due() == 0
        with clock.shifted(DAY):
            assert services.apply_due() == 1
            assert services.apply_due() == 0
        assert shown(variant_id) == 1200
        with clock.shifted(3 * DAY):
            assert services.apply_due() == 1
        assert shown(variant_id) == 2000
        assert told(variant_id) == [[(None, 2000)], [(2000, 1200)], [(1200, 2000)]]

    def test_a_price_that_ends_with_nothing_behind_it_takes_the_variant_off_sale(self, variant_id):
        set_price(variant_id, 2000, None, clock.now() + DAY)
        assert shown(variant_id) == 2000
        with clock.shifted(2 * DAY):
            assert services.apply_due() == 1
        assert shown(variant_id) is None
        assert told(variant_id)[-1] == [(2000, None)]

    def test_a_whole_offer_that_was_missed_is_told_as_it_stands_now(self, variant_id):
        set_price(variant_id, 2000)
        set_price(variant_id, 1200, clock.now() + DAY, clock.now() + 2 * DAY)
        with clock.shifted(5 * DAY):
            services.apply_due()
            assert services.apply_due() == 0
        assert shown(variant_id) == 2000
        assert told(variant_id) == [[(None, 2000)]]

    def test_a_later_plan_that_is_covered_is_given_up(self, variant_id):
        set_price(variant_id, 2000)
        set_price(variant_id, 1200, clock.now() + DAY, clock.now() + 2 * DAY)
        set_price(variant_id, 1800)
        assert [minor for minor, _, _ in spans(variant_id)] == [2000, 1800]

    def test_twice_in_the_same_moment_keeps_both(self, variant_id):
        moment = clock.now()
        with clock.at(moment):
            set_price(variant_id, 2000)
            set_price(variant_id, 1500)
        assert [minor for minor, _, _ in spans(variant_id)] == [2000, 1500]
        assert shown(variant_id) == 1500

    def test_many_markets_and_variants_in_a_few_statements(self, django_assert_max_num_queries):
        variants = [make_product().variant_id for _ in range(12)]
        rows = [
            pricing.NewPrice(key, market.code, Money(100_000, market.currency), source="test")
            for key in variants
            for market in markets.all_markets()
            if market.sells
        ]
        with django_assert_max_num_queries(20):
            assert pricing.set_prices(rows) == len(rows)
        event = OutboxEvent.objects.get(name=PriceChanged.name(), key=str(variants[0]))
        assert len(event.payload["prices"]) == 15

    def test_an_operators_change_is_in_the_audit_trail(self, variant_id):
        actor = uuid4()
        pricing.set_prices([pricing.NewPrice(variant_id, "US", usd(2100), source="console")], actor_id=actor)
        (entry,) = audit.trail("variant", variant_id)
        assert (entry.actor_id, entry.action, entry.market) == (actor, "pricing.set_prices", "US")


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "error", "field"),
        [
            ({"money": usd(0)}, pricing.PriceNotPositive, "rows[1].money"),
            ({"money": Money(100, "EUR")}, pricing.PriceCurrencyWrong, "rows[1].money"),
            ({"valid_from": datetime(2020, 1, 1, tzinfo=UTC)}, pricing.PriceTimesWrong, "rows[1].valid_from"),
            ({"valid_to": datetime(2020, 1, 1, tzinfo=UTC)}, pricing.PriceTimesWrong, "rows[1].valid_to"),
            ({"market": "XX"}, markets.UnknownMarket, None),
            ({"variant_id": uuid4()}, catalog.UnknownVariant, "variant_id"),
        ],
    )
    def test_one_wrong_row_refuses_all(self, variant_id, change, error, field):
        good = {"variant_id": variant_id, "market": "US", "money": usd(500)}
        with pytest.raises(error) as refusal, transaction.atomic():
            pricing.set_prices([pricing.NewPrice(**good), pricing.NewPrice(**(good | change))])
        assert field is None or refusal.value.field == field
        assert spans(variant_id) == []
        assert shown(variant_id) == 9900
        assert told(variant_id) == []

    def test_the_history_cannot_be_rewritten(self, variant_id):
        set_price(variant_id, 2000)
        for statement in (
            "UPDATE pricing_pricerow SET minor = 1",
            "UPDATE pricing_pricerow SET valid_from = valid_from - interval '1 day'",
            "DELETE FROM pricing_pricerow",
        ):
            with pytest.raises(DatabaseError, match="price"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_the_database_itself_refuses_two_prices_at_a_time(self, variant_id):
        now = clock.now()
        set_price(variant_id, 2000, now + DAY, now + 3 * DAY)
        with pytest.raises(DatabaseError, match="one price at a time"), transaction.atomic():
            PriceRow.objects.create(
                variant_id=variant_id, market="US", currency="USD", minor=1, valid_from=now, valid_to=now + 2 * DAY
            )


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_leave_one_unbroken_line():
    variant_id = make_product(prices={"US": 9900}).variant_id

    def write(number):
        try:
            if number % 3:
                set_price(variant_id, 1000 + number)
            else:
                start = clock.now() + timedelta(hours=number)
                set_price(variant_id, 1000 + number, start, start + 3 * DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    found = spans(variant_id)
    assert all(left[2] == right[1] for left, right in itertools.pairwise(found))
    assert found[-1][2] is None
    now = clock.now()
    assert shown(variant_id) == next(minor for minor, start, end in found if start <= now and (not end or now < end))


@pytest.mark.django_db(transaction=True)
def test_an_import_that_holds_its_products_and_an_operator_do_not_lock_each_other_out():
    variant_id = make_product(prices={"US": 9900}).variant_id

    def operate():
        try:
            set_price(variant_id, 1500)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            catalog.lock_variants([variant_id])
            operator = pool.submit(operate)
            with pytest.raises(TimeoutError):
                operator.result(timeout=0.5)
            set_price(variant_id, 2000)
        operator.result(timeout=20)
    assert [minor for minor, _, _ in spans(variant_id)] == [2000, 1500]
    assert shown(variant_id) == 1500


@pytest.mark.django_db
class TestThirtyDays:
    def prices(self, variant_id, *steps):
        """Each step is (days from the first, minor); the clock stands after the last."""
        for days, minor in steps:
            with clock.shifted(timedelta(days=days)):
                set_price(variant_id, minor)
        return {minor: start for minor, start, _ in spans(variant_id)}

    def test_the_lowest_price_of_the_thirty_days_before_the_cut_counts(self, variant_id):
        started = self.prices(variant_id, (0, 1000), (2, 3000), (40, 2500), (50, 2000))
        assert pricing.lowest_of_30_days(variant_id, "US", started[2000]) == usd(2500)
        assert pricing.lowest_of_30_days(variant_id, "US", started[2500]) == usd(3000)
        assert pricing.lowest_of_30_days(variant_id, "US", started[3000]) == usd(1000)
        assert pricing.lowest_of_30_days(variant_id, "US", started[1000]) is None

    def test_a_price_that_ended_exactly_thirty_days_ago_no_longer_counts(self, variant_id):
        started = self.prices(variant_id, (0, 1000), (2, 3000))
        assert pricing.lowest_of_30_days(variant_id, "US", started[3000] + 30 * DAY) == usd(3000)
        assert pricing.lowest_of_30_days(variant_id, "US", started[3000] + 30 * DAY - timedelta(seconds=1)) == usd(1000)

    def test_a_true_cut_is_announced_with_its_prior_price(self, variant_id, django_assert_num_queries):
        started = self.prices(variant_id, (0, 3000), (10, 2000))
        with django_assert_num_queries(1):
            found = pricing.reductions([variant_id, uuid4()], "US", started[2000] + DAY)
        assert found == {variant_id: pricing.Reduction(usd(2000), usd(3000), started[2000])}
        assert pricing.reductions([variant_id], "US", started[2000] + 31 * DAY) == {}

    def test_a_price_raised_to_be_cut_is_no_reduction(self, variant_id):
        started = self.prices(variant_id, (0, 2000), (5, 4000), (7, 2500))
        assert pricing.reductions([variant_id], "US", started[2500] + DAY) == {}


@pytest.mark.django_db
def test_a_base_price_becomes_a_local_one():
    markets.save_rates([markets.NewRate("USD", "THB", date(2026, 11, 1), Decimal("32.5"), "a feed")])
    assert pricing.from_base(usd(1999), "TH", date(2026, 11, 22)) == Money(64900, "THB")
    with pytest.raises(markets.UnknownMarket):
        pricing.from_base(usd(1999), "XX", date(2026, 11, 22))


START = datetime(2026, 1, 1, tzinfo=UTC)
_hours = st.integers(0, 60)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(_hours, _hours, st.one_of(st.none(), st.integers(1, 40)), st.integers(1, 4)), max_size=12))
def test_however_prices_are_laid_there_is_one_at_a_time_and_the_last_word_counts(steps):
    """Each step: hours the clock goes on, start after that, length (None: open), price. Checked hour by hour."""
    line, now, expected = [], START, {}
    for waited, delay, length, minor in steps:
        now += timedelta(hours=waited)
        start = now + timedelta(hours=delay)
        end = None if length is None else start + timedelta(hours=length)
        line = lay(line, Span(start, end, usd(minor), "test"), now)
        for hour in range(800):
            moment = START + timedelta(hours=hour, minutes=30)
            if start <= moment and (end is None or moment < end):
                expected[hour] = minor
    for left, right in itertools.pairwise(line):
        assert left.end is not None
        assert left.start < left.end <= right.start
    for hour in range(800):
        price = at(line, START + timedelta(hours=hour, minutes=30))
        assert (price.minor if price else None) == expected.get(hour)
