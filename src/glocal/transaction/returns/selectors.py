"""Reads of returns and claims."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import facade as orders
from glocal.transaction.returns.errors import NoReturnLabel, NotDelivered, ReturnNotFound
from glocal.transaction.returns.models import LostParcel, Return
from glocal.transaction.returns.types import Choice, ClaimView, Deadline, Returnable, ReturnedLine, ReturnView


def returns_of(order_id: UUID) -> tuple[ReturnView, ...]:
    """An order's returns, the newest first. Two statements."""
    rows = Return.objects.filter(order_id=order_id).prefetch_related("lines").order_by("-requested_at")
    return tuple(view_of(row) for row in rows.defer("label"))


def claims_of(order_id: UUID) -> tuple[ClaimView, ...]:
    rows = LostParcel.objects.filter(order_id=order_id).order_by("claimed_at")
    return tuple(ClaimView(row.pk, row.shipment_id, row.parcel, row.want, row.status, row.claimed_at) for row in rows)


def label_of(order_id: UUID, number: str) -> bytes:
    """The label of one of an order's returns, a PDF. Raises ReturnNotFound, NoReturnLabel."""
    row = Return.objects.filter(order_id=order_id, number=number).first() if "\0" not in number else None
    if row is None:
        raise ReturnNotFound()
    if row.label is None:
        raise NoReturnLabel()
    return bytes(row.label)


def returnable(order: orders.OrderView) -> tuple[Returnable, ...]:
    """What of a delivered order can be sent back still, with what each could be exchanged for. Five statements."""
    left = {line.id: line.quantity - line.refunded_quantity - line.returning_quantity for line in order.lines}
    lines = [line for line in order.lines if left[line.id] > 0]
    choices, kinds = choices_for(order, lines), kinds_of(order)
    return tuple(
        Returnable(
            line.id,
            line.title,
            line.options,
            line.cover,
            line.unit,
            left[line.id],
            tuple(choices.get(line.id, ())),
            kinds[line.id],
        )
        for line in lines
    )


def kinds_of(order: orders.OrderView) -> dict[int, str]:
    """How the goods of each line come back, one of ``markets.KINDS``. One statement."""
    found = catalog.return_kinds_of([line.product_id for line in order.lines])
    return {line.id: found.get(line.product_id, "") for line in order.lines}


def brought(
    order_id: UUID, parcels: tuple[shipping.ShipmentInfo, ...] | None = None
) -> tuple[shipping.ShipmentInfo, ...]:
    """The parcels that brought what an order bought; not those that were lost, and not exchanges."""
    known = shipping.track(order_id) if parcels is None else parcels
    return tuple(one for one in known if one.status == "delivered" and not one.in_exchange)


def way_back(order_id: UUID, units: Mapping[UUID, int]) -> shipping.ShipmentInfo:
    """The parcel whose way things (units by variant) go back: one of the warehouse in the order's market if any of
    them came from there, and of those the one that brought most. Raises NotDelivered.
    """
    parcels = [one for one in brought(order_id) if any(variant in units for variant, _count in one.lines)]
    if not parcels:
        raise NotDelivered()
    near = [one for one in parcels if one.ship_from == one.market] or parcels
    return max(near, key=lambda one: sum(min(units.get(variant, 0), count) for variant, count in one.lines))


def choices_for(order: orders.OrderView, lines: list[orders.LineView]) -> dict[int, list[Choice]]:
    """Other variants of the same product, at the line's price, in stock in the warehouse that its parcel came from."""
    source = {variant: parcel for parcel in brought(order.id) for variant, _units in parcel.lines}
    siblings = catalog.variants_of([line.product_id for line in lines]) if lines else ()
    items = catalog.items_for_sale(order.market, siblings)
    stock = inventory.stock_at(items) if items else {}
    found: dict[int, list[Choice]] = {}
    for line in lines:
        parcel = source.get(line.variant_id)
        for item in items.values():
            same = item.product_id == line.product_id and item.price == line.unit
            if parcel is None or not same or item.variant_id == line.variant_id:
                continue
            if any(one.warehouse_id == parcel.warehouse_id and one.available for one in stock.get(item.variant_id, ())):
                choice = Choice(
                    item.variant_id,
                    item.sku,
                    item.options_text,
                    parcel.warehouse_id,
                    parcel.service_code,
                    item.weight_g,
                    item.hs_code,
                    item.origin,
                )
                found.setdefault(line.id, []).append(choice)
    return found


def deadline(order: orders.OrderView, parcels: tuple[shipping.ShipmentInfo, ...] | None = None) -> Deadline:
    """Until when an order's things may be sent back, goods under rules of their own aside. Raises NotDelivered."""
    arrived = delivered_on(order, parcels)
    changed_mind = markets.last_day_to_withdraw(order.market, arrived) or arrived
    return Deadline(changed_mind, markets.last_day_of_guarantee(order.market, arrived))


def delivered_on(order: orders.OrderView, parcels: tuple[shipping.ShipmentInfo, ...] | None = None) -> date:
    """The day the last parcel came, of the market's own time; ``parcels`` if they are known. Raises NotDelivered."""
    steps = [step for parcel in brought(order.id, parcels) for step in parcel.steps if step.code == "delivered"]
    if order.status != "delivered" or not steps:
        raise NotDelivered()
    return markets.local_day(max(step.at for step in steps), order.market)


def view_of(row: Return) -> ReturnView:
    return ReturnView(
        id=row.pk,
        number=row.number,
        order_id=row.order_id,
        status=row.status,
        want=row.want,
        reason=row.reason,
        answer=row.answer,
        lines=tuple(
            ReturnedLine(
                line.line_id,
                line.title,
                line.options,
                line.quantity,
                line.exchange["options"] if line.exchange else None,
            )
            for line in sorted(row.lines.all(), key=lambda line: line.pk)
        ),
        tracking_number=row.tracking_number,
        has_label=bool(row.tracking_number),
        requested_at=row.requested_at,
        received_at=row.received_at,
        closed_at=row.closed_at,
    )
