"""Another door for an order that is not being packed yet, when nothing that was charged depends on it."""

from uuid import UUID

from glocal.platform.eventing import transactional
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout.errors import AddressCostsOther
from glocal.transaction.checkout.selectors import destination_of
from glocal.transaction.orders import facade as orders
from glocal.transaction.tax import facade as tax


@transactional
def change_address(*, order: orders.OrderView, address: markets.Address, actor_id: UUID | None) -> None:
    """Send a paid order to another address of the same country. The same address again changes nothing.

    Raises AddressElsewhere, AddressCostsOther (the landed total would be another, or its delivery does not go there),
    OrderCannotChange and shipping's ShipmentCannotChange.
    """
    if address.as_dict() == order.address:
        return
    market = markets.get(order.market)
    place = destination_of(address, market)
    services = {parcel.service_code for parcel in shipping.track(order.id) if parcel.status != "cancelled"}
    if not shipping.reaches(services, place, order.totals.total.currency, order.placed_at.date()):
        raise AddressCostsOther(field="postcode")
    orders.change_address(order_id=order.id, address=address, actor_id=actor_id)
    evidence = tax.evidence_of(order.id)
    region = place.region or market.default_region or ""
    if evidence is None:
        raise AddressCostsOther(field="region")
    if region == (evidence["request"]["region"] or ""):
        return
    owed, charged = tax.quote_elsewhere(evidence, region), order.totals
    before = (charged.tax_added, charged.tax_included, charged.duty, charged.fees)
    if (owed.tax_added, owed.tax_included, owed.duty, owed.fees) != before:
        raise AddressCostsOther(field="region")
    tax.record(order.id, owed)
