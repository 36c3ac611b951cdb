"""Whole prices follow what catalogue, tariffs, tax rules and exchange rates tell."""

from datetime import date
from decimal import Decimal
from importlib import resources

import pytest
import yaml
from procrastinate.contrib.django.models import ProcrastinateJob

from glocal.content.catalog import facade as catalog
from glocal.content.catalog.models import Offer
from glocal.events.catalog import OffersChanged
from glocal.events.markets import RatesChanged
from glocal.events.shipping import TariffsChanged
from glocal.events.tax import TaxRulesChanged
from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import handlers, jobs
from glocal.transaction.tax import facade as tax
from tests.factories.sale import sell
from tests.transaction.tax.test_quoting import changed_file

pytestmark = pytest.mark.django_db


def test_products_whose_facts_changed_are_worked_out_again_once_a_batch():
    products = [uuid7() for _ in range(3)]
    events = [OffersChanged(change_id=uuid7(), product_ids=tuple(products[:2])) for _ in range(2)]
    events.append(OffersChanged(change_id=uuid7(), product_ids=(products[2],), markets=("TH",)))
    before = list(ProcrastinateJob.objects.values_list("pk", flat=True))  # other tests' jobs outlive them
    for told in (1, 2):
        handlers.offers_changed(events)
        jobs = ProcrastinateJob.objects.filter(task_name="checkout.refresh_landed").exclude(pk__in=before)
        assert [job.args for job in jobs] == [{"product_ids": sorted(map(str, products))}] * told


def told(event):
    return OutboxEvent.objects.filter(name=event.name(), relayed_at=None).count()


def work_off():
    """Take the events to their handlers, then run the jobs they queued; returns how many of each."""
    drain()
    waiting = ProcrastinateJob.objects.filter(status="todo", task_name__startswith="checkout.refresh")
    ranges = [job.args for job in waiting.filter(task_name="checkout.refresh_whole_range")]
    for arguments in ranges:
        jobs.refresh_whole_range(**arguments)
    batches = [job.args for job in waiting.filter(task_name="checkout.refresh_landed").order_by("id")]
    for arguments in batches:
        jobs.refresh(**arguments)
    waiting.update(status="succeeded")
    return len(ranges), len(batches)


def landed(variant_id, market="US"):
    (product,) = catalog.products_of([variant_id])
    (kept,) = Offer.objects.filter(variant__product_id=product, market=market).values_list("landed", flat=True)
    return kept


@pytest.fixture
def scarf(shop):
    variant_id = sell(10, prices={"US": 1999, "GB": 1999}, warehouse="CN-SZX", weight_g=300, hs_code="6214.10")
    work_off()
    assert landed(variant_id)["total"] > 1999
    return variant_id


def test_a_new_tariff_changes_the_prices_on_the_cards_the_same_day(scarf):
    before = landed(scarf)
    table = yaml.safe_load((resources.files("glocal.supply.shipping") / "data/tariffs.yaml").read_text())
    services = [row | {"rates": {w: price + 3 for w, price in row["rates"].items()}} for row in table["services"]]
    table |= {"services": services, "source": "test", "valid_from": clock.now().date()}
    shipping.save_tariffs(table)
    assert work_off() == (1, 1)
    assert landed(scarf)["shipping"] > before["shipping"]


def test_a_corrected_tax_rule_changes_the_prices_of_its_market_only(scarf):
    before = landed(scarf, "GB")
    Offer.objects.filter(market="US").update(landed={"untouched": True})
    assert tax.load_rules([changed_file("GB", "GB-VAT", rate=Decimal("0.35"))]) == 1
    assert work_off() == (1, 1)
    assert landed(scarf, "GB")["tax_included"] > before["tax_included"]
    assert landed(scarf) == {"untouched": True}


def test_the_days_exchange_rate_changes_what_shipping_costs(scarf):
    before = landed(scarf, "GB")
    today = clock.now().date()
    markets.save_rates([markets.NewRate("USD", "GBP", today, Decimal("1.6"), "a feed")])
    assert work_off() == (1, 1)
    assert landed(scarf, "GB")["shipping"] > before["shipping"]


def test_what_changes_nothing_tells_nothing(scarf):
    today = clock.now().date()
    rate = markets.NewRate("USD", "GBP", today, Decimal("1.6"), "a feed")
    markets.save_rates([rate])
    work_off()
    markets.save_rates([rate])
    markets.save_rates([markets.NewRate("USD", "GBP", date(2026, 1, 2), Decimal("0.7"), "a feed")])  # history
    markets.save_rates([])
    markets.save_demo_rates()
    tax.load_rules()
    shipping.seed_tariffs()
    assert (told(RatesChanged), told(TaxRulesChanged), told(TariffsChanged)) == (0, 0, 0)
    markets.save_rates([markets.NewRate("USD", "GBP", today, Decimal("1.61"), "a feed")])
    assert told(RatesChanged) == 1


def test_the_whole_range_is_worked_out_in_batches_and_once_for_a_burst(shop, monkeypatch):
    for _ in range(5):
        sell(1)
    work_off()
    monkeypatch.setattr(jobs, "BATCH", 2)
    for day in range(1, 4):
        drain()
        rate = markets.NewRate("USD", "GBP", date(2026, 7, day), Decimal("0.7"), "a feed")
        markets.save_rates([rate])
        drain()
    assert work_off() == (1, 3)
