"""Placing an order: one statement, because it stands on the hottest path of the product."""

from typing import Any

import msgspec
from django.db import connection

from glocal.events.orders import OrderPlaced
from glocal.platform.eventing import transactional
from glocal.platform.eventing.publishing import outbox_row
from glocal.platform.kernel import clock
from glocal.transaction.orders.rules import new_number, new_token
from glocal.transaction.orders.types import DraftLine, OrderDraft, Placed

_PLACE = """
WITH placed AS (
  INSERT INTO orders_order (
    id, number, token, key, digest, kind, status, source, person_id, visitor_id, email, market, language, currency,
    goods_minor, shipping_minor, tax_added_minor, tax_included_minor, duty_minor, fees_minor, total_minor,
    refunded_minor, estimate, address, delivery_code, parcels, earliest, latest, placed_at, close_reason)
  VALUES (%s, %s, %s, %s, %s, 'sale', 'placed', 'shop', %s, %s, %s, %s, %s, %s,
    %s, %s, %s, %s, %s, %s, %s, 0, %s, %s::jsonb, %s, %s::jsonb, %s, %s, %s, '')
  ON CONFLICT DO NOTHING RETURNING id),
told AS (
  INSERT INTO eventing_outboxevent (name, key, shard, payload, occurred_at)
  SELECT %s::text, %s::text, %s::smallint, %s::jsonb, %s::timestamptz FROM placed)
INSERT INTO orders_orderline (
  order_id, variant_id, product_id, sku, title, options, quantity, refunded_quantity, unit_minor, line_minor,
  tax_minor, duty_minor, weight_g, hs_code, origin, cover)
SELECT placed.id, line.variant_id, line.product_id, line.sku, line.title, line.options, line.quantity, 0,
  line.unit_minor, line.line_minor, line.tax_minor, line.duty_minor, line.weight_g, line.hs_code, line.origin,
  line.cover
FROM placed, jsonb_to_recordset(%s::jsonb) AS line(
  variant_id uuid, product_id uuid, sku text, title jsonb, options jsonb, quantity int, unit_minor bigint,
  line_minor bigint, tax_minor bigint, duty_minor bigint, weight_g int, hs_code text, origin text, cover jsonb)
"""

_FOUND = "SELECT id, number, token, digest FROM orders_order WHERE key = %s"


def placed_before(key: str) -> Placed | None:
    """The order that this key has placed already, if any."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [key])
        row = cursor.fetchone()
    return Placed(*row) if row else None


@transactional
def place(draft: OrderDraft) -> Placed | None:
    """Write the order and its lines and tell of it; None when ``draft.key`` has placed one already.

    On None nothing was written here, but the caller's other writes stand: roll them back and answer with
    ``placed_before``; if that finds none, the number drawn was another order's: try again.
    """
    number, token, moment = new_number(), new_token(), clock.now()
    totals = draft.totals
    values: list[Any] = [draft.order_id, number, token, draft.key, draft.digest]
    values += [draft.person_id, draft.visitor_id, draft.email, draft.market, draft.language]
    values += [totals.total.currency, totals.goods.minor, totals.shipping.minor]
    values += [totals.tax_added.minor, totals.tax_included.minor, totals.duty.minor, totals.fees.minor]
    values += [totals.total.minor, totals.estimate, _json(draft.address), draft.delivery_code]
    values += [_json(draft.parcels), draft.earliest, draft.latest, moment]
    values += outbox_row(
        OrderPlaced(
            order_id=draft.order_id,
            market=draft.market,
            currency=totals.total.currency,
            total_minor=totals.total.minor,
            person_id=draft.person_id,
            placed_at=moment,
        )
    )
    values.append(_json([_line(line) for line in draft.lines]))
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, values)
        if cursor.rowcount == 0:
            return None
    return Placed(draft.order_id, number, token, draft.digest)


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
