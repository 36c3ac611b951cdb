"""Goods that come, are counted, lost or set aside; every change of ``on_hand`` writes its line in the journal."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import DataError, IntegrityError
from django.db.models import F, Q

from glocal.events.inventory import BalanceCrossedZero
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.supply.inventory import warehouses
from glocal.supply.inventory.errors import (
    NotThatMany,
    OutOfStock,
    QuantityOutOfRange,
    ReferenceUsed,
    StockIsFull,
    StockIsPromised,
    UnknownPool,
)
from glocal.supply.inventory.models import Balance, Movement
from glocal.supply.inventory.reservations import check_quantity
from glocal.supply.inventory.sql import rows, run
from glocal.supply.inventory.types import MOST_ON_HAND, MOST_PER_LINE, Receipt

Kind = Movement.Kind

# Rows are made and locked in key order first, so that deliveries and buyers cannot deadlock.
_MAKE = """
INSERT INTO inventory_balance (id, variant_id, warehouse_id, pool, on_hand, reserved)
SELECT id, variant_id, warehouse_id, NULL, 0, 0 FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[])
    AS wanted (id, variant_id, warehouse_id)
WHERE NOT EXISTS (SELECT FROM inventory_balance b WHERE b.variant_id = wanted.variant_id
                  AND b.warehouse_id = wanted.warehouse_id AND b.pool IS NULL)
