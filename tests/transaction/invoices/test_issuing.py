"""Every paper once, with a number of its own and none left out."""

from datetime import timedelta

import msgspec
import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.kernel import clock
from glocal.transaction.invoices import facade as invoices
from glocal.transaction.invoices.models import Paper, Series
from glocal.transaction.invoices.rules import credited, part
from glocal.transaction.invoices.types import Content, Tax
from glocal.transaction.orders import facade as orders
from tests.factories.sale import BANGKOK, address, sell
from tests.transaction.checkout.test_concurrency import at_once
from tests.transaction.invoices.conftest import paid_order, refunds_arrive

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


def content_of(paper):
    return msgspec.convert(paper.content, Content)


def refund(order, units, key, shipping=False):
    line = order.lines[0]
    orders.refund_order(
        order_id=order.id,
        lines=[orders.RefundLine(line.id, units)] if units else [],
        shipping_too=shipping,
        reason="test",
        key=key,
        actor_id=None,
    )


def test_an_invoice_says_what_was_bought_what_it_cost_and_which_tax_was_in_it():
    order = paid_order(sell(5, title="Mug"), 2)
    invoices.issue_for(order)
    said = content_of(Paper.objects.get())
    assert [(row.title, row.quantity, row.what) for row in said.rows] == [("Mug", 2, ""), ("", 0, "shipping")]
    on_top = sum(tax.amount for tax in said.taxes if not tax.included)
    assert sum(row.amount for row in said.rows) + on_top == said.total == order.totals.total.minor


def test_a_paper_keeps_what_it_said_and_the_database_refuses_to_change_it():
    order = paid_order(sell(5))
    invoices.issue_for(order)
    for change in (Paper.objects.all().delete, lambda: Paper.objects.update(number="X")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.update(last=7)


def test_sixteen_asking_at_once_for_three_orders_get_three_numbers_without_a_gap():
    made = [paid_order(sell(5)) for _ in range(3)]
    at_once([lambda one=one: invoices.issue_for(one) for one in made * 6], threads=16)
    serials = sorted(Paper.objects.values_list("serial", flat=True))
    assert serials == [1, 2, 3]
    assert Series.objects.get().last == 3


def test_a_number_that_was_drawn_in_vain_is_given_to_the_next():
    first, second = paid_order(sell(5)), paid_order(sell(5))
    with transaction.atomic():
        invoices.issue_for(first)
        transaction.set_rollback(True)
    invoices.issue_for(second)
    assert Paper.objects.get().serial == 1


def test_each_seller_has_numbers_of_its_own_and_each_year_begins_anew():
    variant_id = sell(9)
    year = clock.now().year
    invoices.issue_for(paid_order(variant_id))
    thai = sell(9, warehouse="TH-BKK")
    invoices.issue_for(paid_order(thai, market="TH", language="th", address=address(BANGKOK, "TH")))
    later = paid_order(variant_id)
    with clock.shifted(timedelta(days=366)):
        invoices.issue_for(later)
    numbers = sorted(Paper.objects.values_list("number", flat=True))
    assert numbers == [f"GSG-{year}-000001", f"GUS-{year}-000001", f"GUS-{year + 1}-000001"]


def test_an_unpaid_order_has_no_invoice():
    order = paid_order(sell(5))
    orders.cancel_order(order_id=order.id, reason="test", actor_id=None)
    with pytest.raises(invoices.NoInvoiceYet):
        invoices.issue_for(orders.order_by_id(order.id))
    assert not Paper.objects.exists()


def test_a_refund_has_a_credit_note_once_it_was_made_and_only_one():
    order = paid_order(sell(5), 3)
    refund(order, 1, "one")
    invoices.issue_for(order)
    assert Paper.objects.count() == 1
    refunds_arrive()
    for _ in range(2):
        invoices.issue_for(order)
    credit = Paper.objects.get(kind="credit_note")
    said = content_of(credit)
    assert (credit.serial, said.about) == (1, Paper.objects.get(kind="invoice").number)
    assert [(row.quantity, row.amount) for row in said.rows] == [(1, said.total)]


def test_credit_notes_of_a_whole_order_give_back_the_invoice_to_the_last_cent():
    order = paid_order(sell(5), 3)
    for key, units, shipping in (("a", 1, False), ("b", 1, True), ("c", 1, False)):
        refund(order, units, key, shipping)
        refunds_arrive()
        invoices.issue_for(order)
    bill = content_of(Paper.objects.get(kind="invoice"))
    notes = [content_of(paper) for paper in Paper.objects.filter(kind="credit_note")]
    assert sum(note.total for note in notes) == bill.total
    assert sum(sum(tax.amount for tax in note.taxes) for note in notes) == sum(tax.amount for tax in bill.taxes)


def test_papers_that_nobody_asks_for_are_issued_all_the_same():
    order = paid_order(sell(5))
    assert invoices.issue_waiting(clock.now() - timedelta(hours=1)) == 0  # its buyer can still change it
    with clock.shifted(timedelta(hours=25)):
        assert invoices.issue_waiting(clock.now() - timedelta(days=2)) == 1
    assert [paper.order_id for paper in invoices.papers_of(order.id)] == [order.id]


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**9), min_size=1, max_size=9))
def test_the_parts_of_a_tax_sum_to_it_whatever_is_credited(whole, amounts):
    of, before, parts = sum(amounts), 0, []
    for amount in amounts:
        parts.append(part(whole, before, amount, of))
        before += amount
    assert sum(parts) == whole
    assert all(share >= 0 for share in parts)


def test_a_tax_of_nothing_is_not_on_a_credit_note():
    assert credited([Tax("VAT", "0.07", 0, False)], 0, 5, 10) == []
