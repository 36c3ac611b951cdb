"""Whatever is in the bag, wherever it goes: the parts are the total, and what was shown is what is charged."""

from contextlib import suppress
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import total
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.checkout import quoting
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order
from tests.factories.catalog import make_product
from tests.factories.inventory import stock
from tests.factories.sale import request_for, sell, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

PRICES = {
    "US": (1, 333, 1999, 4_999_99),
    "DE": (99, 1234, 15_001, 99_999),
    "TH": (100, 7_777, 59_900, 150_001),
    "VN": (1_000, 77_777, 1_000_000, 25_000_001),
    "BR": (500, 4_999, 25_100, 300_000),
    "ID": (5_000, 99_999, 1_499_999, 9_000_001),
    "AE": (333, 29_901, 100_001, 500_000),
}
WEIGHTS = (20, 480, 1999, 5000)


@pytest.fixture
def goods(shop):
    """Four things, from a sticker to a machine, part of them abroad only."""
    made = []
    for place, weight in enumerate(WEIGHTS):
        prices = {market: amounts[place] for market, amounts in PRICES.items()}
        variant_id = make_product(prices=prices, weight_g=weight).variant_id
        for code in ("CN-SZX", "US-LAX", "DE-LEJ", "TH-BKK")[: place + 1]:
            stock(60, code=code, variant_id=variant_id)
        made.append(variant_id)
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    market=st.sampled_from(sorted(PRICES)),
    units=st.lists(st.integers(0, 30), min_size=4, max_size=4).filter(any),
)
def test_parts_sum_to_the_total_in_every_market(goods, market, units):
    place = markets.get(market)
    lines = tuple(checkout.Wanted(goods[index], n) for index, n in enumerate(units) if n)
    looked_up = quoting.look_up(place, lines)
    try:
        quote = checkout.quote_for(place, "en", lines)
    except (checkout.NoDelivery, checkout.SoldOut):
        return
    totals = quote.totals
    parts = [totals.goods, totals.shipping, totals.tax_added, totals.duty, totals.fees]
    assert quote.total == total(parts, place.currency)
    assert all(part.minor >= 0 for part in (*parts, totals.tax_included))
    assert totals.goods == total((line.unit * line.quantity for line in quote.lines), place.currency)
    assert totals.tax_included <= totals.goods + totals.shipping
    drafts = quoting.draft_lines(looked_up, quote)
    assert total((line.duty for line in drafts), place.currency) == totals.duty
    assert total((line.tax for line in drafts), place.currency) <= totals.tax_added
    shipped = {line.variant_id: 0 for line in quote.lines}
    for parcel in quote.option.parcels:
        for variant_id, quantity in parcel.lines:
            shipped[variant_id] += quantity
    assert shipped == {line.variant_id: line.quantity for line in quote.lines}


def test_cart_and_sheet_cost_one_statement_more_for_twelve_things_than_for_one():
    market, counts = markets.get("US"), []
    variants = [sell(10) for _ in range(12)]
    checkout.buy(request_for(wanted(variants[0])))
    for some in (variants[:1], variants):
        buyer = checkout.Buyer(uuid7())
        for variant_id in some:
            checkout.add(buyer=buyer, market=market, variant_id=variant_id, quantity=1)
        request = request_for(tuple(checkout.Wanted(variant_id, 1) for variant_id in some))
        with CaptureQueriesContext(connection) as view:
            checkout.cart_view(buyer, market, "en")
        with CaptureQueriesContext(connection) as sheet:
            checkout.sheet(buyer, market, "en")
        with CaptureQueriesContext(connection) as bought:
            checkout.buy(request)
        counts.append((len(view), len(sheet), len(bought)))
    assert [many - one for one, many in zip(counts[0][:2], counts[1][:2], strict=True)] == [1, 1]  # quoting.FEW
    assert counts[1][2] <= 12
    assert Order.objects.count() == 3


def test_an_order_is_for_its_owner_or_for_who_holds_its_link():
    owner = uuid7()
    bought = checkout.buy(replace(request_for(wanted(sell(10))), buyer=checkout.Buyer(uuid7(), owner)))
    for token in (None, "of an ended link"):
        assert orders.order_for(number=bought.number, person_id=owner, token=token).id == bought.order_id
    for person_id, token in [
        (uuid7(), None),
        (None, None),
        (None, ""),
        (None, bought.token[:-1]),
        (None, "\0"),
    ]:
        with pytest.raises(orders.OrderNotFound):
            orders.order_for(number=bought.number, person_id=person_id, token=token)
    with pytest.raises(orders.OrderNotFound):
        orders.order_for(number="\0", person_id=owner, token=None)
    with pytest.raises(orders.OrderNotFound), transaction.atomic():
        orders.claim(number=bought.number, token=bought.token, person_id=uuid7())
    with pytest.raises(orders.OrderNotFound), transaction.atomic():
        orders.claim(number=bought.number, token="\0", person_id=owner)
    with pytest.raises(orders.OrderNotFound), transaction.atomic():
        orders.cancel_order(order_id=bought.order_id, reason="x", actor_id=None, person_id=uuid7())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(market=st.sampled_from(sorted(PRICES)), index=st.integers(0, 3), units=st.integers(1, 3))
def test_without_a_wish_the_delivery_is_the_one_that_is_cheapest_all_in(goods, market, index, units):
    place, lines = markets.get(market), (checkout.Wanted(goods[index], units),)
    try:
        usual = checkout.quote_for(place, "en", lines)
    except checkout.NoDelivery:
        return
    by_name = []
    for code in shipping.PROMISES:
        with suppress(checkout.UnknownDelivery):
            by_name.append(checkout.quote_for(place, "en", lines, delivery_code=code).total)
    assert usual.total == min(by_name)


def test_cheap_freight_across_a_border_does_not_win_by_hiding_its_duty():
    variant_id = make_product(prices={"US": 1799}, weight_g=60).variant_id
    for code in ("CN-SZX", "US-LAX"):
        stock(60, code=code, variant_id=variant_id)
    quote = checkout.quote_for(markets.get("US"), "en", (checkout.Wanted(variant_id, 1),))
    by_name = [
        checkout.quote_for(markets.get("US"), "en", (checkout.Wanted(variant_id, 1),), delivery_code=code)
        for code in ("economy", "standard")
    ]
    cheapest_freight = min(by_name, key=lambda other: other.option.cost.minor).option
    assert cheapest_freight.parcels[0].ship_from == "CN"
    assert (quote.option.parcels[0].ship_from, quote.totals.duty.minor) == ("US", 0)
