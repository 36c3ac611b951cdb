"""What a shopper can choose: costs in the shop's currency, dates by working days, reasons for what is missing."""

from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest
import yaml
from django.utils import translation

from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from tests.factories.inventory import stock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tariffs")]

# A Thursday without holidays anywhere; 03:00 UTC is 10:00 in Bangkok and 11:00 in Shenzhen.
THURSDAY = datetime(2026, 11, 19, 3, tzinfo=UTC)


def choose(country, *lines, currency=None, at=THURSDAY, region="", postcode="", weight=300, value="100"):
    currency = currency or markets.get(country).currency
    items = [shipping.PlanItem(variant, quantity, weight, Money.of(value, currency)) for variant, quantity in lines]
    return shipping.options(
        destination=shipping.Destination(country, region, postcode),
        items=items,
        stock=inventory.stock_at([variant for variant, _ in lines]),
        currency=currency,
        on=at,
    )


def by_code(found):
    return {option.code: option for option in found.options}


def reasons(found):
    return {missing.code: missing.reason for missing in found.missing}


def test_the_near_warehouse_is_cheapest_and_a_slower_promise_that_saves_nothing_is_not_offered():
    line = stock(10)
    stock(10, code="CN-SZX", variant_id=line.variant_id)
    found = choose("TH", (line.variant_id, 1))
    standard = by_code(found)["standard"]
    assert [parcel.service_code for parcel in standard.parcels] == ["th-standard"]
    assert standard.cost == Money.of(35, "THB")
    assert reasons(found)["economy"] == "not_cheaper"


def test_direct_mail_serves_a_market_without_a_warehouse_with_three_promises():
    line = stock(10, code="CN-SZX")
    found = choose("AE", (line.variant_id, 1))
    assert list(by_code(found)) == ["standard", "express"]
    assert reasons(found) == {"economy": "no_service"}
    brazil = choose("BR", (line.variant_id, 1))
    assert [option.code for option in brazil.options] == ["economy", "standard", "express"]
    costs = [option.cost.minor for option in brazil.options]
    assert costs == sorted(costs)
    assert all(option.cost.currency == "BRL" for option in brazil.options)


def test_an_order_that_no_warehouse_holds_alone_is_split():
    here, there = stock(5), stock(5, code="CN-SZX")
    found = by_code(choose("TH", (here.variant_id, 1), (there.variant_id, 2)))["standard"]
    assert [(parcel.ship_from, parcel.lines) for parcel in found.parcels] == [
        ("TH", ((here.variant_id, 1),)),
        ("CN", ((there.variant_id, 2),)),
    ]
    assert found.cost == found.parcels[0].cost + found.parcels[1].cost
    assert found.latest > found.earliest


def test_one_variant_is_spread_when_it_must():
    line = stock(2)
    stock(3, code="CN-SZX", variant_id=line.variant_id)
    parcels = by_code(choose("TH", (line.variant_id, 4)))["standard"].parcels
    assert sum(quantity for parcel in parcels for _, quantity in parcel.lines) == 4
    assert len(parcels) == 2


def test_every_missing_promise_says_why():
    light, gone = stock(500, code="CN-SZX"), uuid7()
    assert reasons(choose("SG", (gone, 1))) == dict.fromkeys(shipping.PROMISES, "out_of_stock")
    assert reasons(choose("SG", (light.variant_id, 1), value="200"))["economy"] == "value_cap"
    assert reasons(choose("SG", (light.variant_id, 10)))["economy"] == "too_heavy"
    assert reasons(choose("SG", (light.variant_id, 200))) == dict.fromkeys(shipping.PROMISES, "too_heavy")
    thai = stock(5)
    assert reasons(choose("US", (thai.variant_id, 1))) == dict.fromkeys(shipping.PROMISES, "no_stock_there")
    both = reasons(choose("US", (thai.variant_id, 1), (light.variant_id, 1)))
    assert both == dict.fromkeys(shipping.PROMISES, "no_stock_there")
    assert reasons(choose("AU", (light.variant_id, 1), currency="USD")) == dict.fromkeys(
        shipping.PROMISES, "no_service"
    )


def test_reasons_are_sentences_with_figures():
    line = stock(500, code="CN-SZX")
    sentences = {
        missing.code: shipping.explain(missing, "en") for missing in choose("SG", (line.variant_id, 10)).missing
    }
    assert sentences["economy"] == "Economy delivery takes up to 2 kg; this order weighs 3 kg."
    capped = choose("SG", (line.variant_id, 1), value="200").missing[0]
    assert "worth" in shipping.explain(capped, "en")
    assert "200" in shipping.explain(capped, "en")
    with translation.override("th"):
        assert shipping.explain(capped)