ORDER BY variant_id, warehouse_id ON CONFLICT DO NOTHING
"""
_LOCK = """
SELECT b.id, b.variant_id, b.warehouse_id FROM inventory_balance b
WHERE (b.variant_id, b.warehouse_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[])) AND b.pool IS NULL
ORDER BY b.id FOR UPDATE
"""
_RECEIVE = """
WITH noted AS (
    INSERT INTO inventory_movement (id, balance_id, kind, quantity, reason, actor_id, reference, at)
    SELECT id, balance_id, 'receive', quantity, reason, %s, reference, %s
    FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::text[])
        AS line (id, balance_id, quantity, reason, reference)
    ON CONFLICT DO NOTHING RETURNING id, balance_id, quantity
), added AS (
    UPDATE inventory_balance b SET on_hand = b.on_hand + summed.quantity
    FROM (SELECT balance_id, sum(quantity)::int AS quantity FROM noted GROUP BY balance_id) AS summed
    WHERE b.id = summed.balance_id
    RETURNING b.id, b.variant_id, b.on_hand - b.reserved = summed.quantity AS was_empty
)
SELECT noted.id, added.variant_id, added.was_empty FROM noted JOIN added ON added.id = noted.balance_id
"""

Place = tuple[UUID, UUID]  # variant, warehouse


def receive(
    *, variant_id: UUID, warehouse_id: UUID, quantity: int, reason: str, actor_id: UUID | None, reference: str = ""
) -> None:
    """Book goods in. With a ``reference``, a repeat changes nothing.

    Raises QuantityOutOfRange, UnknownWarehouse, ReferenceUsed, StockIsFull.
    """
    receive_all([Receipt(variant_id, warehouse_id, quantity, reason, reference)], actor_id=actor_id)


@transactional
def receive_all(receipts: Sequence[Receipt], *, actor_id: UUID | None) -> int:
    """Book many receipts in three statements; returns how many were new. Raises as ``receive``; then none is booked."""
    for receipt in receipts:
        check_quantity(receipt.quantity)
        warehouses.info(receipt.warehouse_id)
    balances = _lock({(receipt.variant_id, receipt.warehouse_id) for receipt in receipts})
    lines = [(uuid7(), balances[receipt.variant_id, receipt.warehouse_id], receipt) for receipt in receipts]
    columns = [
        [line[0] for line in lines],
        [line[1] for line in lines],
        [line[2].quantity for line in lines],
        [line[2].reason for line in lines],
        [line[2].reference for line in lines],
    ]
    try:
        noted = rows(_RECEIVE, [actor_id, clock.now(), *columns])
    except (IntegrityError, DataError) as error:  # the row's limit, or the column's
        raise StockIsFull(most=MOST_ON_HAND) from error
    _cross(row[1] for row in noted if row[2])
    if len(noted) < len(lines):
        new = {row[0] for row in noted}
        for movement_id, balance_id, receipt in lines:
            if movement_id not in new:
                _check_repeat(balance_id, Kind.RECEIVE, receipt.reference, receipt.quantity)
    return len(noted)


@transactional
def adjust(
    *, variant_id: UUID, warehouse_id: UUID, quantity: int, reason: str, actor_id: UUID | None, reference: str = ""
) -> None:
    """Correct the books by ``quantity`` (signed, not 0): breakage, loss, found goods.

    A repeated reference changes nothing.
    Raises QuantityOutOfRange, UnknownWarehouse, ReferenceUsed, StockIsPromised, StockIsFull.
    """
    check_quantity(abs(quantity))
    balance = _lock_one(variant_id, warehouse_id)
    if not (reference and _check_repeat(balance.pk, Kind.ADJUST, reference, quantity)):
        _move(balance, Kind.ADJUST, quantity, reason=reason, actor_id=actor_id, reference=reference)


@transactional
def count(
    *, variant_id: UUID, warehouse_id: UUID, quantity: int, reason: str, actor_id: UUID | None, reference: str = ""
) -> int:
    """Set the books to the ``quantity`` counted on the shelf; returns the difference (0 is journalled as well).

    Flash allocations are counted apart and not touched. A repeated reference changes nothing and returns the first
    difference. Raises QuantityOutOfRange, UnknownWarehouse, StockIsPromised.
    """
    if not 0 <= quantity <= MOST_PER_LINE:
        raise QuantityOutOfRange(field="quantity", least=0, most=MOST_PER_LINE)
    balance = _lock_one(variant_id, warehouse_id)
    earlier = _movement(balance.pk, Kind.COUNT, reference)
    if earlier is not None:
        return earlier.quantity
    difference = quantity - balance.on_hand
    _move(balance, Kind.COUNT, difference, reason=reason, actor_id=actor_id, reference=reference)
    return difference


@transactional
def allocate_flash(*, variant_id: UUID, warehouse_id: UUID, quantity: int, actor_id: UUID | None) -> UUID:
    """Set ``quantity`` free units aside in a stock row of their own; returns its ``pool`` id.

    Raises QuantityOutOfRange, UnknownWarehouse, OutOfStock.
    """
    check_quantity(quantity)
    balance = _lock_one(variant_id, warehouse_id)
    available = balance.on_hand - balance.reserved
    if available < quantity:
        raise OutOfStock(
            field="quantity", variant_id=variant_id, warehouse_id=warehouse_id, wanted=quantity, available=available
        )
    pool = uuid7()
    aside = Balance.objects.create(variant_id=variant_id, warehouse_id=warehouse_id, pool=pool)
    _move(balance, Kind.ALLOCATE, -quantity, actor_id=actor_id, reference=str(pool))
    _move(aside, Kind.ALLOCATE, quantity, actor_id=actor_id, reference=str(pool))
    return pool


@transactional
def return_flash(pool: UUID, *, actor_id: UUID | None = None) -> int:
    """Give the free units of a flash allocation back to the main row; returns how many.

    What is still reserved stays until it is shipped or released; call it again then. Raises UnknownPool.
    """
    place = Balance.objects.filter(pool=pool).values_list("variant_id", "warehouse_id").first()
    if place is None:
        raise UnknownPool(pool=pool)
    both = Balance.objects.filter(variant_id=place[0], warehouse_id=place[1]).filter(Q(pool=pool) | Q(pool=None))
    held = {row.pool: row for row in both.order_by("pk").select_for_update()}
    free = held[pool].on_hand - held[pool].reserved
    if free:
        _move(held[pool], Kind.RETURN, -free, actor_id=actor_id, reference=str(pool))
        _move(held[None], Kind.RETURN, free, actor_id=actor_id, reference=str(pool))
    return free


def _lock(places: Collection[Place]) -> dict[Place, UUID]:
    """Lock the main rows of ``places`` by id, making those that are missing; returns their ids."""
    ordered = sorted(places)
    columns = [[place[0] for place in ordered], [place[1] for place in ordered]]
    run(_MAKE, [[uuid7() for _ in ordered], *columns])
    return {(variant, warehouse): pk for pk, variant, warehouse in rows(_LOCK, columns)}


def _lock_one(variant_id: UUID, warehouse_id: UUID) -> Balance:
    warehouses.info(warehouse_id)
    return Balance.objects.get(pk=_lock([(variant_id, warehouse_id)])[variant_id, warehouse_id])


def _move(
    balance: Balance, kind: Kind, quantity: int, *, reason: str = "", actor_id: UUID | None, reference: str
) -> None:
    """Journal and book a change of a locked row, if it keeps what is promised."""
    free, after = balance.on_hand - balance.reserved, balance.on_hand + quantity
    guarded = Balance.objects.filter(pk=balance.pk, reserved__lte=F("on_hand") + quantity)
    if after > MOST_ON_HAND:
        raise StockIsFull(most=MOST_ON_HAND)
    if not guarded.update(on_hand=F("on_hand") + quantity):
        if after < 0:
            raise NotThatMany(field="quantity", on_hand=balance.on_hand)
        raise StockIsPromised(field="quantity", reserved=balance.reserved, would_be=after)
    Movement.objects.create(
        balance=balance,
        kind=kind,
        quantity=quantity,
        reason=reason,
        actor_id=actor_id,
        reference=reference,
        at=clock.now(),
    )
    if balance.pool is None and (free == 0) != (free + quantity == 0):
        _cross([balance.variant_id])


def _movement(balance_id: UUID, kind: Kind, reference: str) -> Movement | None:
    if not reference:
        return None
    return Movement.objects.filter(balance_id=balance_id, kind=kind, reference=reference).first()


def _check_repeat(balance_id: UUID, kind: Kind, reference: str, quantity: int) -> bool:
    """Whether this very movement was booked before. Raises ReferenceUsed if the reference stands for another one."""
    earlier = _movement(balance_id, kind, reference)
    if earlier is not None and earlier.quantity != quantity:
        raise ReferenceUsed(field="reference", reference=reference)
    return earlier is not None


def _cross(variant_ids: Iterable[UUID]) -> None:
    publish(*(BalanceCrossedZero(variant_id=variant_id) for variant_id in dict.fromkeys(variant_ids)))
