"""What checkout does when others tell something."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.events.catalog import OffersChanged
from glocal.events.inventory import StockCameBack
from glocal.events.pricing import PriceChanged
from glocal.platform.eventing import handles_batch
from glocal.transaction.checkout.jobs import refresh


@handles_batch(PriceChanged)
def price_changed(events: Sequence[PriceChanged]) -> None:
    _refresh(event.variant_id for event in events)


@handles_batch(OffersChanged)
def offers_changed(events: Sequence[OffersChanged]) -> None:
    _refresh_products({str(product_id) for event in events for product_id in event.product_ids})


@handles_batch(StockCameBack)
def stock_came_back(events: Sequence[StockCameBack]) -> None:
    _refresh(event.variant_id for event in events)


def _refresh(variant_ids: Iterable[UUID]) -> None:
    _refresh_products({str(product) for product in catalog.products_of(set(variant_ids))})


def _refresh_products(product_ids: Iterable[str]) -> None:
    products = sorted(product_ids)
    for start in range(0, len(products), 200):
        refresh.defer(product_ids=products[start : start + 200])