def test_a_part_of_a_country_is_served_only_when_the_place_is_known_to_be_in_it():
    line = stock(5)
    assert "express" not in by_code(choose("TH", (line.variant_id, 1)))
    assert "express" not in by_code(choose("TH", (line.variant_id, 1), postcode="83000"))
    assert "express" in by_code(choose("TH", (line.variant_id, 1), postcode="10110"))
    american = stock(5, code="US-LAX")
    assert [
        parcel.service_code for parcel in choose("US", (american.variant_id, 1), region="HI").options[0].parcels
    ] == ["us-standard-remote"]


def test_dates_count_working_days_from_the_cut_off():
    line = stock(5)
    before = by_code(choose("TH", (line.variant_id, 1)))["standard"]
    assert (before.earliest, before.latest) == (date(2026, 11, 20), date(2026, 11, 24))
    after = by_code(choose("TH", (line.variant_id, 1), at=THURSDAY + timedelta(hours=5)))["standard"]
    assert (after.earliest, after.latest) == (date(2026, 11, 23), date(2026, 11, 25))
    # 31 December and 1 January are holidays in Thailand.
    new_year = by_code(choose("TH", (line.variant_id, 1), at=datetime(2026, 12, 30, 3, tzinfo=UTC)))["standard"]
    assert new_year.earliest == date(2027, 1, 4)


@pytest.mark.parametrize("market", [market for market in markets.all_markets() if market.sells], ids=lambda m: m.code)
def test_every_market_is_served_from_home(market):
    line = stock(5, code="CN-SZX")
    found = choose(market.code, (line.variant_id, 1), value="20")
    assert by_code(found).keys() >= {"standard", "express"}
    assert all(option.cost.minor > 0 and option.cost.currency == market.currency for option in found.options)


def test_a_warm_quote_asks_the_database_nothing(django_assert_num_queries):
    line = stock(5)
    free = inventory.stock_at([line.variant_id])
    wanted = {
        "destination": shipping.Destination("TH"),
        "items": [shipping.PlanItem(line.variant_id, 1, 300, Money.of(100, "THB"))],
        "stock": free,
        "currency": "THB",
        "on": THURSDAY,
    }
    shipping.options(**wanted)
    with django_assert_num_queries(0):
        shipping.options(**wanted)


def test_seeding_twice_changes_nothing_and_new_rates_end_the_old_ones():
    from glocal.supply.shipping.models import RateRow

    RateRow.objects.filter(service="de-standard", weight_to_g=1000).update(price_minor=420)
    assert shipping.seed_tariffs() == 0
    assert RateRow.objects.get(service="de-standard", weight_to_g=1000).price_minor == 420
    table = {
        "source": "test",
        "valid_from": date(2026, 11, 19),
        "zones": {"TH": [{"country": "TH"}]},
        "services": [
            {
                "code": "th-standard",
                "from": "TH",
                "zone": "TH",
                "promise": "standard",
                "days": [1, 2],
                "carrier_service": "local",
                "currency": "THB",
                "rates": {1000: 41},
            }
        ],
        "names": {"standard": {"en": "Standard"}},
    }
    shipping.save_tariffs(table)
    line = stock(5)
    assert by_code(choose("TH", (line.variant_id, 1)))["standard"].cost == Money.of(41, "THB")
    assert by_code(choose("TH", (line.variant_id, 1), at=THURSDAY - timedelta(days=1)))["standard"].cost == Money.of(
        35, "THB"
    )
    with pytest.raises(shipping.TariffInvalid) as refusal:
        shipping.save_tariffs(table | {"services": [table["services"][0] | {"days": [3, 2]}]})
    assert refusal.value.field == "days"


def test_a_plan_names_the_row_and_the_exchange_rate_of_each_parcels_cost():
    from glocal.supply.shipping.models import RateRow

    line = stock(5, code="CN-SZX")
    option = by_code(choose("TH", (line.variant_id, 1)))["standard"]
    (parcel,) = option.parcels
    row = RateRow.objects.get(pk=parcel.rate.row_id)
    assert (row.service_id, Money(row.price_minor, row.currency)) == (parcel.service_code, parcel.rate.price)
    assert (parcel.rate.fx_rate, bool(parcel.rate.fx_source)) == (
        markets.rate(row.currency, "THB", parcel.rate.fx_on).rate,
        True,
    )


def test_a_row_that_orders_were_charged_by_stays_when_its_table_is_corrected():
    from glocal.supply.shipping.models import RateRow

    table = yaml.safe_load((resources.files("glocal.supply.shipping") / "data/tariffs.yaml").read_text())
    before = set(RateRow.objects.values_list("pk", "price_minor"))
    shipping.save_tariffs(table)
    assert set(RateRow.objects.values_list("pk", "price_minor")) == before
    first = table["services"][0]
    table["services"][0] = first | {"rates": {weight: price + 1 for weight, price in first["rates"].items()}}
    shipping.save_tariffs(table)
    assert before < set(RateRow.objects.values_list("pk", "price_minor"))
    replaced = RateRow.objects.exclude(superseded_at=None)
    assert {row.service_id for row in replaced} == {first["code"]}
    assert len(replaced) == len(first["rates"])
