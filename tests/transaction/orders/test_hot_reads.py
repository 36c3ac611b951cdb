"""Reads that run often have an index, however many orders there are."""

import pytest
from django.db import connection

from glocal.platform.kernel.ids import uuid7

pytestmark = pytest.mark.django_db

HANGING = """SELECT id FROM payments_payment WHERE ask_at <= now()
AND (state IN ('created', 'action', 'pending') OR NOT wish = '') ORDER BY ask_at LIMIT 100"""
READS = {
    "by number and link": ("SELECT * FROM orders_order WHERE number = 'A' AND token = 'b'", "number"),
    "by key": ("SELECT id FROM orders_order WHERE key = 'k'", "key"),
    "a person's, newest first": (
        f"SELECT * FROM orders_order WHERE person_id = '{uuid7()}' ORDER BY placed_at DESC LIMIT 20",
        "order_by_person",
    ),
    "lines": (f"SELECT * FROM orders_orderline WHERE order_id = '{uuid7()}'", "order_id"),
    "attempts to pay": (f"SELECT * FROM payments_payment WHERE order_id = '{uuid7()}'", "order_id"),
    "payments that hang": (HANGING, "payment_to_ask"),
    "refunds to send": (
        "SELECT id FROM payments_refund WHERE state = 'queued' AND created_at <= now() ORDER BY created_at LIMIT 100",
        "refund_queued",
    ),
    "deliveries that block": (
        "SELECT handler, key FROM eventing_delivery WHERE state IN ('failed', 'waiting', 'stopped')",
        "delivery_open",
    ),
    "letters to send": (
        "SELECT * FROM mail_outgoingmail WHERE state = 'queued' AND next_try_at <= now() ORDER BY next_try_at LIMIT 20",
        "mail_queued",
    ),
    "reservations that ran out": (
        "SELECT id FROM inventory_reservation WHERE state = 'held' AND expires_at <= now() ORDER BY expires_at LIMIT 9",
        "reservation_expiring",
    ),
}


@pytest.mark.parametrize("read", READS)
def test_a_hot_read_goes_by_its_index(read):
    sql, index = READS[read]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    assert index in plan, plan
