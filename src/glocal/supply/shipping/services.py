"""Parcels: planned when an order is paid, worked in the warehouse, handed to a carrier, followed to the door."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce

from glocal.events.shipping import ShipmentDelivered, ShipmentException, ShipmentPicking, ShipmentShipped
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping.errors import ShipmentCannotChange, ShipmentNotFound
from glocal.supply.shipping.models import EarlyNews, Shipment, TrackingEvent
from glocal.supply.shipping.ports import Accepted, News
from glocal.supply.shipping.rules import STEPS, TRANSITIONS, before, status_of
from glocal.supply.shipping.types import CarrierEvent, ShipmentPlan

Status = Shipment.Status
HAND_OVER_EVERY = timedelta(minutes=30)


_PLAN = """
INSERT INTO shipping_shipment (
  id, order_id, owner_id, instead_of, in_exchange, number, market, warehouse_id, ship_from, service_id, status, lines,
  contents, address, weight_g, cost_minor, currency, promised_from, promised_to, tracking_number, tracking_url, problem,
  planned_at)
SELECT id, order_id, owner_id, instead_of, in_exchange, number, market, warehouse_id, ship_from, service_id, 'planned',
  lines, contents, address, weight_g, cost_minor, currency, promised_from, promised_to, '', '', '', %s
FROM jsonb_to_recordset(%s::jsonb) AS parcel(
  id uuid, order_id uuid, owner_id uuid, instead_of uuid, in_exchange boolean, number text, market text,
  warehouse_id uuid, ship_from text, service_id text, lines jsonb, contents jsonb, address jsonb, weight_g int,
  cost_minor bigint, currency text, promised_from date, promised_to date)
ON CONFLICT DO NOTHING
"""


@transactional
def plan_shipments(plans: Sequence[ShipmentPlan]) -> None:
    """Put the parcels of paid orders on the warehouses' work lists, in one statement. A repeat changes nothing.

    Parcels are numbered on from their order's number.
    """
    rows = [row for plan in plans for row in _parcel_rows(plan)]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_PLAN, [clock.now(), msgspec.json.encode(rows).decode()])


def _parcel_rows(plan: ShipmentPlan) -> list[dict[str, Any]]:
    by_variant = {content.variant_id: content for content in plan.contents}
    return [
        {
            "id": uuid7(),
            "order_id": plan.order_id,
            "owner_id": plan.owner_id,
            "instead_of": plan.instead_of,
            "in_exchange": plan.in_exchange,
            "number": f"{plan.number}-{position}",
            "market": plan.market,
            "warehouse_id": parcel["warehouse_id"],
            "ship_from": parcel["ship_from"],
            "service_id": parcel["service_code"],
            "lines": parcel["lines"],
            "contents": [by_variant[UUID(str(variant))] for variant, _ in parcel["lines"]],
            "address": plan.address,
            "weight_g": parcel["weight_g"],
            "cost_minor": parcel["cost"]["minor"],
            "currency": plan.currency,
            "promised_from": plan.promised_from,
            "promised_to": plan.promised_to,
        }
        for position, parcel in enumerate(plan.parcels, 1)
    ]


@transactional
def start_picking(shipment_id: UUID, *, actor_id: UUID | None) -> None:
    """Begin to collect a parcel's goods. Raises ShipmentNotFound, ShipmentCannotChange."""
    shipment = _move(shipment_id, Status.PICKING, actor_id=actor_id)
    if shipment is not None:
        publish(ShipmentPicking(order_id=shipment.order_id, shipment_id=shipment.pk, number=shipment.number))


@transactional
def pack(shipment_id: UUID, *, actor_id: UUID | None) -> None:
    """The goods are in the box. Raises ShipmentNotFound, ShipmentCannotChange."""
    _move(shipment_id, Status.PACKED, actor_id=actor_id)


@transactional
def put_back(shipment_id: UUID, *, actor_id: UUID | None) -> None:
    """Stop picking; the parcel waits on the work list again. Raises ShipmentNotFound, ShipmentCannotChange."""
    _move(shipment_id, Status.PLANNED, actor_id=actor_id)


