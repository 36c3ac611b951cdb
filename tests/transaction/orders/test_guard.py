"""The database itself refuses what orders never do."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from glocal.transaction.orders.models import Order
from glocal.transaction.orders.rules import TRANSITIONS
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("before", "after"), sorted(product(Order.Status.values, repeat=2)))
def test_the_database_takes_exactly_the_steps_of_the_table(before, after):
    order = make_order(status=before)
    rows = Order.objects.filter(pk=order.pk)
    if before == after or (before, after) in TRANSITIONS:
        assert rows.update(status=after) == 1
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(status=after)


@pytest.mark.parametrize("field", ["goods_minor", "shipping_minor", "duty_minor", "total_minor", "currency"])
def test_the_totals_of_a_placed_order_never_change(field):
    order = make_order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**{field: "JPY" if field == "currency" else 1})


def test_a_total_that_is_not_its_parts_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_order(goods_minor=100, total_minor=99)


def test_more_is_never_refunded_than_was_paid():
    order = make_order(goods_minor=100, total_minor=100)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(refunded_minor=101)
