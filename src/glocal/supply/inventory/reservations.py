"""Reserving, and what follows: the hottest statements of the product, so raw SQL.

Locks are taken in one order everywhere, so that nothing here can deadlock: stock rows by id, then reservations. The
sweep and the take-over never wait for a reservation: one that somebody has locked is just being committed or released.
Every guard stands in the statement that changes the row; CHECK constraints stand behind it.

``ARRAY(SELECT unnest(...))`` hides a list's length from the planner, which would else make a new plan for each call.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from glocal.events.inventory import BalanceCrossedZero, ReservationExpired
from glocal.platform.eventing import publish
from glocal.platform.eventing.publishing import outbox_row
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.parts import Part, tidy, together
from glocal.supply.inventory import warehouses
from glocal.supply.inventory.errors import NothingToReserve, NothingToShip, OutOfStock, QuantityOutOfRange
from glocal.supply.inventory.models import Balance, Reservation
from glocal.supply.inventory.sql import rows
from glocal.supply.inventory.types import MOST_PER_LINE, ReserveLine

HELD, COMMITTED = Reservation.State.HELD.value, Reservation.State.COMMITTED.value

Place = tuple[UUID, UUID, UUID | None]  # variant, warehouse, flash allocation

# `locked` reads each row as it is once the lock is ours, so `enough` decides on the truth and the statement takes all
# lines or none; a refusal leaves nothing to roll back. The UPDATE takes its figures from `locked` as well: its own
# first look at a row is as old as the statement's snapshot, and both a comparison and the CHECKs would judge by that.
_RESERVE = """
WITH wanted AS (
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::uuid[])
        AS line (variant_id, warehouse_id, pool, quantity, reservation_id)
), locked AS (
    SELECT b.id, b.variant_id, b.warehouse_id, b.pool, b.on_hand, b.reserved, wanted.quantity, wanted.reservation_id
    FROM inventory_balance b JOIN wanted
      ON b.variant_id = wanted.variant_id AND b.warehouse_id = wanted.warehouse_id
     AND b.pool IS NOT DISTINCT FROM wanted.pool
    ORDER BY b.id FOR UPDATE OF b
), enough AS (
    SELECT count(*) = %s AND bool_and(on_hand - reserved >= quantity) AS yes FROM locked
), taken AS (
    UPDATE inventory_balance b SET on_hand = locked.on_hand, reserved = locked.reserved + locked.quantity
    FROM locked, enough
    WHERE enough.yes AND b.id = locked.id
    RETURNING b.id, locked.quantity, locked.reservation_id
), kept AS (
    INSERT INTO inventory_reservation (id, owner, balance_id, quantity, state, expires_at)
    SELECT reservation_id, %s, id, quantity, %s, %s::timestamptz FROM taken
)
SELECT id, variant_id, warehouse_id, pool, on_hand - reserved, quantity, (SELECT count(*) FROM taken) FROM locked
"""

# Nearly all reservations are one line: one row needs no order of locks, and scalars let the server keep its plan.
_RESERVE_ONE = tidy("""
inventory_taken AS (
    UPDATE inventory_balance SET reserved = reserved + %s
    WHERE variant_id = %s AND warehouse_id = %s AND pool IS NOT DISTINCT FROM %s::uuid AND on_hand - reserved >= %s
    RETURNING id, on_hand - reserved AS free
), inventory_kept AS (
    INSERT INTO inventory_reservation (id, owner, balance_id, quantity, state, expires_at)
    SELECT %s, %s, id, %s, %s, %s::timestamptz FROM inventory_taken
), inventory_told AS (
    INSERT INTO eventing_outboxevent (name, key, shard, payload, occurred_at, relayed_at)
    SELECT %s::text, %s::text, %s::smallint, %s::jsonb, %s::timestamptz, %s::timestamptz
    FROM inventory_taken WHERE free = 0 AND %s
)
""")

_GIVE_BACK = """
WITH due AS MATERIALIZED (
    {due}
), locked AS MATERIALIZED (
    SELECT id FROM inventory_balance WHERE id IN (SELECT balance_id FROM due) ORDER BY id FOR UPDATE
), picked AS MATERIALIZED (
    SELECT r.id FROM inventory_reservation r JOIN due ON due.id = r.id JOIN locked ON locked.id = r.balance_id
    WHERE {open} FOR UPDATE OF r {wait}
), gone AS (
    UPDATE inventory_reservation r SET state = 'released' FROM picked
    WHERE r.id = picked.id RETURNING r.owner, r.balance_id, r.quantity
), given AS (
    UPDATE inventory_balance b SET reserved = b.reserved - gone_by_balance.quantity
    FROM (SELECT balance_id, sum(quantity)::int AS quantity FROM gone GROUP BY balance_id) AS gone_by_balance
    WHERE b.id = gone_by_balance.balance_id
    RETURNING b.id, b.variant_id,
              b.pool IS NULL AND b.on_hand - b.reserved = gone_by_balance.quantity AS was_empty
)
SELECT gone.owner, given.variant_id, given.was_empty FROM gone JOIN given ON given.id = gone.balance_id
"""
_RELEASE = _GIVE_BACK.format(
    due="""SELECT id, balance_id FROM inventory_reservation
    WHERE owner = ANY(ARRAY(SELECT unnest(%s::uuid[]))) AND state IN ('held', 'committed')""",
    open="r.state IN ('held', 'committed')",
    wait="",
)
_EXPIRE = _GIVE_BACK.format(
    due="""SELECT id, balance_id FROM inventory_reservation
    WHERE state = 'held' AND expires_at <= %s AND (%s::uuid[] IS NULL OR balance_id = ANY(%s))
    ORDER BY expires_at LIMIT %s""",
    open="r.state = 'held' AND r.expires_at <= %s",
    wait="SKIP LOCKED",
)

_COMMIT = """
WITH mine AS MATERIALIZED (
    SELECT id, owner, state FROM inventory_reservation
    WHERE owner = ANY(ARRAY(SELECT unnest(%s::uuid[]))) ORDER BY id FOR UPDATE
), whole AS (
    SELECT owner FROM mine GROUP BY owner HAVING bool_and(state <> 'released')
), done AS (
    UPDATE inventory_reservation r SET state = 'committed', expires_at = NULL
    FROM mine JOIN whole USING (owner) WHERE r.id = mine.id AND mine.state = 'held'
)
SELECT owner FROM whole
"""

_EXTEND = """
WITH mine AS MATERIALIZED (
    SELECT id, state FROM inventory_reservation WHERE owner = %s ORDER BY id FOR UPDATE
), whole AS (
    SELECT coalesce(bool_and(state <> 'released'), false) AS yes FROM mine
), done AS (
    UPDATE inventory_reservation r SET expires_at = greatest(r.expires_at, %s)
    FROM mine, whole WHERE whole.yes AND r.id = mine.id AND mine.state = 'held'
)
SELECT yes FROM whole
"""

_LOCK_FOR_RECOMMIT = """
SELECT b.id FROM inventory_balance b
WHERE b.id IN (SELECT balance_id FROM inventory_reservation WHERE owner = %s)
   OR (b.variant_id, b.warehouse_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))
