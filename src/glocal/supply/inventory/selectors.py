"""Reads of stock."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from glocal.platform.kernel import clock
from glocal.platform.kernel.parts import Part, Reading, tidy, together
from glocal.supply.inventory import sql, warehouses
from glocal.supply.inventory.models import Balance, Movement, Reservation
from glocal.supply.inventory.types import Discrepancy, Level, LevelPage, MovementInfo, Reserved, StockAt

# What is held past its time counts as free: the next buyer takes it over. For ARRAY(SELECT ...) see reservations.py.
_STOCK = tidy("""
SELECT b.variant_id, b.warehouse_id, b.on_hand - b.reserved + coalesce(expired.quantity, 0) AS available
FROM inventory_balance b LEFT JOIN LATERAL (
    SELECT sum(quantity)::int AS quantity FROM inventory_reservation r
    WHERE r.balance_id = b.id AND r.state = 'held' AND r.expires_at <= %s
) AS expired ON b.reserved > 0
WHERE b.variant_id = ANY(ARRAY(SELECT unnest(%s::uuid[]))) AND b.pool IS NULL
""")

_DISCREPANCIES = """
SELECT b.variant_id, b.warehouse_id, b.pool, b.on_hand, coalesce(m.quantity, 0), b.reserved, coalesce(r.quantity, 0)
FROM inventory_balance b
LEFT JOIN (SELECT balance_id, sum(quantity)::int AS quantity FROM inventory_movement GROUP BY balance_id) AS m
       ON m.balance_id = b.id
LEFT JOIN (SELECT balance_id, sum(quantity)::int AS quantity FROM inventory_reservation
           WHERE state IN ('held', 'committed') GROUP BY balance_id) AS r ON r.balance_id = b.id
WHERE b.on_hand <> coalesce(m.quantity, 0) OR b.reserved <> coalesce(r.quantity, 0)
ORDER BY b.id
"""


def stock_at(variant_ids: Collection[UUID]) -> dict[UUID, tuple[StockAt, ...]]:
    """Free units of each variant by active warehouse, in one statement; a variant nobody stocks has no entry."""
    reading = stock(variant_ids)
    return reading.made_of(sql.rows(*together(reading.part, answer="SELECT * FROM inventory_stock")))


def stock(variant_ids: Collection[UUID]) -> Reading[dict[UUID, tuple[StockAt, ...]]]:
    """``stock_at`` as a part, ``inventory_stock``, one row per ``variant_id`` and warehouse."""
    part = Part(f"inventory_stock AS ({_STOCK})", (clock.now(), list(variant_ids)))
    columns = ("inventory_stock.variant_id", "inventory_stock.warehouse_id", "inventory_stock.available")
    return Reading(part, columns, _by_variant)


def _by_variant(rows: Sequence[tuple[Any, ...]]) -> dict[UUID, tuple[StockAt, ...]]:
    found: dict[UUID, list[StockAt]] = defaultdict(list)
    for variant_id, warehouse_id, available in rows:
        place = warehouses.info(warehouse_id) if warehouse_id else None
        if place and place.active:
            found[variant_id].append(StockAt(warehouse_id, place.country, place.kind, available))
    return {variant_id: tuple(places) for variant_id, places in found.items()}


def reserved_for(owner: UUID) -> tuple[Reserved, ...]:
    """What is or was promised to ``owner``, by stock row."""
    rows = Reservation.objects.filter(owner=owner).select_related("balance").order_by("balance_id", "pk")
    return tuple(
        Reserved(
            row.balance.variant_id,
            row.balance.warehouse_id,
            row.balance.pool,
            row.quantity,
            row.state,
            row.expires_at,
        )
        for row in rows
    )


def levels(
    *,
    variant_ids: Collection[UUID] | None = None,
    warehouse_id: UUID | None = None,
    warehouse_ids: Collection[UUID] | None = None,
    page: int = 1,
    size: int = 50,
) -> LevelPage:
    """Stock rows for the console, by variant, warehouse and flash allocation."""
    wanted = Q()
    if variant_ids is not None:
        wanted &= Q(variant_id__in=variant_ids)
    if warehouse_id is not None:
        wanted &= Q(warehouse_id=warehouse_id)
    if warehouse_ids is not None:
        wanted &= Q(warehouse_id__in=warehouse_ids)
    rows = Balance.objects.filter(wanted).select_related("warehouse").order_by("variant_id", "warehouse__code", "pk")
    start = (max(page, 1) - 1) * size
    shown = [
        Level(row.variant_id, row.warehouse_id, row.warehouse.code, row.pool, row.on_hand, row.reserved)
        for row in rows[start : start + size]
    ]
    return LevelPage(tuple(shown), rows.count())


def movements_of(variant_id: UUID, limit: int = 100) -> Sequence[MovementInfo]:
    """The newest lines of a variant's journal, newest first."""
    rows = Movement.objects.filter(balance__variant_id=variant_id).select_related("balance__warehouse")
    return tuple(
        MovementInfo(
            row.pk,
            row.balance.variant_id,
            row.balance.warehouse.code,
            row.balance.pool,
            row.kind,
            row.quantity,
            row.reason,
            row.actor_id,
            row.reference,
            row.at,
        )
        for row in rows.order_by("-at", "-pk")[:limit]
    )


def discrepancies() -> tuple[Discrepancy, ...]:
    """Stock rows that contradict their journal or their reservations; empty when all is well."""
    return tuple(Discrepancy(*row) for row in sql.rows(_DISCREPANCIES))