def record_offered(shipment_id: UUID) -> bool:
    """Note, before it is asked, that a carrier may have a packed parcel's label from now on; False if it is not packed.

    Whatever happens to us or to the parcel meanwhile, the label can be found and called off.
    """
    packed = Shipment.objects.filter(pk=shipment_id, status=Status.PACKED)
    now = clock.now()
    return bool(packed.update(asked_at=now, offered_at=Coalesce("offered_at", Value(now, DateTimeField()))))


def to_hand_over(limit: int) -> list[UUID]:
    """Packed parcels whose carrier was asked a while ago and never answered, least recently asked first."""
    silent = Shipment.objects.filter(
        status=Status.PACKED, offered_at__isnull=False, asked_at__lte=clock.now() - HAND_OVER_EVERY
    )
    return list(silent.order_by("asked_at").values_list("pk", flat=True)[:limit])


def to_call_off(limit: int) -> list[UUID]:
    """Cancelled parcels whose labels may still stand at their carriers, oldest first."""
    standing = Shipment.objects.filter(status=Status.CANCELLED, called_off_at=None, offered_at__isnull=False)
    return list(standing.order_by("offered_at").values_list("pk", flat=True)[:limit])


def record_called_off(shipment_id: UUID, tracking_number: str, problem: str) -> None:
    """A cancelled parcel's label is settled at the carrier, or (``problem``) a person must settle it."""
    Shipment.objects.filter(pk=shipment_id, status=Status.CANCELLED).update(
        tracking_number=tracking_number, called_off_at=clock.now(), problem=problem[:300]
    )


@transactional
def record_handed_over(shipment_id: UUID, accepted: Accepted, label: bytes) -> bool:
    """The carrier took the parcel on: keep its number and label, take the goods off the books, tell the others.

    False when the parcel has left the packing table meanwhile (cancelled, or a second job was faster).
    """
    now = clock.now()
    _lock_number(accepted.tracking_number)
    moved = Shipment.objects.filter(pk=shipment_id, status__in=before(Status.SHIPPED), shipped_at=None).update(
        status=Status.SHIPPED,
        tracking_number=accepted.tracking_number,
        tracking_url=accepted.tracking_url,
        label=label,
        problem="",
        shipped_at=now,
        asked_at=now,
    )
    if not moved:
        return False
    shipment = existing(shipment_id)
    inventory.ship(owner=shipment.goods_of, warehouse_id=shipment.warehouse_id, actor_id=shipment.shipper_id)
    _note(shipment, Status.PACKED, shipment.shipper_id)
    publish(
        ShipmentShipped(
            order_id=shipment.order_id,
            shipment_id=shipment.pk,
            number=shipment.number,
            tracking_number=shipment.tracking_number,
            shipped_at=now,
        )
    )
    _take_early_news(shipment)
    return True


def record_problem(shipment_id: UUID, problem: str) -> None:
    """Show operators why a parcel could not be handed over."""
    Shipment.objects.filter(pk=shipment_id, status=Status.PACKED).update(problem=problem[:300])


def record_refused(shipment_id: UUID, problem: str) -> None:
    """The carrier will not take the parcel, so it has no label of it."""
    Shipment.objects.filter(pk=shipment_id).update(offered_at=None)
    record_problem(shipment_id, problem)


@transactional
def cancel_shipments(order_id: UUID) -> None:
    """Take all of an order's parcels off the work lists. A repeat changes nothing.

    Raises ShipmentCannotChange when one of them has left; then none is cancelled.
    """
    for shipment in Shipment.objects.select_for_update().filter(order_id=order_id).order_by("pk"):
        if shipment.status != Status.CANCELLED:
            if Status.CANCELLED not in TRANSITIONS[shipment.status]:
                raise cannot(shipment, Status.CANCELLED)
            shipment.status = Status.CANCELLED
            shipment.save(update_fields=["status"])