ORDER BY b.id FOR UPDATE
"""

_SHIP = """
WITH locked AS MATERIALIZED (
    SELECT b.id FROM inventory_balance b JOIN inventory_reservation r ON r.balance_id = b.id
    WHERE r.owner = %s AND b.warehouse_id = %s ORDER BY b.id FOR UPDATE OF b
), gone AS (
    UPDATE inventory_reservation r SET state = 'shipped' FROM (SELECT DISTINCT id FROM locked) AS place
    WHERE r.owner = %s AND r.balance_id = place.id AND r.state = 'committed'
    RETURNING r.balance_id, r.quantity
), summed AS (
    SELECT balance_id, sum(quantity)::int AS quantity FROM gone GROUP BY balance_id
), moved AS (
    UPDATE inventory_balance b SET on_hand = b.on_hand - summed.quantity, reserved = b.reserved - summed.quantity
    FROM summed WHERE b.id = summed.balance_id RETURNING b.id, summed.quantity
)
INSERT INTO inventory_movement (id, balance_id, kind, quantity, reason, actor_id, reference, at)
SELECT ids.id, moved.id, 'ship', -moved.quantity, '', %s, %s, %s
FROM (SELECT id, quantity, row_number() OVER () AS n FROM moved) AS moved
JOIN unnest(%s::uuid[]) WITH ORDINALITY AS ids (id, n) USING (n)
RETURNING 1
"""


P = ParamSpec("P")
R = TypeVar("R")


def _joining(service: Callable[P, R]) -> Callable[P, R]:
    """Run in the caller's transaction as it is, without the two round trips of a savepoint; else in one of its own."""

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return service(*args, **kwargs)
        with transaction.atomic():
            return service(*args, **kwargs)

    return run


@_joining
def reserve(*, owner: UUID, lines: Sequence[ReserveLine], until: datetime) -> None:
    """Hold all ``lines`` for ``owner`` until ``until`` (aware), or none of them.

    Normally one statement. When short, expired reservations of those stock rows are released first and it is tried
    once more. A refusal leaves nothing behind, so no savepoint is needed to catch it.

    Raises OutOfStock, QuantityOutOfRange, NothingToReserve, UnknownWarehouse.
    """
    _take(owner=owner, lines=lines, state=HELD, until=until)


