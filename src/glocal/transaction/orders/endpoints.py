"""Orders for programs: the shopper's by link or token, the operator's by scope and market."""

import hashlib
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from glocal.platform.http.callers import keys_of, require_scope, token_of
from glocal.platform.http.idempotency import KEYED, answer_schema_once, key_of
from glocal.platform.http.problems import REFUSALS
from glocal.platform.http.schemas import Input, MoneyOut, parameters
from glocal.platform.kernel.paging import Position
from glocal.transaction.orders import facade as orders

router = Router(tags=["orders"])


class OrderLineOut(Schema):
    id: int
    sku: str
    title: dict[str, str]
    quantity: int
    refunded_quantity: int
    unit: MoneyOut
    line: MoneyOut


class OrderOut(Schema):
    id: UUID
    number: str
    status: str
    market: str
    total: MoneyOut
    refunded: MoneyOut
    earliest: date | None
    latest: date | None
    placed_at: datetime
    paid_at: datetime | None
    lines: list[OrderLineOut]

    @classmethod
    def of(cls, order: orders.OrderView) -> "OrderOut":
        return cls(
            id=order.id,
            number=order.number,
            status=order.status,
            market=order.market,
            total=MoneyOut.of(order.totals.total),
            refunded=MoneyOut.of(order.refunded),
            earliest=order.earliest,
            latest=order.latest,
            placed_at=order.placed_at,
            paid_at=order.paid_at,
            lines=[
                OrderLineOut(
                    id=line.id,
                    sku=line.sku,
                    title=line.title,
                    quantity=line.quantity,
                    refunded_quantity=line.refunded_quantity,
                    unit=MoneyOut.of(line.unit),
                    line=MoneyOut.of(line.line),
                )
                for line in order.lines
            ],
        )


class OrderRowOut(Schema):
    id: UUID
    number: str
    status: str
    market: str
    total: MoneyOut
    placed_at: datetime


class OrderRowsOut(Schema):
    """``next`` is the cursor of the following page; absent on the last."""

    items: list[OrderRowOut]
    next: str | None


class RefundLineIn(Input):
    line_id: int = Field(..., ge=1, le=2**62)
    quantity: int = Field(..., ge=1, le=1_000_000)


class RefundIn(Input):
    lines: list[RefundLineIn] = Field([], max_length=100)
    shipping: bool = False
    reason: str = Field(..., min_length=1, max_length=200)


class ReasonIn(Input):
    reason: str = Field(..., min_length=1, max_length=40)


class RowsIn(Input):
    market: str | None = Field(None, max_length=2)
    status: Literal["placed", "paid", "packing", "shipped", "delivered", "cancelled", "expired"] | None = None
    before: str | None = Field(None, max_length=64, description="The “next” of the page before.")
    size: int = Field(50, ge=1, le=200)


@router.get("/orders/{number}", response={200: OrderOut, **REFUSALS}, summary="One order")
def get_order(request: HttpRequest, number: str, token: str = "") -> OrderOut:
    """For who holds the order's link token, or the person it belongs to with the scope orders:read."""
    caller = token_of(request)
    person_id = caller.person_id if caller and "orders:read" in caller.scopes else None
    return OrderOut.of(orders.order_for(number=number, person_id=person_id, token=token or None))


@router.get(
    "/operator/orders",
    response={200: OrderRowsOut, **REFUSALS},
    summary="Orders of the caller's markets",
    tags=["operator"],
)
def list_orders(request: HttpRequest, query: Query[RowsIn]) -> OrderRowsOut:
    """Newest first, by cursor. Scope orders:read."""
    token = require_scope(request, "orders:read")
    before = Position.read(query.before) if query.before else None
    rows = orders.orders_in(
        sorted(token.markets), market=query.market, status=query.status, before=before, limit=query.size + 1
    )
    items = [
        OrderRowOut(
            id=row.id,
            number=row.number,
            status=row.status,
            market=row.market,
            total=MoneyOut.of(row.total),
            placed_at=row.placed_at,
        )
        for row in rows[: query.size]
    ]
    return OrderRowsOut(items=items, next=rows[query.size - 1].position.cursor() if len(rows) > query.size else None)


@router.post(
    "/operator/orders/{order_id}/cancellation",
    response={204: None, **REFUSALS},
    summary="Cancel an order",
    tags=["operator"],
)
def cancel_order(request: HttpRequest, order_id: UUID, body: ReasonIn) -> Status[None]:
    """Gives the stock back and sends what was paid back; repeating it changes nothing. Scope orders:write."""
    token = require_scope(request, "orders:write")
    orders.require_in(order_id, token.markets)
    orders.cancel_order(order_id=order_id, reason=body.reason, actor_id=token.person_id)
    return Status(204, None)


@router.post(
    "/operator/orders/{order_id}/refunds",
    response={201: MoneyOut, **REFUSALS},
    summary="Refund a part",
    tags=["operator"],
    openapi_extra=parameters(KEYED),
)
def refund_order(request: HttpRequest, order_id: UUID, body: RefundIn) -> HttpResponse:
    """Whole units with their tax and duty, and shipping if asked. Scope orders:write."""
    token = require_scope(request, "orders:write")
    orders.require_in(order_id, token.markets)
    key = hashlib.sha256(f"{keys_of(token)}:{key_of(request)}".encode()).hexdigest()[:32]

    def give_back() -> MoneyOut:
        amount = orders.refund_order(
            order_id=order_id,
            lines=[orders.RefundLine(line.line_id, line.quantity) for line in body.lines],
            shipping_too=body.shipping,
            reason=body.reason,
            key=f"{order_id}:{key}",
            actor_id=token.person_id,
        )
        return MoneyOut.of(amount)

    return answer_schema_once(request, scope=keys_of(token), status=201, answer=give_back)
