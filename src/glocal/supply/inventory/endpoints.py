"""Stock for operators' programs.

A token reaches the home warehouses, which serve every market, and those that stand in one of its own markets.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from glocal.content.catalog import facade as catalog
from glocal.platform.http.callers import Token, keys_of, require_scope
from glocal.platform.http.idempotency import KEYED, answer_schema_once
from glocal.platform.http.problems import REFUSALS
from glocal.platform.http.schemas import Input, PageIn, parameters
from glocal.supply.inventory import facade as inventory
from glocal.supply.inventory.types import MOST_PER_LINE

router = Router(tags=["operator"])


class LevelOut(Schema):
    """A stock row; ``pool`` names a flash allocation."""

    variant_id: UUID
    warehouse: str
    pool: UUID | None
    on_hand: int
    reserved: int
    available: int

    @classmethod
    def of(cls, level: inventory.Level) -> "LevelOut":
        return cls(
            variant_id=level.variant_id,
            warehouse=level.warehouse_code,
            pool=level.pool,
            on_hand=level.on_hand,
            reserved=level.reserved,
            available=level.available,
        )


class LevelsOut(Schema):
    items: list[LevelOut]
    total: int
    page: int
    pages: int


class LevelsIn(PageIn):
    variant_id: list[UUID] | None = Field(None, max_length=100)
    warehouse: str | None = Field(None, max_length=20)


class MovementIn(Input):
    """``reference``, such as a delivery note's number, is booked once per stock row."""

    variant_id: UUID
    warehouse: str = Field(..., max_length=20, examples=["TH-BKK"])
    reason: str = Field(..., min_length=1, max_length=80)
    reference: str = Field("", max_length=60)


class ReceiptIn(MovementIn):
    quantity: int = Field(..., ge=1, le=MOST_PER_LINE)


class AdjustmentIn(MovementIn):
    quantity: int = Field(..., ge=-MOST_PER_LINE, le=MOST_PER_LINE, description="Signed, not 0.")


class CountIn(MovementIn):
    quantity: int = Field(..., ge=0, le=MOST_PER_LINE, description="What stands on the shelf.")


@router.get("/operator/stock", response={200: LevelsOut, **REFUSALS}, summary="Stock levels")
def list_stock(request: HttpRequest, query: Query[LevelsIn]) -> LevelsOut:
    """By variant and warehouse. Scope stock:read."""
    reach = _reach(require_scope(request, "stock:read"))
    chosen = list(reach.values()) if query.warehouse is None else [_warehouse(reach, query.warehouse)]
    found = inventory.levels(variant_ids=query.variant_id, warehouse_ids=chosen, page=query.page, size=query.size)
    return LevelsOut(
        items=[LevelOut.of(level) for level in found.rows],
        total=found.total,
        page=query.page,
        pages=-(-found.total // query.size),
    )


@router.post(
    "/operator/stock/receipts",
    response={201: LevelOut, **REFUSALS},
    summary="Book goods in",
    openapi_extra=parameters(KEYED),
)
def receive_stock(request: HttpRequest, body: ReceiptIn) -> HttpResponse:
    """Scope stock:write."""
    return _book(request, body, body.quantity, inventory.receive)


@router.post(
    "/operator/stock/adjustments",
    response={201: LevelOut, **REFUSALS},
    summary="Correct the books",
    openapi_extra=parameters(KEYED),
)
def adjust_stock(request: HttpRequest, body: AdjustmentIn) -> HttpResponse:
    """Breakage, loss, found goods. Scope stock:write."""
    return _book(request, body, body.quantity, inventory.adjust)


@router.post(
    "/operator/stock/counts",
    response={201: LevelOut, **REFUSALS},
    summary="Set the books to a count",
    openapi_extra=parameters(KEYED),
)
def count_stock(request: HttpRequest, body: CountIn) -> HttpResponse:
    """Scope stock:write."""
    return _book(request, body, body.quantity, inventory.count)


def _book(request: HttpRequest, body: MovementIn, quantity: int, service: Callable[..., Any]) -> HttpResponse:
    token = require_scope(request, "stock:write")
    warehouse_id = _warehouse(_reach(token), body.warehouse)

    def move() -> LevelOut:
        if not catalog.products_of([body.variant_id]):
            raise catalog.UnknownVariant(field="variant_id")
        service(
            variant_id=body.variant_id,
            warehouse_id=warehouse_id,
            quantity=quantity,
            reason=body.reason,
            reference=body.reference,
            actor_id=token.person_id,
        )
        rows = inventory.levels(variant_ids=[body.variant_id], warehouse_ids=[warehouse_id]).rows
        return next(LevelOut.of(level) for level in rows if level.pool is None)

    return answer_schema_once(request, scope=keys_of(token), status=201, answer=move)


def _reach(token: Token) -> dict[str, UUID]:
    return {
        place.code: place.id
        for place in inventory.warehouses()
        if place.kind == "home" or place.country in token.markets
    }


def _warehouse(reach: dict[str, UUID], code: str) -> UUID:
    if code not in reach:
        raise inventory.UnknownWarehouse(field="warehouse", warehouse=code)
    return reach[code]