def commit(owner: UUID) -> bool:
    """Keep what is held for ``owner`` until it ships. False, and nothing changed, if any of it was given back."""
    return owner in commit_all([owner])


@_joining
def commit_all(owners: Collection[UUID]) -> frozenset[UUID]:
    """Commit many owners in one statement; returns those whose reservation is whole. A repeat answers the same."""
    return frozenset(row[0] for row in rows(_COMMIT, [list(owners)]))


@_joining
def extend(owner: UUID, until: datetime) -> bool:
    """Hold ``owner``'s units at least until ``until``. False, and nothing changed, if any of them was given back."""
    return bool(rows(_EXTEND, [owner, until])[0][0])


@_joining
def recommit(*, owner: UUID, lines: Sequence[ReserveLine]) -> None:
    """Commit ``lines`` for an owner whose reservation expired before the payment came. A repeat changes nothing.

    Raises OutOfStock; nothing is promised to ``owner`` then.
    """
    if commit(owner):
        return
    wanted = _merged(lines)
    rows(_LOCK_FOR_RECOMMIT, [owner, [place[0] for place in wanted], [place[1] for place in wanted]])
    release(owner)
    Reservation.objects.filter(owner=owner, state=Reservation.State.RELEASED).delete()
    _take(owner=owner, lines=lines, state=COMMITTED, until=None)


def release(owner: UUID) -> None:
    """Give back all that is held or committed for ``owner`` and not shipped. A repeat changes nothing."""
    release_all([owner])


@_joining
def release_all(owners: Collection[UUID]) -> None:
    """The same for many owners in one statement, with all locks in order."""
    _crossed(variant_id for _, variant_id, was_empty in rows(_RELEASE, [list(owners)]) if was_empty)


@_joining
def release_units(promised: Mapping[UUID, Sequence[ReserveLine]]) -> None:
    """Give back these units of what is held or committed for each owner and not shipped: all of them, or none.

    A line's flash allocation plays no part: units are taken from whatever was promised of the variant there.
    Not repeatable: the caller guards. Raises NothingToShip when an owner has fewer.
    """
    lines = [line for owned in promised.values() for line in owned]
    if not lines:
        return
    places = Q()
    for line in lines:
        places |= Q(variant_id=line.variant_id, warehouse_id=line.warehouse_id)
    rows_by_id = {row.pk: row for row in Balance.objects.select_for_update().filter(places).order_by("pk")}
    open_states = [HELD, COMMITTED]
    promises = Reservation.objects.select_for_update().filter(owner__in=list(promised), state__in=open_states)
    kept = list(promises.filter(balance_id__in=rows_by_id).order_by("pk"))
    emptied = []
    for owner, owned in promised.items():
        for line in owned:
            emptied += _give_back(owner, line, kept, rows_by_id)
    _crossed(emptied)


def _give_back(owner: UUID, line: ReserveLine, kept: list[Reservation], places: Mapping[UUID, Balance]) -> list[UUID]:
    """Take one line off the promises; returns its variant when nothing of it was free before."""
    left, emptied = line.quantity, []
    for promise in kept:
        place = places[promise.balance_id]
        if promise.owner != owner or (place.variant_id, place.warehouse_id) != (line.variant_id, line.warehouse_id):
            continue
        units = min(left, promise.quantity) if promise.state != Reservation.State.RELEASED else 0
        if not units:
            continue
        if units == promise.quantity:
            promise.state = Reservation.State.RELEASED
        else:
            promise.quantity -= units
        promise.save(update_fields=["state", "quantity"])
        if place.pool is None and place.on_hand == place.reserved:
            emptied.append(place.variant_id)
        place.reserved -= units
        place.save(update_fields=["reserved"])
        left -= units
    if left:
        raise NothingToShip(owner=owner)
    return emptied


@_joining
def swap(*, owner: UUID, variant_id: UUID, instead: UUID, units: Mapping[UUID, int]) -> None:
    """Commit ``units`` (by warehouse) of the variant ``instead`` for ``owner``, then give those of ``variant_id`` back.

    All or none. Not repeatable: the caller guards. Raises OutOfStock, NothingToShip.
    """
    places = list(units)
    rows(_LOCK_FOR_RECOMMIT, [owner, [variant_id] * len(places) + [instead] * len(places), places * 2])
    _take(owner=owner, lines=_lines_of(instead, units), state=COMMITTED, until=None)
    release_units({owner: _lines_of(variant_id, units)})


def _lines_of(variant_id: UUID, units: Mapping[UUID, int]) -> list[ReserveLine]:
    return [ReserveLine(variant_id, warehouse_id, count) for warehouse_id, count in units.items()]


@_joining
def sweep_expired(limit: int = 500) -> int:
    """Give back up to ``limit`` expired lines, oldest first; returns how many. Publishes ReservationExpired."""
    return _expire(None, limit)


