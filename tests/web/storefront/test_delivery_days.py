"""Product page, sheet and order name the same days at any hour, whenever the all-in price was worked out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from glocal.transaction.checkout import facade as checkout
from tests.factories.sale import BANGKOK, address, open_shop, sell, wanted

pytestmark = pytest.mark.django_db

TOMORROW_IN_BANGKOK = datetime(2026, 11, 19, 18, 30, tzinfo=UTC)  # Friday 20, 01:30 there
MONDAY_MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
AFTER_CUTOFF = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("earlier", [timedelta(0), timedelta(hours=20), timedelta(days=3)])
@pytest.mark.parametrize("now", [TOMORROW_IN_BANGKOK, MONDAY_MORNING, AFTER_CUTOFF])
def test_the_page_and_the_sheet_promise_the_same_days(now: datetime, earlier: timedelta) -> None:
    open_shop()
    variant_id = sell(10, warehouse="TH-BKK", prices={"TH": 59_900})
    item = catalog.items_for_sale("TH", [variant_id])[variant_id]
    with clock.at(now - earlier):
        checkout.refresh_landed([item.product_id], ["TH"])
    with clock.at(now):
        page = Client().get(f"/en-TH/p/{item.slug}").content.decode()
        sheet = Client().get(f"/en-TH/buy?variant={variant_id}").content.decode()
        priced = checkout.quote_for(markets.get("TH"), "en", wanted(variant_id), address=address(BANGKOK, "TH"))
    first, last = re.search(r"With you between <strong>(.+?)</strong> and <strong>(.+?)</strong>", page).groups()
    assert f"{first} to {last}" in sheet
    bought = [
        markets.format_date(day, "en", "TH", style="day") for day in (priced.option.earliest, priced.option.latest)
    ]
    assert [first, last] == bought


def test_days_kept_with_the_price_count_from_today_in_the_market() -> None:
    open_shop()
    variant_id = sell(10, warehouse="TH-BKK", prices={"TH": 59_900})
    item = catalog.items_for_sale("TH", [variant_id])[variant_id]
    with clock.at(TOMORROW_IN_BANGKOK):
        checkout.refresh_landed([item.product_id], ["TH"])
        priced = checkout.quote_for(markets.get("TH"), "en", wanted(variant_id))
    shown = catalog.product_page(market="TH", language="en", slug=item.slug)
    friday = datetime(2026, 11, 20, tzinfo=UTC).date()
    kept = shown.variants[0].landed
    assert (kept["days_min"], kept["days_max"]) == (
        (priced.option.earliest - friday).days,
        (priced.option.latest - friday).days,
    )
