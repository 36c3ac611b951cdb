"""Placing an order: one statement, or a part of one, because it stands on the hottest path of the product."""

from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection

from glocal.events.orders import OrderPlaced
from glocal.platform.eventing import transactional
from glocal.platform.eventing.publishing import outbox_row
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.kernel.parts import Part, tidy, together
from glocal.transaction.orders.rules import new_number, new_token
from glocal.transaction.orders.types import DraftLine, OrderDraft, Placed

# One JSON value instead of thirty: cheaper to send, and its type is the same whatever the sums are, so that the
# statement stays prepared.
_PLACE = tidy("""
orders_placed AS (
  INSERT INTO orders_order SELECT kept.* FROM {given}, jsonb_populate_record(NULL::orders_order, %s::jsonb) AS kept
  {conflict} RETURNING id
), orders_told AS (
  INSERT INTO eventing_outboxevent (name, key, shard, payload, occurred_at, relayed_at)
  SELECT %s::text, %s::text, %s::smallint, %s::jsonb, %s::timestamptz, %s::timestamptz FROM orders_placed
), orders_lines AS (
  INSERT INTO orders_orderline (order_id, variant_id, product_id, sku, title, options, quantity, refunded_quantity,
    unit_minor, line_minor, tax_minor, duty_minor, weight_g, hs_code, origin, cover)
  SELECT orders_placed.id, variant_id, product_id, sku, title, options, quantity, 0, unit_minor, line_minor, tax_minor,
    duty_minor, weight_g, hs_code, origin, cover
  FROM orders_placed, jsonb_populate_recordset(NULL::orders_orderline, %s::jsonb) AS line
)
""")

_FOUND = "SELECT id, number, token, digest FROM orders_order WHERE key = %s"


def placed_before(key: str) -> Placed | None:
    """The order that this key has placed already, if any."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [key])
        row = cursor.fetchone()
    return Placed(*row) if row else None


@dataclass(frozen=True, slots=True)
class Placing:
    """An order about to be written: its receipt, and the part that writes it."""

    receipt: Placed
    part: Part


def placing(draft: OrderDraft, *, given: str) -> Placing:
    """``place`` as a part that writes when the table expression ``given`` has a row; ``orders_placed`` has one then.

    The statement fails with IntegrityError when ``draft.key`` has placed an order already, or the number is taken.
    """
    return _placing(draft, given, conflict="")


@transactional
def place(draft: OrderDraft) -> Placed | None:
    """Write the order and its lines and tell of it; None when ``draft.key`` has placed one already.

    On None nothing was written here, but the caller's other writes stand: roll them back and answer with
    ``placed_before``; if that finds none, the number drawn was another order's: try again.
    """
    found = _placing(draft, "(SELECT) AS once", conflict="ON CONFLICT DO NOTHING")
    with connection.cursor() as cursor:
        cursor.execute(*together(found.part, answer="SELECT FROM orders_placed"))
        return found.receipt if cursor.rowcount else None


def _placing(draft: OrderDraft, given: str, conflict: str) -> Placing:
    number, token, moment, sum_of_all = new_number(), new_token(), clock.now(), draft.totals.total
    told = OrderPlaced(
        order_id=draft.order_id,
        market=draft.market,
        currency=sum_of_all.currency,
        total_minor=sum_of_all.minor,
        person_id=draft.person_id,
        placed_at=moment,
    )
    row = _row(draft, sum_of_all) | {"number": number, "token": token, "placed_at": moment}
    values = (_json(row), *outbox_row(told), _json([_line(line) for line in draft.lines]))
    return Placing(
        Placed(draft.order_id, number, token, draft.digest), Part(_PLACE.format(given=given, conflict=conflict), values)
    )


def _row(draft: OrderDraft, sum_of_all: Money) -> dict[str, Any]:
    totals = draft.totals
    return {
        "id": draft.order_id,
        "key": draft.key,
        "digest": draft.digest,
        "kind": "sale",
        "status": "placed",
        "source": "shop",
        "person_id": draft.person_id,
        "visitor_id": draft.visitor_id,
        "email": draft.email,
        "market": draft.market,
        "language": draft.language,
        "currency": sum_of_all.currency,
        "goods_minor": totals.goods.minor,
        "shipping_minor": totals.shipping.minor,
        "tax_added_minor": totals.tax_added.minor,
        "tax_included_minor": totals.tax_included.minor,
        "duty_minor": totals.duty.minor,
        "fees_minor": totals.fees.minor,
        "total_minor": sum_of_all.minor,
        "refunded_minor": 0,
        "estimate": totals.estimate,
        "address": draft.address,
        "delivery_code": draft.delivery_code,
        "parcels": draft.parcels,
        "earliest": draft.earliest,
        "latest": draft.latest,
        "close_reason": "",
    }


def _line(line: DraftLine) -> dict[str, Any]:
    return {
        "variant_id": line.variant_id,
        "product_id": line.product_id,
        "sku": line.sku,
        "title": line.title,
        "options": line.options,
        "quantity": line.quantity,
        "unit_minor": line.unit.minor,
        "line_minor": line.line.minor,
        "tax_minor": line.tax.minor,
        "duty_minor": line.duty.minor,
        "weight_g": line.weight_g,
        "hs_code": line.hs_code,
        "origin": line.origin,
        "cover": line.cover,
    }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
