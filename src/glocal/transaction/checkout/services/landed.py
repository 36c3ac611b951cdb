"""The all-in price on every card: computed ahead for one unit at each market's default place, kept by the catalogue."""

from collections.abc import Collection, Sequence
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel import clock
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.transaction.checkout import quoting
from glocal.transaction.checkout.selectors import default_destination
from glocal.transaction.checkout.types import Quote, Wanted


def refresh_landed(product_ids: Sequence[UUID], in_markets: Collection[str] | None = None) -> int:
    """Work out and keep the landed price of every variant of the products in every market, or some; returns how many.

    Four statements a market. What cannot be delivered there, or is sold out, keeps none.
    """
    variant_ids = catalog.variants_of(product_ids)
    changed = 0
    for market in markets.all_markets():
        if in_markets is not None and market.code not in in_markets:
            continue
        goods = quoting.look_up(market, [Wanted(variant_id, 1) for variant_id in variant_ids])
        changes = [_change(goods, market, line) for line in goods.wanted if line.variant_id in goods.items]
        catalog.set_landed(changes)
        changed += len(changes)
    return changed


def _change(goods: quoting.Goods, market: markets.Market, line: Wanted) -> catalog.LandedChange:
    alone = quoting.Goods(market, (line,), goods.items, goods.stock)
    try:
        priced = quoting.quote(alone, destination=default_destination(market), language=market.language)
    except DomainError:
        return catalog.LandedChange(line.variant_id, market.code, None)
    return catalog.LandedChange(line.variant_id, market.code, _kept(priced, market))


def _kept(priced: Quote, market: markets.Market) -> dict[str, object]:
    """Days are counted from today in the market; ``parcels`` tell on any later day when it would come then."""
    totals, today = priced.totals, markets.local_day(clock.now(), market)
    return {
        "goods": totals.goods.minor,
        "shipping": totals.shipping.minor,
        "tax": totals.tax_added.minor,
        "tax_included": totals.tax_included.minor,
        "duty": totals.duty.minor,
        "fees": totals.fees.minor,
        "total": totals.total.minor,
        "currency": totals.total.currency,
        "estimate": totals.estimate,
        "days_min": (priced.option.earliest - today).days,
        "days_max": (priced.option.latest - today).days,
        "parcels": [(str(parcel.warehouse_id), *parcel.way) for parcel in priced.option.parcels],
    }
