"""Reads of parcels."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from glocal.supply.shipping.errors import NoLabel, ShipmentNotFound
from glocal.supply.shipping.models import Shipment
from glocal.supply.shipping.types import Content, ShipmentInfo, TrackedStep


def shipments_of(order_ids: Collection[UUID]) -> dict[UUID, tuple[ShipmentInfo, ...]]:
    """The parcels of each order with their timelines; two statements."""
    found: dict[UUID, list[ShipmentInfo]] = defaultdict(list)
    for row in _whole(Shipment.objects.filter(order_id__in=order_ids)).order_by("number"):
        found[row.order_id].append(_info(row))
    return {order_id: tuple(parcels) for order_id, parcels in found.items()}


def track(order_id: UUID) -> tuple[ShipmentInfo, ...]:
    """The parcels of one order with their timelines, newest step first; two statements."""
    return shipments_of([order_id]).get(order_id, ())


def shipment(shipment_id: UUID) -> ShipmentInfo:
    """One parcel. Raises ShipmentNotFound."""
    row = _whole(Shipment.objects.filter(pk=shipment_id)).first()
    if row is None:
        raise ShipmentNotFound(shipment_id=shipment_id)
    return _info(row)


def contents_of(shipment_id: UUID) -> tuple[Content, ...]:
    """What the customs declaration says of a parcel's goods. Raises ShipmentNotFound."""
    contents = Shipment.objects.filter(pk=shipment_id).values_list("contents", flat=True).first()
    if contents is None:
        raise ShipmentNotFound(shipment_id=shipment_id)
    return tuple(msgspec.convert(contents, tuple[Content, ...]))


def work_list(*, warehouse_id: UUID, statuses: Sequence[str], limit: int = 100) -> tuple[ShipmentInfo, ...]:
    """A warehouse's parcels in these states, oldest first."""
    rows = Shipment.objects.filter(warehouse_id=warehouse_id, status__in=statuses)
    return tuple(_info(row) for row in _whole(rows).order_by("planned_at")[:limit])


def shipments_in(
    allowed: Collection[str],
    *,
    statuses: Sequence[str],
    warehouse_ids: Collection[UUID],
    after: UUID | None,
    limit: int,
) -> tuple[ShipmentInfo, ...]:
    """Parcels for the allowed markets, oldest first, from beyond the id ``after``; empty filters take all."""
    rows = Shipment.objects.filter(market__in=list(allowed))
    if statuses:
        rows = rows.filter(status__in=statuses)
    if warehouse_ids:
        rows = rows.filter(warehouse_id__in=warehouse_ids)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return tuple(_info(row) for row in _whole(rows).order_by("pk")[:limit])


def require_in(shipment_id: UUID, allowed: Collection[str]) -> None:
    """Raises ShipmentNotFound for a parcel that is not for one of the ``allowed`` markets."""
    if not Shipment.objects.filter(pk=shipment_id, market__in=list(allowed)).exists():
        raise ShipmentNotFound(shipment_id=shipment_id)


def label(shipment_id: UUID) -> bytes:
    """The carrier's label, a PDF; it names a person, so for the warehouse only. Raises ShipmentNotFound, NoLabel."""
    row = Shipment.objects.filter(pk=shipment_id).values_list("label", flat=True).first()
    if row is None:
        if not Shipment.objects.filter(pk=shipment_id).exists():
            raise ShipmentNotFound(shipment_id=shipment_id)
        raise NoLabel
    return bytes(row)


def _whole(rows: QuerySet[Shipment]) -> QuerySet[Shipment]:
    return rows.select_related("service").prefetch_related("steps").defer("label", "contents", "address")


def _info(row: Shipment) -> ShipmentInfo:
    steps = sorted(row.steps.all(), key=lambda step: (step.at, step.pk), reverse=True)
    return ShipmentInfo(
        id=row.pk,
        order_id=row.order_id,
        number=row.number,
        market=row.market,
        warehouse_id=row.warehouse_id,
        ship_from=row.ship_from,
        service_code=row.service_id,
        service_name=row.service.name,
        status=row.status,
        lines=tuple((UUID(variant), quantity) for variant, quantity in row.lines),
        cost=row.cost,
        weight_g=row.weight_g,
        promised_from=row.promised_from,
        promised_to=row.promised_to,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        has_label=row.shipped_at is not None,
        problem=row.problem,
        steps=tuple(TrackedStep(step.code, step.at, step.place, step.note) for step in steps),
        owner_id=row.owner_id,
        instead_of=row.instead_of,
        in_exchange=row.in_exchange,
    )
