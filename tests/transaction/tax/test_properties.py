"""What must hold for any document: sums, signs, monotony, and an independent reckoning in exact fractions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glocal.platform.kernel.money import Money
from glocal.transaction.tax.evidence import replay
from glocal.transaction.tax.types import TaxableLine
from tests.transaction.tax.cases import ALL_REGIMES, CURRENCY, LIPSTICK, PHONE, TOY, TSHIRT, WATCH, ask, owed, quote

some = settings(max_examples=80, deadline=None)
REGIONS = {"US": ["CA", "NY", "OR", None, "??"], "CA": ["ON", "QC", "AB", "BC", None], "BR": ["SP", "MG", None]}
_codes = st.sampled_from([TSHIRT, WATCH, LIPSTICK, TOY, PHONE, "420222", "691110", ""])
_moments = st.datetimes(datetime(2024, 6, 1), datetime(2028, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def documents(draw, *, min_lines=1, markets=tuple(CURRENCY), included=None):
    market = draw(st.sampled_from(markets))
    currency = CURRENCY[market]
    scale = {"VND": 1_000, "IDR": 1_000}.get(currency, 1)
    parcels = draw(st.integers(1, 3))
    lines = []
    for number in range(draw(st.integers(max(min_lines, parcels), 6))):
        quantity = draw(st.integers(1, 5))
        amount = Money(draw(st.integers(0, 40_000)) * scale + draw(st.integers(0, 999)), currency)
        origin = draw(st.sampled_from(["CN", "TH", "US", ""]))
        lines.append(TaxableLine(str(number), number % parcels, draw(_codes), origin, quantity, amount))
    request = ask(market, at=draw(_moments), region=draw(st.sampled_from(REGIONS.get(market, [None]))))
    return replace(
        request,
        prices_include_tax=draw(st.booleans()) if included is None else included,
        goods=tuple(lines),
        shipping=tuple(Money(draw(st.integers(0, 3_000)) * scale, currency) for _ in range(parcels)),
        ship_from=tuple(draw(st.sampled_from(["CN", market, "US", "DE"])) for _ in range(parcels)),
        regimes=draw(st.sampled_from([ALL_REGIMES, frozenset()])),
    )


@some
@given(documents())
def test_lines_sum_to_the_document_and_nothing_is_negative(request):
    found = quote(request)
    included, added, duty, fees = owed(found)
    assert sum(line.tax.minor for line in found.lines) + found.shipping_tax.minor == included + added
    assert sum(line.duty.minor for line in found.lines) == duty
    charged = {(kind, inside): 0 for kind in ("tax", "duty", "fee") for inside in (True, False)}
    for charge in found.charges:
        charged[charge.kind, charge.included] += charge.amount.minor
    assert charged == {
        ("tax", True): included,
        ("tax", False): added,
        ("duty", False): duty,
        ("fee", False): fees,
        ("duty", True): 0,
        ("fee", True): 0,
    }
    assert min(included, added, duty, fees, found.shipping_tax.minor) >= 0
    for line in found.lines:
        assert 0 <= line.added.minor <= line.tax.minor
        assert line.duty.minor >= 0
    assert [line.ref for line in found.lines] == [line.ref for line in request.goods]


@some
@given(documents())
def test_tax_inside_the_prices_stays_below_the_prices(request):
    found = quote(request)
    paid = sum(line.amount.minor for line in request.goods) + sum(charge.minor for charge in request.shipping)
    assert found.tax_included.minor <= paid
    if not request.prices_include_tax:
        assert found.tax_included.minor == 0


@some
@given(documents())
def test_evidence_replays_to_the_same_numbers(request):
    found = quote(request)
    assert replay(found.evidence) == found


@some
@given(documents(), _codes, st.integers(0, 40_000), st.integers(0, 2))
def test_adding_a_line_never_lowers_the_tax(request, code, minor, parcel):
    """The tax, and not the duty: above a threshold a flat duty gives way to a rate, which can be lower."""
    line = TaxableLine("more", parcel % len(request.shipping), code, "CN", 1, Money(minor, request.currency))
    less, more = quote(request), quote(replace(request, goods=(*request.goods, line)))
    # Where the duty itself falls by crossing a threshold, so may the tax on the duty.
    allowed = max(0, less.duty.minor - more.duty.minor)
    assert owed(more)[0] + owed(more)[1] >= owed(less)[0] + owed(less)[1] - allowed


_ADDING = ("TH", "VN", "ID", "SG", "GB", "DE", "FR", "AE", "SA")


@some
@given(documents(markets=_ADDING, included=True))
def test_prices_with_tax_inside_and_the_same_prices_with_tax_on_top_come_to_the_same(request):
    """Every price is a multiple of 1 + rate, so that the price without the tax is whole as well."""
    rate = {"TH": 107, "ID": 111, "SG": 109, "GB": 120, "DE": 119, "FR": 120, "AE": 105, "SA": 115}.get(request.market)
    if rate is None:
        rate = (
            108
            if datetime(2025, 7, 1, tzinfo=UTC)
            <= request.tax_point + timedelta(hours=7)
            < datetime(2027, 1, 1, tzinfo=UTC)
            else 110
        )

    def scaled(factor):
        return replace(
            request,
            goods=tuple(replace(line, amount=line.amount * factor) for line in request.goods),
            shipping=tuple(charge * factor for charge in request.shipping),
        )

    inside, outside = scaled(rate), replace(scaled(100), prices_include_tax=False)
    one, other = quote(inside), quote(outside)
    if one.tax_included.minor == 0 or "no_rule" in {reason.code for reason in one.reasons}:
        return  # nothing is due: the price stays as it is, which is not the same price
    assert set(one.evidence["rules"]) == set(other.evidence["rules"])
    assert (one.duty, one.fees) == (other.duty, other.fees)
    # Two roundings against one: at most a minor unit apart.
    assert abs(one.tax_included.minor + one.tax_added.minor - other.tax_added.minor) <= 1


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


@some
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6), st.integers(0, 10**5))
def test_thailand_agrees_with_an_exact_reckoning(amounts, shipping):
    found = quote(ask("TH", *((TSHIRT, minor) for minor in amounts), shipping=shipping))
    net = Fraction(sum(amounts) + shipping) / Fraction(107, 100)
    duty = net * Fraction(30, 100)
    assert owed(found) == (half_up(net * Fraction(7, 100)), half_up(duty * Fraction(7, 100)), half_up(duty), 0)


@some
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=5), st.integers(0, 10**5), st.sampled_from(["SP", "MG"]))
def test_brazil_agrees_with_the_formula_of_the_law(amounts, shipping, region):
    found = quote(ask("BR", *((TOY, minor) for minor in amounts), shipping=shipping, region=region, included=False))
    value = Fraction(sum(amounts) + shipping)
    if value > 3000 * 5 * 100:
        return
    duty = value * Fraction(20, 100) if value <= 50 * 5 * 100 else value * Fraction(60, 100) - 20 * 5 * 100
    rate = Fraction(17, 100) if region == "SP" else Fraction(20, 100)
    assert owed(found) == (0, half_up((value + duty) / (1 - rate) * rate), half_up(duty), 0)


@pytest.mark.parametrize("lines", [1, 2, 3, 7])
def test_a_third_of_a_cent_goes_somewhere(lines):
    found = quote(ask("GB", *[(TSHIRT, 100)] * lines))
    assert sum(line.tax.minor for line in found.lines) == half_up(Fraction(100 * lines, 6))
    assert max(line.tax.minor for line in found.lines) - min(line.tax.minor for line in found.lines) <= 1
