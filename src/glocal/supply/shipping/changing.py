"""Parcels that change before they leave: units that nobody pays for any more, another variant, another door."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping.errors import ParcelIsLeaving
from glocal.supply.shipping.models import Shipment
from glocal.supply.shipping.services import cannot
from glocal.supply.shipping.types import Content

Status = Shipment.Status
_HERE = (Status.PLANNED, Status.PICKING, Status.PACKED)


@transactional
def take_out(order_id: UUID, units: Mapping[UUID, int], *, actor_id: UUID | None) -> int:
    """Take units, by variant, out of an order's parcels that have not left, and free their stock; returns how many.

    What is in no such parcel has left and is no matter of ours. A parcel without goods is cancelled; a packed one that
    keeps some is to be picked again, since its box must be opened.
    Raises ParcelIsLeaving when a carrier is just being asked to take a box that would have to be opened.
    """
    left = dict(units)
    freed: dict[UUID, list[inventory.ReserveLine]] = {}
    here = (
        Shipment.objects.select_for_update()
        .defer("label")
        .filter(order_id=order_id, status__in=_HERE, in_exchange=False)
    )
    for parcel in here.order_by("pk"):
        held = {UUID(variant): count for variant, count in parcel.lines}
        taken = {variant: min(count, left[variant]) for variant, count in held.items() if left.get(variant)}
        if not taken:
            continue
        for variant, count in taken.items():
            left[variant] -= count
        lines = [inventory.ReserveLine(variant, parcel.warehouse_id, count) for variant, count in taken.items()]
        freed.setdefault(parcel.goods_of, []).extend(lines)
        _shrink(parcel, {variant: count - taken.get(variant, 0) for variant, count in held.items()}, actor_id)
    # In one call at the end: it locks the stock rows of all parcels in one order.
    inventory.release_units(freed)
    return sum(units.values()) - sum(left.values())


def _shrink(parcel: Shipment, keeps: Mapping[UUID, int], actor_id: UUID | None) -> None:
    before = {"status": parcel.status, "lines": parcel.lines}
    if not any(keeps.values()):
        parcel.status = Status.CANCELLED  # with its lines: what it would have held; a label is called off by a job
    else:
        if parcel.status == Status.PACKED and parcel.offered_at is not None:
            raise ParcelIsLeaving(number=parcel.number)
        if parcel.status == Status.PACKED:
            parcel.status = Status.PICKING
        gone = sum(
            content["weight_g"] * (count - keeps[UUID(content["variant_id"])])
            for content in parcel.contents
            for count in [dict(parcel.lines)[content["variant_id"]]]
        )
        parcel.weight_g = max(parcel.weight_g - gone, 1)
        parcel.lines = [[variant, keeps[UUID(variant)]] for variant, _count in parcel.lines if keeps[UUID(variant)]]
        parcel.contents = [content for content in parcel.contents if keeps[UUID(content["variant_id"])]]
    parcel.save(update_fields=["status", "weight_g", "lines", "contents"])
    _note(parcel, "shipping.taken_out", before, {"status": parcel.status, "lines": parcel.lines}, actor_id)


@transactional
def readdress(order_id: UUID, address: Mapping[str, str], *, actor_id: UUID | None) -> None:
    """Send an order's parcels to another door. Raises ShipmentCannotChange once one of them is being picked."""
    rows = Shipment.objects.select_for_update().defer("label").filter(order_id=order_id)
    for parcel in rows.exclude(status=Status.CANCELLED).order_by("pk"):
        if parcel.status != Status.PLANNED:
            raise cannot(parcel, Status.PLANNED)
        parcel.address = dict(address)
        parcel.save(update_fields=["address"])
        _note(parcel, "shipping.readdressed", {}, {}, actor_id)


@transactional
def swap_goods(order_id: UUID, variant_id: UUID, instead: Content, *, actor_id: UUID | None) -> None:
    """Let an order's parcels hold another variant, from the same warehouses; its stock is taken before the old is free.

    Raises ShipmentCannotChange once one of them is being picked, and inventory's OutOfStock.
    """
    rows = Shipment.objects.select_for_update().defer("label").filter(order_id=order_id, in_exchange=False)
    units: dict[UUID, int] = {}
    for parcel in rows.exclude(status=Status.CANCELLED).order_by("pk"):
        count = dict(parcel.lines).get(str(variant_id), 0)
        if parcel.status != Status.PLANNED:
            raise cannot(parcel, Status.PLANNED)
        if not count:
            continue
        units[parcel.warehouse_id] = units.get(parcel.warehouse_id, 0) + count
        before = {"lines": parcel.lines}
        held = next(one["weight_g"] for one in parcel.contents if one["variant_id"] == str(variant_id))
        parcel.weight_g = max(parcel.weight_g + (instead.weight_g - held) * count, 1)
        parcel.lines = [
            [str(instead.variant_id) if one == str(variant_id) else one, many] for one, many in parcel.lines
        ]
        parcel.contents = [
            msgspec.to_builtins(instead) if one["variant_id"] == str(variant_id) else one for one in parcel.contents
        ]
        parcel.save(update_fields=["weight_g", "lines", "contents"])
        _note(parcel, "shipping.swapped", before, {"lines": parcel.lines}, actor_id)
    inventory.swap(owner=order_id, variant_id=variant_id, instead=instead.variant_id, units=units)


def _note(parcel: Shipment, action: str, before: dict[str, Any], after: dict[str, Any], actor_id: UUID | None) -> None:
    audit.record(
        actor_id=actor_id,
        action=action,
        object_type="shipment",
        object_id=str(parcel.pk),
        before=before,
        after=after,
        market=parcel.market,
    )
