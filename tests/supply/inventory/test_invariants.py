"""Whatever is done to stock in whatever order, the books add up and nothing is promised twice."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run

from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.supply.inventory import facade as inventory
from glocal.supply.inventory.models import Balance
from tests.factories.inventory import warehouse

Key = tuple[UUID, UUID, UUID | None]  # variant, warehouse, pool


@contextmanager
def refused(error: type[Exception]) -> Iterator[pytest.ExceptionInfo[Exception]]:
    """The block is refused, and the transaction it ran in can go on."""
    with pytest.raises(error) as caught, transaction.atomic():
        yield caught


class Stock(RuleBasedStateMachine):
    """A second, simple bookkeeping in dictionaries, beside the real one."""

    owners = Bundle("owners")
    pools = Bundle("pools")
    places = st.integers(0, 3)
    units = st.integers(1, 6)

    def __init__(self) -> None:
        super().__init__()
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.now = datetime.fromisoformat("2026-11-22T10:00:00+00:00")
        self.on_hand: Counter[Key] = Counter()
        self.promised: dict[UUID, tuple[str, dict[Key, int], datetime | None]] = {}
        self.broken: set[UUID] = set()  # owners who lost some of what they had

    @initialize()
    def set_up(self) -> None:
        variants = [uuid7(), uuid7()]
        self.keys = [(variant, warehouse(code).id, None) for variant in variants for code in ("TH-BKK", "CN-SZX")]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)

    def reserved(self, key: Key) -> int:
        return sum(lines.get(key, 0) for state, lines, _ in self.promised.values() if state in {"held", "committed"})

    def available(self, key: Key) -> int:
        return self.on_hand[key] - self.reserved(key)

    def expired(self, key: Key) -> int:
        """Held there past its time: free for who needs it."""
        return sum(
            lines.get(key, 0)
            for state, lines, until in self.promised.values()
            if state == "held" and until is not None and until <= self.now
        )

    def act(self, key: Key, quantity: int) -> dict:
        return {
            "variant_id": key[0],
            "warehouse_id": key[1],
            "quantity": quantity,
            "reason": "test",
            "actor_id": None,
        }

    def expire(self, keys: set[Key] | None = None) -> None:
        """Held past their time, in these rows or anywhere: gone from there."""
        for owner, (state, lines, until) in list(self.promised.items()):
            if state == "held" and until is not None and until <= self.now:
                left = {key: units for key, units in lines.items() if keys is not None and key not in keys}
                if left != lines:
                    self.promised[owner] = ("held" if left else "released", left, until)
                    self.broken.add(owner)

    @rule(place=places, quantity=units)
    def receive(self, place, quantity):
        inventory.receive(**self.act(self.keys[place], quantity))
        self.on_hand[self.keys[place]] += quantity

    @rule(place=places, quantity=st.integers(-6, 6).filter(bool))
    def adjust(self, place, quantity):
        key = self.keys[place]
        if self.available(key) + quantity < 0:
            with refused(inventory.StockIsPromised):
                inventory.adjust(**self.act(key, quantity))
        else:
            inventory.adjust(**self.act(key, quantity))
            self.on_hand[key] += quantity

    @rule(place=places, quantity=st.integers(0, 12))
    def count(self, place, quantity):
        key = self.keys[place]
        if quantity < self.reserved(key):
            with refused(inventory.StockIsPromised):
                inventory.count(**self.act(key, quantity))
        else:
            assert inventory.count(**self.act(key, quantity)) == quantity - self.on_hand[key]
            self.on_hand[key] = quantity

    @rule(target=pools, place=places, quantity=units)
    def allocate(self, place, quantity):
        key = self.keys[place]
        wanted = {"variant_id": key[0], "warehouse_id": key[1], "quantity": quantity, "actor_id": None}
        if self.available(key) < quantity:
            with refused(inventory.OutOfStock):
                inventory.allocate_flash(**wanted)
            return multiple()
        pool = (key[0], key[1], inventory.allocate_flash(**wanted))
        self.on_hand[key] -= quantity
        self.on_hand[pool] = quantity
        return pool

    @rule(pool=pools)
    def give_back(self, pool):
        free = self.available(pool)
        assert inventory.return_flash(pool[2]) == free
        self.on_hand[pool] -= free
        self.on_hand[pool[0], pool[1], None] += free

    @rule(target=owners, wanted=st.lists(st.tuples(places, units), min_size=1, max_size=3), minutes=st.integers(0, 30))
    def reserve(self, wanted, minutes):
        return self.take([(self.keys[place], quantity) for place, quantity in wanted], minutes)

    @rule(target=owners, pool=pools, quantity=units, minutes=st.integers(0, 30))
    def reserve_flash(self, pool, quantity, minutes):
        return self.take([(pool, quantity)], minutes)

    def take(self, wanted, minutes):
        owner, until, lines = uuid7(), self.now + timedelta(minutes=minutes), Counter()
        for key, quantity in wanted:
            lines[key] += quantity
        asked = [inventory.ReserveLine(key[0], key[1], quantity, key[2]) for key, quantity in wanted]
        with clock.at(self.now):
            if any(self.available(key) + self.expired(key) < quantity for key, quantity in lines.items()):
                with refused(inventory.OutOfStock):
                    inventory.reserve(owner=owner, lines=asked, until=until)
                return multiple()
            inventory.reserve(owner=owner, lines=asked, until=until)
        if any(self.available(key) < quantity for key, quantity in lines.items()):
            self.expire(set(lines))  # taken over, since it was needed and enough
        self.promised[owner] = ("held", dict(lines), until)
        return owner

    @rule(owner=owners)
    def commit(self, owner):
        state, lines, _ = self.promised[owner]
        whole = state != "released" and owner not in self.broken
        assert inventory.commit(owner) is whole
        if whole and state == "held":
            self.promised[owner] = ("committed", lines, None)

    @rule(owner=owners)
    def release(self, owner):
        inventory.release(owner)
        if self.promised[owner][0] in {"held", "committed"}:
            self.promised[owner] = ("released", {}, None)
            self.broken.add(owner)

    @rule(owner=owners)
    def ship(self, owner):
        state, lines, _ = self.promised[owner]
        for place in {key[1] for key in lines}:
            if state in {"committed", "shipped"}:
                inventory.ship(owner=owner, warehouse_id=place, actor_id=None)
            else:
                with refused(inventory.NothingToShip):
                    inventory.ship(owner=owner, warehouse_id=place, actor_id=None)
        if state == "committed":
            self.on_hand.subtract(lines)
            self.promised[owner] = ("shipped", lines, None)

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def sweep(self):
        self.expire()
        with clock.at(self.now):
            inventory.sweep_expired()

    @invariant()
    def the_books_are_the_same(self):
        real = {
            (row.variant_id, row.warehouse_id, row.pool): (row.on_hand, row.reserved) for row in Balance.objects.all()
        }
        for key in set(real) | set(self.on_hand):
            assert real.get(key, (0, 0)) == (self.on_hand[key], self.reserved(key))

    @invariant()
    def nothing_contradicts(self):
        assert inventory.discrepancies() == ()


@pytest.mark.django_db
def test_stock_keeps_its_invariants_through_any_history():
    run(
        Stock,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
