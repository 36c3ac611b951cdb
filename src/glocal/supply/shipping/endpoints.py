"""The door for carriers' messages, mounted at /hooks/carriers/, and parcels for operators' programs."""

from datetime import date
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from ninja import Field, Query, Router, Schema, Status

from glocal.platform.http.callers import Token, require_scope
from glocal.platform.http.problems import REFUSALS
from glocal.platform.http.schemas import Input, MoneyOut
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping


@csrf_exempt
@require_POST
def message(request: HttpRequest, carrier: str) -> HttpResponse:
    """Store a carrier's message. 2xx only once it is stored; the carrier repeats anything else."""
    shipping.intake(carrier, request.headers, request.body)
    return HttpResponse(status=204)


urlpatterns = [path("<slug:carrier>", message, name="carrier-message")]

router = Router(tags=["operator"])

ShipmentStatus = Literal["planned", "picking", "packed", "shipped", "delivered", "exception", "cancelled"]


class ParcelLineOut(Schema):
    variant_id: UUID
    quantity: int


class ParcelOut(Schema):
    """A parcel; ``problem`` says why its carrier would not take it."""

    id: UUID
    order_id: UUID
    number: str
    status: str
    warehouse: str
    service: str
    lines: list[ParcelLineOut]
    cost: MoneyOut
    weight_g: int
    promised_from: date
    promised_to: date
    tracking_number: str
    tracking_url: str
    problem: str

    @classmethod
    def of(cls, parcel: shipping.ShipmentInfo) -> "ParcelOut":
        return cls(
            id=parcel.id,
            order_id=parcel.order_id,
            number=parcel.number,
            status=parcel.status,
            warehouse=inventory.warehouse(parcel.warehouse_id).code,
            service=parcel.service_code,
            lines=[ParcelLineOut(variant_id=variant, quantity=quantity) for variant, quantity in parcel.lines],
            cost=MoneyOut.of(parcel.cost),
            weight_g=parcel.weight_g,
            promised_from=parcel.promised_from,
            promised_to=parcel.promised_to,
            tracking_number=parcel.tracking_number,
            tracking_url=parcel.tracking_url,
            problem=parcel.problem,
        )


class ParcelsOut(Schema):
    """``next`` is the cursor of the following page; null on the last."""

    items: list[ParcelOut]
    next: UUID | None


class ParcelsIn(Input):
    status: list[ShipmentStatus] = Field([], max_length=7)
    warehouse: str | None = Field(None, max_length=20)
    after: UUID | None = None
    size: int = Field(50, ge=1, le=200)


@router.get("/operator/shipments", response={200: ParcelsOut, **REFUSALS}, summary="Parcels of the caller's markets")
def list_shipments(request: HttpRequest, query: Query[ParcelsIn]) -> ParcelsOut:
    """Oldest first, by cursor. Scope shipping:read."""
    token = require_scope(request, "shipping:read")
    places = [place.id for place in inventory.warehouses() if query.warehouse == place.code]
    if query.warehouse is not None and not places:
        raise inventory.UnknownWarehouse(field="warehouse", warehouse=query.warehouse)
    found = shipping.shipments_in(
        token.markets, statuses=query.status, warehouse_ids=places, after=query.after, limit=query.size + 1
    )
    items = [ParcelOut.of(parcel) for parcel in found[: query.size]]
    return ParcelsOut(items=items, next=items[-1].id if len(found) > query.size else None)


def _worker(request: HttpRequest, shipment_id: UUID) -> Token:
    token = require_scope(request, "shipping:write")
    shipping.require_in(shipment_id, token.markets)
    return token


@router.post("/operator/shipments/{shipment_id}/picking", response={204: None, **REFUSALS}, summary="Begin to pick")
def pick_shipment(request: HttpRequest, shipment_id: UUID) -> Status[None]:
    """Repeating it changes nothing. Scope shipping:write."""
    shipping.start_picking(shipment_id, actor_id=_worker(request, shipment_id).person_id)
    return Status(204, None)


@router.post("/operator/shipments/{shipment_id}/packing", response={204: None, **REFUSALS}, summary="Goods are packed")
def pack_shipment(request: HttpRequest, shipment_id: UUID) -> Status[None]:
    """Repeating it changes nothing. Scope shipping:write."""
    shipping.pack(shipment_id, actor_id=_worker(request, shipment_id).person_id)
    return Status(204, None)


@router.post("/operator/shipments/{shipment_id}/handover", response={202: None, **REFUSALS}, summary="Give to carrier")
def hand_over_shipment(request: HttpRequest, shipment_id: UUID) -> Status[None]:
    """A job asks the carrier; the parcel is *shipped* once the carrier took it on. Scope shipping:write."""
    shipping.ship(shipment_id, actor_id=_worker(request, shipment_id).person_id)
    return Status(202, None)