@_joining
def ship(*, owner: UUID, warehouse_id: UUID, actor_id: UUID | None) -> None:
    """Take ``owner``'s committed units out of the warehouse's books. A repeat changes nothing.

    Raises NothingToShip when nothing of the owner is committed or shipped there.
    """
    places = Reservation.objects.filter(owner=owner, balance__warehouse_id=warehouse_id)
    states = list(places.values_list("state", flat=True))
    if COMMITTED in states:
        ids = [uuid7() for _ in states]
        rows(_SHIP, [owner, warehouse_id, owner, actor_id, str(owner), clock.now(), ids])
    elif Reservation.State.SHIPPED not in states:
        raise NothingToShip(owner=owner)


def _take(*, owner: UUID, lines: Sequence[ReserveLine], state: str, until: datetime | None) -> None:
    wanted = _merged(lines)
    if len(wanted) == 1 and _took_one(wanted, owner, state, until):
        return
    places = _try_to_take(owner, wanted, state, until)
    if not _taken(places) and _expire([place[0] for place in places], None):
        places = _try_to_take(owner, wanted, state, until)
    if not _taken(places):
        _refuse(wanted, places)
    _crossed(place[1] for place in places if place[3] is None and place[4] == place[5])


def _merged(lines: Sequence[ReserveLine]) -> Mapping[Place, int]:
    """Units wanted by place: two lines of one variant are one demand."""
    if not lines:
        raise NothingToReserve
    wanted: dict[Place, int] = {}
    for line in lines:
        check_quantity(line.quantity)
        place = (line.variant_id, line.warehouse_id, line.pool)
        wanted[place] = wanted.get(place, 0) + line.quantity
    for quantity in wanted.values():
        check_quantity(quantity)
    return wanted


def check_quantity(quantity: int) -> None:
    """Raises QuantityOutOfRange."""
    if not 0 < quantity <= MOST_PER_LINE:
        raise QuantityOutOfRange(field="quantity", least=1, most=MOST_PER_LINE)


def _took_one(wanted: Mapping[Place, int], owner: UUID, state: str, until: datetime | None) -> bool:
    """One conditional UPDATE. A refusal is not final: it may judge by a row that was refilled a moment ago."""
    ((place, quantity),) = wanted.items()
    return bool(rows(*together(_one(place, quantity, owner, state, until), answer="SELECT free FROM inventory_taken")))


def _one(place: Place, quantity: int, owner: UUID, state: str, until: datetime | None) -> Part:
    crossed = outbox_row(BalanceCrossedZero(variant_id=place[0]))
    values = [quantity, *place, quantity, uuid7(), owner, quantity, state, until, *crossed, place[2] is None]
    return Part(_RESERVE_ONE, tuple(values))


def reserving(*, owner: UUID, line: ReserveLine, until: datetime) -> Part:
    """``reserve`` of one line as a part: ``inventory_taken`` has a row when the units are held, and none when short.

    Short is not final: ``reserve`` frees what expired first, and says what is missing. Raises QuantityOutOfRange.
    """
    ((place, quantity),) = _merged([line]).items()
    return _one(place, quantity, owner, HELD, until)


def _try_to_take(owner: UUID, wanted: Mapping[Place, int], state: str, until: datetime | None) -> list[Any]:
    variants, places, pools = zip(*wanted, strict=True)
    ids = [uuid7() for _ in wanted]
    columns = [list(variants), list(places), list(pools), list(wanted.values()), ids]
    return rows(_RESERVE, [*columns, len(wanted), owner, state, until])


def _taken(places: Sequence[Any]) -> bool:
    return bool(places and places[0][6] == len(places))


def _refuse(wanted: Mapping[Place, int], places: Sequence[Any]) -> None:
    found = {(place[1], place[2], place[3]): place[4] for place in places}
    for place, quantity in wanted.items():
        warehouses.info(place[1])
        available = found.get(place, 0)
        if available < quantity:
            raise OutOfStock(
                field="quantity", variant_id=place[0], warehouse_id=place[1], wanted=quantity, available=available
            )


def _expire(balance_ids: Sequence[UUID] | None, limit: int | None) -> int:
    now, ids = clock.now(), None if balance_ids is None else list(balance_ids)
    gone = rows(_EXPIRE, [now, ids, ids, limit, now])
    _crossed(variant_id for _, variant_id, was_empty in gone if was_empty)
    publish(*(ReservationExpired(owner=owner) for owner in dict.fromkeys(row[0] for row in gone)))
    return len(gone)


def _crossed(variant_ids: Iterable[UUID]) -> None:
    publish(*(BalanceCrossedZero(variant_id=variant_id) for variant_id in dict.fromkeys(variant_ids)))
