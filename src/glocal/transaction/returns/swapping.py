"""Another variant of the same product, at the same price, for an order that nobody packs yet."""

from collections.abc import Mapping
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.platform.eventing import transactional
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.invoices import facade as invoices
from glocal.transaction.orders import facade as orders
from glocal.transaction.returns.errors import CannotSwap, InvoiceIssued
from glocal.transaction.tax import facade as tax


def variants_for(order: orders.OrderView, line: orders.LineView) -> tuple[catalog.SaleItem, ...]:
    """What a line can be changed to: on sale at the line's price, and in stock where its parcels leave from."""
    units = _units(order.id, line.variant_id)
    have = {one.variant_id for one in order.lines}
    siblings = [one for one in catalog.variants_of([line.product_id]) if one not in have]
    items = catalog.items_for_sale(order.market, siblings)
    stock = inventory.stock_at(items) if items else {}
    return tuple(
        item for item in items.values() if item.price == line.unit and _enough(stock.get(item.variant_id, ()), units)
    )


@transactional
def swap_variant(*, order: orders.OrderView, line_id: int, variant_id: UUID, actor_id: UUID | None) -> None:
    """Change a whole line of a paid order, before packing, to a variant of ``variants_for``; taxes are quoted anew.

    Raises CannotSwap, InvoiceIssued, the refusals of ``orders.swap_variant``.
    """
    line = next((one for one in order.lines if one.id == line_id), None)
    if line is None:
        raise CannotSwap(field="variant")
    if line.variant_id == variant_id:
        return
    item = next((one for one in variants_for(order, line) if one.variant_id == variant_id), None)
    if item is None:
        raise CannotSwap(field="variant")
    swap = orders.Swap(
        item.variant_id, item.sku, item.options_text, item.weight_g, item.hs_code, item.origin, item.cover
    )
    try:
        orders.swap_variant(order_id=order.id, line_id=line_id, swap=swap, actor_id=actor_id)
    except inventory.OutOfStock as short:
        raise CannotSwap(field="variant") from short
    if invoices.papers_of(order.id):  # the order is locked: none is being issued
        raise InvoiceIssued()
    _quote_anew(order, line, item)


def _quote_anew(order: orders.OrderView, line: orders.LineView, item: catalog.SaleItem) -> None:
    """Keep the evidence of what the order owes now. Raises CannotSwap when that is another sum."""
    evidence = tax.evidence_of(order.id)
    if evidence is None:
        raise CannotSwap(field="variant")
    owed = tax.quote_instead(evidence, str(line.variant_id), item.hs_code, item.origin, str(item.variant_id))
    charged = order.totals
    if (owed.tax_added, owed.tax_included, owed.duty, owed.fees) != (
        charged.tax_added,
        charged.tax_included,
        charged.duty,
        charged.fees,
    ):
        raise CannotSwap(field="variant")
    tax.record(order.id, owed)


def _units(order_id: UUID, variant_id: UUID) -> Mapping[UUID, int]:
    """Units of a variant by the warehouse that they leave from."""
    units: dict[UUID, int] = {}
    for parcel in shipping.track(order_id):
        if parcel.status != "cancelled" and not parcel.in_exchange:
            count = dict(parcel.lines).get(variant_id, 0)
            units[parcel.warehouse_id] = units.get(parcel.warehouse_id, 0) + count
    return {place: count for place, count in units.items() if count}


def _enough(stock: tuple[inventory.StockAt, ...], units: Mapping[UUID, int]) -> bool:
    there = {one.warehouse_id: one.available for one in stock}
    return bool(units) and all(there.get(place, 0) >= count for place, count in units.items())
