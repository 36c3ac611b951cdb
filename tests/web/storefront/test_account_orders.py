"""The orders of an account: all of them by pages, found by number, open or done."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.transaction.orders.models import Order
from tests.factories.sale import open_shop
from tests.platform.accounts.factories import make_person
from tests.web.console.conftest import paid_order, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(db):
    open_shop()
    return make_person(email="ada@example.com")


@pytest.fixture
def many(ada):
    """Twenty-five orders, the oldest first: the last five delivered."""
    first = paid_order()
    for number in range(25):
        order = Order.objects.get(pk=first.pk)
        order.pk, order.number, order.key, order.token = uuid7(), f"TEST-{number:04d}", f"k{number}", f"t{number}"
        order.person_id, order.placed_at = ada.pk, clock.now() - timedelta(days=60 - number)
        order.status = "delivered" if number >= 20 else "paid"
        order._state.adding = True
        order.save(force_insert=True)


def numbers(page: str) -> list[str]:
    return [one[:9] for one in page.split('<bdi dir="ltr">')[1:] if one.startswith("TEST-")]


def test_every_order_is_on_one_page_and_only_one(ada, many) -> None:
    inside = signed_in(ada)
    first = inside.get("/en-US/account").content.decode()
    href = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = inside.get(href.partition("#")[0]).content.decode()
    assert numbers(first) + numbers(second) == [f"TEST-{number:04d}" for number in reversed(range(25))]
    assert 'rel="next"' not in second
    assert "Latest orders" in second


def test_an_order_is_found_by_a_part_of_its_number_and_anothers_is_not(ada, many) -> None:
    inside, eve = signed_in(ada), signed_in(make_person(email="eve@example.com"))
    assert numbers(inside.get("/en-US/account?number=test-0007").content.decode()) == ["TEST-0007"]
    assert "No order of yours is like this." in inside.get("/en-US/account?number=%25").content.decode()
    assert numbers(eve.get("/en-US/account?number=test-0007").content.decode()) == []


def test_open_ones_and_done_ones(ada, many) -> None:
    inside = signed_in(ada)
    assert len(numbers(inside.get("/en-US/account?show=done").content.decode())) == 5
    assert "TEST-0019" in numbers(inside.get("/en-US/account?show=open").content.decode())
    assert "TEST-0020" not in numbers(inside.get("/en-US/account?show=open").content.decode())


@pytest.mark.parametrize("query", ["before=x", "before=", "show=all", "number=" + "9" * 900, "number=%F0%9F%92%A5"])
def test_what_makes_no_sense_breaks_nothing(ada, query: str) -> None:
    assert signed_in(ada).get(f"/en-US/account?{query}").status_code == 200


def test_a_page_of_twenty_costs_no_more_statements_than_a_page_of_one(ada, many) -> None:
    inside: Client = signed_in(ada)
    counts = []
    for query in ("", "?number=TEST-0003"):
        inside.get(f"/en-US/account{query}")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            inside.get(f"/en-US/account{query}")
        counts.append(len(seen))
    assert counts[0] == counts[1]
