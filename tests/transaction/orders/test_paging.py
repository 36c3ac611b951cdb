"""Lists of orders go by the time placed, page after page, also where ids tell another story."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.db import connection

from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.paging import BadCursor, Position
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def history(person_id):
    """Five orders whose ids grow while their times fall, two of them at one moment."""
    hours = (0, 1, 1, 2, 9)
    return [make_order(person_id=person_id, placed_at=NOON - timedelta(hours=back)) for back in hours]


def walked(read):
    seen, before = [], None
    while rows := read(before):
        seen += [row.number for row in rows]
        before = rows[-1].position
    return seen


def newest_first(made):
    return [order.number for order in sorted(made, key=lambda order: (order.placed_at, order.pk), reverse=True)]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_person_pages_through_imported_history_without_gaps_or_repeats(size):
    person_id = uuid7()
    made = history(person_id)
    make_order(person_id=uuid7())
    assert walked(lambda before: orders.orders_of(person_id, limit=size, before=before)) == newest_first(made)


@pytest.mark.parametrize("market", [None, "US"])
def test_an_operator_pages_by_time_as_well(market):
    made = history(uuid7())

    def read(before):
        return orders.orders_in(["US", "CA"], market=market, status=None, before=before, limit=2)

    assert walked(read) == newest_first(made)


def test_a_cursor_reads_back_as_the_position_it_was():
    for at in (NOON, NOON.replace(year=1969), NOON.replace(microsecond=123456)):
        position = Position(at, uuid7())
        assert Position.read(position.cursor()) == position


@pytest.mark.parametrize(
    "cursor", ["x", "", "A" * 40, "é", "____________", "01a2052e-1865-76d5-926a-520d9120b6ec", "f" + "_" * 31]
)
def test_a_cursor_that_is_none_is_refused(cursor):
    with pytest.raises(BadCursor):
        Position.read(cursor)


def plan_of(rows):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    return rows.explain()


def test_the_pages_and_the_consoles_search_come_from_an_index(rf):
    person_id = uuid7()
    history(person_id)
    before = Position(NOON, uuid7())
    from glocal.transaction.orders.selectors import _newest

    for rows, index in (
        (_newest(Order.objects.filter(person_id=person_id), before), "order_by_person"),
        (_newest(Order.objects.filter(market="US"), before), "order_by_market"),
        (_newest(Order.objects.filter(status="placed"), before), "order_by_status"),
        (_newest(Order.objects.all(), before), "order_by_time"),
    ):
        plan = plan_of(rows)
        assert index in plan, plan
        assert "Sort" not in plan, plan
    found, _ = admin.site.get_model_admin(Order).get_search_results(None, Order.objects.all(), "Ada@Example.com ")
    assert found.count() == 5
    assert "order_by_email" in plan_of(found)


def test_the_console_finds_an_address_written_in_any_case():
    order = make_order(email="Ada.Lovelace@Example.com")
    found, _ = admin.site.get_model_admin(Order).get_search_results(
        None, Order.objects.all(), "ada.lovelace@example.com"
    )
    assert list(found) == [order]