@transactional
def take_news(carrier: str, news: News) -> None:
    """Add what a carrier tells of a parcel to its timeline and move the parcel on.

    Repeats, gaps and any order are fine: each step counts once, and the state follows from all of them by their time.
    News of a number that we were not given yet is kept until we are.
    """
    _lock_number(news.tracking_number)
    shipment = (
        Shipment.objects.select_for_update(of=("self",))
        .filter(tracking_number=news.tracking_number, service__carrier=carrier)
        .first()
    )
    if shipment is None:
        steps = json.loads(msgspec.json.encode(news.events))
        EarlyNews.objects.create(carrier=carrier, tracking_number=news.tracking_number[:40], steps=steps)
        return
    _add_steps(shipment, news.events)


def _lock_number(tracking_number: str) -> None:
    """Until the transaction ends: news is either found when the number is recorded, or finds its parcel."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(717, hashtext(%s))", [tracking_number])


def _take_early_news(shipment: Shipment) -> None:
    early = EarlyNews.objects.filter(
        carrier=shipment.service.carrier, tracking_number=shipment.tracking_number
    ).order_by("id")
    for row in early:
        _add_steps(shipment, msgspec.convert(row.steps, tuple[CarrierEvent, ...]))
    early.delete()


def _add_steps(shipment: Shipment, events: Sequence[CarrierEvent]) -> None:
    TrackingEvent.objects.bulk_create(
        (
            TrackingEvent(
                shipment=shipment,
                carrier_event_id=event.id,
                code=event.code,
                at=event.at,
                place=event.place[:80],
                note=event.note[:200],
                heard_at=clock.now(),
            )
            for event in events
        ),
        ignore_conflicts=True,
    )
    _follow(shipment)


def _follow(shipment: Shipment) -> None:
    steps = sorted(shipment.steps.all(), key=lambda step: (step.at, _order(step.code)))
    status = status_of([step.code for step in steps])
    if status == shipment.status or status not in TRANSITIONS[shipment.status]:
        return
    shipment.status = status
    order_id, number = shipment.order_id, shipment.number
    if status == Status.DELIVERED:
        at = shipment.delivered_at = next(step.at for step in steps if step.code == "delivered")
        publish(ShipmentDelivered(order_id=order_id, shipment_id=shipment.pk, number=number, delivered_at=at))
    elif status == Status.EXCEPTION:
        note = steps[-1].note
        publish(ShipmentException(order_id=order_id, shipment_id=shipment.pk, number=number, note=note))
    shipment.save(update_fields=["status", "delivered_at"])


def _order(code: str) -> int:
    return STEPS.index(code) if code in STEPS else 0


def _move(shipment_id: UUID, wanted: Status, *, actor_id: UUID | None) -> Shipment | None:
    """Take one step of the table; None when the parcel is there already."""
    shipment = Shipment.objects.select_for_update().filter(pk=shipment_id).defer("label").first()
    if shipment is None:
        raise ShipmentNotFound(shipment_id=shipment_id)
    if shipment.status == wanted:
        return None
    if not Shipment.objects.filter(pk=shipment_id, status__in=before(wanted)).update(status=wanted):
        raise cannot(shipment, wanted)
    was, shipment.status = shipment.status, wanted
    _note(shipment, was, actor_id)
    return shipment


def _note(shipment: Shipment, was: str, actor_id: UUID | None) -> None:
    audit.record(
        actor_id=actor_id,
        action=f"shipping.{shipment.status}",
        object_type="shipment",
        object_id=str(shipment.pk),
        before={"status": was},
        after={"status": shipment.status},
        market=shipment.market,
    )


def existing(shipment_id: UUID) -> Shipment:
    """The parcel. Raises ShipmentNotFound."""
    shipment = Shipment.objects.defer("label").filter(pk=shipment_id).first()
    if shipment is None:
        raise ShipmentNotFound(shipment_id=shipment_id)
    return shipment


def cannot(shipment: Shipment, wanted: Status) -> ShipmentCannotChange:
    """The refusal of a step that the parcel cannot take."""
    return ShipmentCannotChange(number=shipment.number, state=shipment.status, wanted=wanted.value)
