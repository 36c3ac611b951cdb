"""N buyers of M units get exactly M, at any concurrency, in any order, and whatever dies on the way."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import cycle
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.supply.inventory import facade as inventory
from glocal.supply.inventory.models import Movement, Reservation
from tests.factories.inventory import free, soon, stock

pytestmark = pytest.mark.django_db(transaction=True)

SOLD, REFUSED = "sold", "refused"


@pytest.fixture(autouse=True)
def books_agree():
    yield
    assert inventory.discrepancies() == ()


def crowd(at_once: int, calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run the calls on ``at_once`` threads, each with a connection of its own, let go together."""
    start, end = Barrier(at_once), Barrier(at_once)

    def begin(_: int) -> None:
        connection.ensure_connection()
        start.wait()

    def finish(_: int) -> None:
        end.wait()
        connection.close()

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(begin, range(at_once)))
        try:
            return list(pool.map(lambda call: call(), list(calls)))
        finally:
            list(pool.map(finish, range(at_once)))


def buy(lines: list[inventory.ReserveLine], *, commit: bool = True) -> str:
    owner = uuid7()
    try:
        with transaction.atomic():
            inventory.reserve(owner=owner, lines=lines, until=soon())
        if commit:
            assert inventory.commit(owner)
    except inventory.OutOfStock:
        return REFUSED
    return SOLD


@pytest.mark.parametrize("at_once", [16, 64, 200])
def test_200_buyers_of_50_units_buy_exactly_50(at_once):
    line = stock(50)
    answers = crowd(at_once, [lambda: buy([line])] * 200)
    assert (answers.count(SOLD), answers.count(REFUSED)) == (50, 150)
    assert free(line.variant_id) == 0


def test_orders_whose_lines_are_reversed_neither_deadlock_nor_oversell():
    first, second = stock(50), stock(50)
    orders = [[first, second], [second, first]] * 60
    answers = crowd(24, [lambda lines=lines: buy(lines) for lines in orders])
    assert answers.count(SOLD) == 50
    assert (free(first.variant_id), free(second.variant_id)) == (0, 0)


def test_two_lines_of_one_variant_count_together_also_in_a_crowd():
    line = stock(50)
    answers = crowd(16, [lambda: buy([line, replace(line, quantity=2)])] * 40)
    assert answers.count(SOLD) == 16
    assert free(line.variant_id) == 2


def test_two_warehouses_are_two_stocks():
    here = stock(20)
    there = stock(30, code="CN-SZX", variant_id=here.variant_id)
    answers = crowd(16, [lambda line=line: (line.warehouse_id, buy([line])) for line in [here, there] * 50])
    sold = [place for place, answer in answers if answer == SOLD]
    assert (sold.count(here.warehouse_id), sold.count(there.warehouse_id)) == (20, 30)


def test_a_flash_deal_sells_its_own_units_and_no_others():
    line = stock(50)
    pool = inventory.allocate_flash(
        variant_id=line.variant_id, warehouse_id=line.warehouse_id, quantity=10, actor_id=None
    )
    deal = replace(line, pool=pool)
    answers = crowd(16, [lambda wanted=wanted: (wanted.pool, buy([wanted])) for wanted in [deal, line] * 60])
    sold = [of for of, answer in answers if answer == SOLD]
    assert (sold.count(pool), sold.count(None)) == (10, 40)


def test_expired_units_are_taken_over_exactly_once_while_they_are_swept():
    line = stock(50)
    late = [uuid7() for _ in range(50)]
    for owner in late:
        inventory.reserve(owner=owner, lines=[line], until=clock.now())
    calls = [lambda: buy([line])] * 100 + [inventory.sweep_expired] * 10
    answers = crowd(22, [call for pair in zip(calls[:100], cycle(calls[100:]), strict=False) for call in pair])
    assert answers.count(SOLD) == 50
    assert not any(inventory.commit_all(late))


def test_a_payment_and_a_take_over_never_both_win():
    lines = [stock(1) for _ in range(40)]
    late = [uuid7() for _ in lines]
    for owner, line in zip(late, lines, strict=True):
        inventory.reserve(owner=owner, lines=[line], until=clock.now())
    pay = [lambda owner=owner: SOLD if inventory.commit(owner) else REFUSED for owner in late]
    take = [lambda line=line: buy([line]) for line in lines]
    answers = crowd(16, [call for pair in zip(pay, take, strict=True) for call in pair])
    assert all(sorted(pair) == [REFUSED, SOLD] for pair in zip(answers[::2], answers[1::2], strict=True))


def test_everything_at_once_ends_with_books_that_agree():
    lines = [stock(30), stock(30), stock(30, code="CN-SZX")]

    def come_and_go(number: int) -> None:
        owner, mine = uuid7(), [lines[number % 3], replace(lines[(number + 1) % 3], quantity=2)]
        try:
            inventory.reserve(owner=owner, lines=mine, until=soon() if number % 4 else clock.now())
        except inventory.OutOfStock:
            return
        if number % 5 == 0:
            inventory.release(owner)
        elif inventory.commit(owner) and number % 3 == 0:
            for warehouse_id in {line.warehouse_id for line in mine}:
                inventory.ship(owner=owner, warehouse_id=warehouse_id, actor_id=None)

    def restock(number: int) -> None:
        line = lines[number % 3]
        inventory.receive_all(
            [inventory.Receipt(line.variant_id, line.warehouse_id, 2, "more", str(number)) for line in lines[::-1]],
            actor_id=None,
        )
        inventory.adjust(
            variant_id=line.variant_id, warehouse_id=line.warehouse_id, quantity=1, reason="found", actor_id=None
        )
        inventory.sweep_expired()

    calls = [lambda number=number: come_and_go(number) for number in range(120)]
    calls += [lambda number=number: restock(number) for number in range(20)]
    crowd(16, sorted(calls, key=id))
    inventory.sweep_expired()


def test_a_buyer_whose_connection_dies_leaves_nothing_behind():
    line, owner = stock(1), uuid7()

    def die() -> None:
        try:
            with transaction.atomic():
                inventory.reserve(owner=owner, lines=[line], until=soon())
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        except DatabaseError:
            connection.close()

    crowd(1, [die])
    assert inventory.reserved_for(owner) == ()
    assert buy([line]) == SOLD


def test_a_receipt_sent_by_many_at_once_is_booked_once():
    line = stock(0)

    def receive() -> None:
        inventory.receive(
            variant_id=line.variant_id,
            warehouse_id=line.warehouse_id,
            quantity=5,
            reason="delivery",
            actor_id=None,
            reference="DN-1",
        )

    crowd(8, [receive] * 16)
    assert free(line.variant_id) == 5
    assert Movement.objects.count() == 1
    assert not Reservation.objects.exists()
