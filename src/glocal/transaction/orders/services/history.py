"""Orders made elsewhere, before: kept and counted, never charged, packed or mailed."""

import json
from collections.abc import Iterator, Sequence

from django.db import connection

from glocal.platform.eventing import transactional
from glocal.platform.kernel.ids import uuid7
from glocal.transaction.orders.models import Order
from glocal.transaction.orders.rules import new_token
from glocal.transaction.orders.types import HistoryKept, HistoryOrder

# In one order of keys in every process, so that two imports at once wait for each other and never lock each other out.
_ORDERS = """
INSERT INTO orders_order (id, number, token, key, digest, kind, status, source, person_id, email, market, language,
  currency, goods_minor, shipping_minor, tax_added_minor, tax_included_minor, duty_minor, fees_minor, total_minor,
  refunded_minor, estimate, address, delivery_code, parcels, placed_at, paid_at, closed_at, close_reason)
SELECT id, number, token, key, '', kind, %s, %s, person_id, '', market, %s, currency, goods, 0, 0, 0, 0, 0, goods, 0,
  false, jsonb_build_object('country', country), '', '[]', placed_at, placed_at, placed_at, 'history'
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[],
            %s::bigint[], %s::text[], %s::timestamptz[])
  AS given(id, number, token, key, kind, person_id, market, currency, goods, country, placed_at)
ORDER BY key
ON CONFLICT DO NOTHING
RETURNING id
"""
_LINES = """
INSERT INTO orders_orderline (order_id, variant_id, product_id, sku, title, options, quantity, refunded_quantity,
  unit_minor, line_minor, tax_minor, duty_minor, weight_g, hs_code, origin)
SELECT order_id, variant_id, product_id, sku, title, '{}', quantity, 0, unit, unit * quantity, 0, 0, 0, '', ''
FROM json_to_recordset(%s::json)
  AS given(order_id uuid, variant_id uuid, product_id uuid, sku text, title jsonb, quantity int, unit bigint)
"""
_KEPT = "SELECT key, placed_at, total_minor FROM orders_order WHERE key = ANY(%s)"


@transactional
def import_history(*, source: str, orders: Sequence[HistoryOrder], language: str) -> HistoryKept:
    """Keep ``orders`` under their external ids (each once); those already here stay as they are. Three statements."""
    rows = [(uuid7(), order) for order in orders]
    given = [_order(row_id, source, order) for row_id, order in rows]
    if not given:
        return HistoryKept(frozenset(), frozenset())
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, [Order.Status.DELIVERED, source, language, *_columns(given)])
        made = {row[0] for row in cursor.fetchall()}
        lines = [line for row_id, order in rows if row_id in made for line in _lines(row_id, order)]
        if lines:
            cursor.execute(_LINES, [json.dumps(lines)])
        others = {_key(source, order): order for row_id, order in rows if row_id not in made}
        if others:
            cursor.execute(_KEPT, [list(others)])
        kept = {key: (at, total) for key, at, total in (cursor.fetchall() if others else ())}
    return HistoryKept(
        new=frozenset(order.external_id for row_id, order in rows if row_id in made),
        differing=frozenset(
            order.external_id for key, order in others.items() if kept.get(key) != (order.placed_at, _goods(order))
        ),
    )


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _key(source: str, order: HistoryOrder) -> str:
    return f"{source}:{order.external_id}"


def _goods(order: HistoryOrder) -> int:
    return sum(line.unit.minor * line.quantity for line in order.lines)


def _order(row_id: object, source: str, order: HistoryOrder) -> tuple[object, ...]:
    return (
        row_id,
        f"{source}-{order.external_id}",
        new_token(),
        _key(source, order),
        order.kind,
        order.person_id,
        order.market,
        order.currency,
        _goods(order),
        order.country,
        order.placed_at,
    )


def _lines(order_id: object, order: HistoryOrder) -> Iterator[dict[str, object]]:
    for line in order.lines:
        yield {
            "order_id": str(order_id),
            "variant_id": str(line.variant_id),
            "product_id": str(line.product_id),
            "sku": line.sku,
            "title": line.title,
            "quantity": line.quantity,
            "unit": line.unit.minor,
        }
