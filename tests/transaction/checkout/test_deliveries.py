"""Which deliveries are offered, and what each of them costs all in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.checkout import quoting
from glocal.transaction.orders import facade as orders
from tests.factories.catalog import make_product
from tests.factories.inventory import stock
from tests.factories.sale import sell, wanted

TODAY = date(2026, 11, 2)
NOTHING = Money.zero("USD")


def choice(code: str, freight: int, duty: int, first: int, last: int) -> checkout.DeliveryChoice:
    option = shipping.ShippingOption(
        code, Money(freight, "USD"), TODAY + timedelta(first), TODAY + timedelta(max(first, last)), ()
    )
    totals = orders.Totals(
        goods=Money(1000, "USD"), shipping=option.cost, tax_added=NOTHING, tax_included=NOTHING,
        duty=Money(duty, "USD"), fees=NOTHING, estimate=False,
    )  # fmt: skip
    return checkout.DeliveryChoice(option, totals, None)  # type: ignore[arg-type]


def codes(choices: tuple[checkout.DeliveryChoice, ...]) -> list[str]:
    return [found.option.code for found in choices]


def reasons(missing: tuple[shipping.MissingOption, ...]) -> dict[str, str]:
    return {found.code: found.reason for found in missing}


def test_cheap_freight_that_costs_more_in_duty_than_it_saves_is_left_out_and_says_why():
    kept, left_out = quoting.worth_choosing([choice("economy", 200, 900, 9, 15), choice("standard", 700, 0, 3, 5)])
    assert codes(kept) == ["standard"]
    assert reasons(left_out) == {"economy": "not_cheaper"}
    assert shipping.explain(left_out[0], "en") == "Economy delivery would not be cheaper than a faster one."


def test_paying_more_for_nothing_faster_is_left_out():
    kept, left_out = quoting.worth_choosing([choice("standard", 700, 0, 3, 5), choice("express", 1900, 0, 3, 5)])
    assert codes(kept) == ["standard"]
    assert reasons(left_out) == {"express": "not_faster"}


def test_slower_and_cheaper_stays_and_of_two_alike_the_first_does():
    kept, _left_out = quoting.worth_choosing([choice("economy", 200, 0, 9, 15), choice("standard", 700, 0, 3, 5)])
    assert codes(kept) == ["economy", "standard"]
    kept, _left_out = quoting.worth_choosing([choice("economy", 700, 0, 3, 5), choice("standard", 700, 0, 3, 5)])
    assert codes(kept) == ["economy"]


OFFERED = st.lists(
    st.builds(choice, st.just("x"), *[st.integers(0, 3)] * 4),  # few values, so that many are alike
    min_size=1,
    max_size=4,
)


@given(OFFERED)
def test_whoever_is_left_out_is_beaten_by_one_that_stays(offered):
    kept, left_out = quoting.worth_choosing(offered)
    assert kept
    assert len(kept) + len(left_out) == len(offered)
    assert min(one.total.minor for one in kept) == min(one.total.minor for one in offered)
    assert min(one.option.latest for one in kept) == min(one.option.latest for one in offered)
    for gone in (one for one in offered if not any(one is stays for stays in kept)):
        assert any(
            stays.total.minor <= gone.total.minor and stays.option.latest <= gone.option.latest for stays in kept
        )


@pytest.fixture
def everywhere(shop):
    """A thing in several warehouses, so that every delivery goes."""
    variant_id = make_product(weight_g=900).variant_id
    for code in ("CN-SZX", "US-LAX", "DE-LEJ"):
        stock(20, code=code, variant_id=variant_id)
    return variant_id


@pytest.mark.django_db
def test_the_sheet_prices_every_delivery_as_choosing_it_would_charge(everywhere):
    market, buyer = markets.get("US"), checkout.Buyer(uuid7())
    sheet = checkout.sheet(buyer, market, "en", lines=wanted(everywhere))
    assert len(sheet.quote.choices) > 1
    for offered in sheet.quote.choices:
        alone = checkout.quote_for(market, "en", wanted(everywhere), delivery_code=offered.option.code)
        assert offered.totals == alone.totals
        chosen = checkout.sheet(buyer, market, "en", lines=wanted(everywhere), delivery_code=offered.option.code)
        assert chosen.quote.totals == offered.totals
        assert codes(chosen.quote.choices) == codes(sheet.quote.choices)


@pytest.mark.django_db
def test_a_delivery_asked_for_by_name_is_priced_alone(everywhere, monkeypatch):
    asked = []
    price = quoting.tax.quote
    monkeypatch.setattr(quoting.tax, "quote", lambda request: asked.append(request) or price(request))
    quote = checkout.quote_for(markets.get("US"), "en", wanted(everywhere), delivery_code="express")
    assert codes(quote.choices) == ["express"]
    assert len(asked) == 1


@pytest.mark.django_db
def test_a_delivery_that_is_not_on_offer_gives_way_on_the_sheet_and_is_refused_in_a_quote(shop):
    variant_id = sell(5)
    sheet = checkout.sheet(
        checkout.Buyer(uuid7()), markets.get("US"), "en", lines=wanted(variant_id), delivery_code="pigeon"
    )
    assert sheet.quote.option.code in codes(sheet.quote.choices)
    with pytest.raises(checkout.UnknownDelivery):
        checkout.quote_for(markets.get("US"), "en", wanted(variant_id), delivery_code="pigeon")
