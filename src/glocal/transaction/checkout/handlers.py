"""What checkout does when others tell something."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.events.catalog import OffersChanged
from glocal.events.inventory import StockCameBack
from glocal.events.markets import RatesChanged
from glocal.events.pricing import PriceChanged
from glocal.events.shipping import TariffsChanged
from glocal.events.tax import TaxRulesChanged
from glocal.platform.eventing import handles_batch
from glocal.platform.jobs import defer_once
from glocal.transaction.checkout.jobs import refresh, refresh_whole_range


@handles_batch(PriceChanged)
def price_changed(events: Sequence[PriceChanged]) -> None:
    _refresh(event.variant_id for event in events)


@handles_batch(OffersChanged)
def offers_changed(events: Sequence[OffersChanged]) -> None:
    _refresh_products({str(product_id) for event in events for product_id in event.product_ids})


@handles_batch(StockCameBack)
def stock_came_back(events: Sequence[StockCameBack]) -> None:
    _refresh(event.variant_id for event in events)


@handles_batch(RatesChanged)
def rates_changed(events: Sequence[RatesChanged]) -> None:
    """Any market: tariffs and thresholds of one currency are worked out in another."""
    _refresh_whole_range(None)


@handles_batch(TariffsChanged)
def tariffs_changed(events: Sequence[TariffsChanged]) -> None:
    _refresh_whole_range(None)


@handles_batch(TaxRulesChanged)
def tax_rules_changed(events: Sequence[TaxRulesChanged]) -> None:
    _refresh_whole_range(sorted({market for event in events for market in event.markets}))


def _refresh_whole_range(in_markets: list[str] | None) -> None:
    lock = f"checkout.refresh_whole_range {'all' if in_markets is None else ' '.join(in_markets)}"
    defer_once(refresh_whole_range, lock, in_markets=in_markets)


def _refresh(variant_ids: Iterable[UUID]) -> None:
    _refresh_products({str(product) for product in catalog.products_of(set(variant_ids))})


def _refresh_products(product_ids: Iterable[str]) -> None:
    products = sorted(product_ids)
    for start in range(0, len(products), 200):
        refresh.defer(product_ids=products[start : start + 200])
