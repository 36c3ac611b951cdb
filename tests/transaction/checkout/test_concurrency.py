"""Many buyers at once: no unit sold twice, none lost, one order per key, nobody stuck."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.inventory.models import Reservation
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders.models import Order
from glocal.transaction.payments.models import Payment
from tests.factories.inventory import free, soon
from tests.factories.sale import request_for, sell, wanted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


def at_once(calls: Iterable[Callable[[], Any]], threads: int) -> list[Any]:
    """Run the calls in so many threads that start together; an exception is its call's result."""
    calls, start = list(calls), Barrier(threads)

    def open_gate() -> None:
        connection.ensure_connection()
        start.wait(timeout=60)

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: open_gate(), range(threads)))
        results = list(pool.map(run, calls))
        closed = Barrier(threads)
        list(pool.map(lambda _: (closed.wait(timeout=60), connection.close()), range(threads)))
    return results


def kinds(results: Iterable[Any]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


@pytest.mark.parametrize("threads", [16, 64, 200])
def test_two_hundred_buyers_of_fifty_units_get_fifty_orders(threads):
    variant_id = sell(50)
    request = request_for(wanted(variant_id))
    requests = [replace(request, key=f"buyer-{number:04}", buyer=checkout.Buyer(uuid7())) for number in range(200)]
    results = at_once([lambda one=one: checkout.buy(one) for one in requests], threads)
    assert kinds(results) == {"Bought": 50, "SoldOut": 150}
    assert (Order.objects.count(), Payment.objects.count(), free(variant_id)) == (50, 50, 0)


def test_buyers_of_two_things_in_either_order_never_wait_for_each_other_for_ever():
    first, second = sell(20), sell(20)
    one, other = wanted(first) + wanted(second), wanted(second) + wanted(first)
    request = request_for(one)
    calls = [
        lambda lines=lines, number=number: checkout.buy(
            replace(request, key=f"buyer-{number:04}", buyer=checkout.Buyer(uuid7()), lines=lines)
        )
        for number, lines in enumerate([one, other] * 20)
    ]
    assert kinds(at_once(calls, 20)) == {"Bought": 20, "SoldOut": 20}
    assert (free(first), free(second)) == (0, 0)


@pytest.mark.parametrize("units", [1, 10])
def test_one_key_from_twenty_threads_at_once_is_one_order_for_all_of_them(units):
    variant_id = sell(units)
    request = request_for(wanted(variant_id))
    results = at_once([lambda: checkout.buy(request)] * 20, 20)
    assert kinds(results) == {"Bought": 20}
    assert len({bought.number for bought in results}) == 1
    assert (Order.objects.count(), Payment.objects.count(), free(variant_id)) == (1, 1, units - 1)
    assert Reservation.objects.filter(state="held").count() == 1


def test_one_bag_bought_by_two_taps_at_once_is_one_order():
    variant_id, buyer = sell(10), checkout.Buyer(uuid7())
    checkout.add(buyer=buyer, market=markets.get("US"), variant_id=variant_id, quantity=2)
    request = replace(request_for(wanted(variant_id, 2)), buyer=buyer, lines=None)
    results = at_once([lambda: checkout.buy(request)] * 8, 8)
    assert kinds(results) == {"Bought": 8}
    assert (Order.objects.count(), free(variant_id), checkout.cart_count(buyer)) == (1, 8, 0)


def test_what_was_put_into_the_bag_while_it_was_being_bought_stays_in_it():
    first, second, buyer, market = sell(10), sell(10), checkout.Buyer(uuid7()), markets.get("US")
    checkout.add(buyer=buyer, market=market, variant_id=first, quantity=1)
    request = replace(request_for(wanted(first)), buyer=buyer, lines=None)
    place = inventory.stock_at([first])[first][0].warehouse_id
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        # Our lock on the stock row holds the purchase between its look at the bag and its emptying.
        inventory.reserve(owner=uuid7(), lines=[inventory.ReserveLine(first, place, 1)], until=soon())
        buying = pool.submit(lambda: (checkout.buy(request), connection.close()))
        _wait_until_somebody_waits()
        checkout.add(buyer=buyer, market=market, variant_id=second, quantity=1)
    assert buying.result(timeout=30)[0].number
    assert checkout.cart_lines(buyer) == wanted(second)


def _wait_until_somebody_waits() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody came to wait")
