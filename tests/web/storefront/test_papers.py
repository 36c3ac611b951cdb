"""Invoices at the shop's door: for who holds the order's link or owns it, and nobody else."""

import pytest
from django.test import Client

from glocal.platform.kernel.ids import uuid7
from glocal.transaction.invoices.models import Paper
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order
from tests.factories.sale import open_shop, sell
from tests.transaction.invoices.conftest import paid_order, refunds_arrive

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db):
    open_shop()
    return paid_order(sell(5))


def test_the_order_page_leads_to_its_invoice(shopper: Client, order) -> None:
    page = shopper.get(f"/en-US/orders/{order.number}?t={order.token}").content.decode()
    href = f"/en-US/orders/{order.number}/papers/invoice?t={order.token}"
    assert href in page
    answer = shopper.get(href)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert Paper.objects.get().number in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("paper", ["invoice", "GUS-2026-999999", "x" * 300])
def test_a_stranger_finds_nothing_whatever_is_asked_for(shopper: Client, order, paper: str) -> None:
    for number, token in ((order.number, "guess"), (order.number, ""), ("NONE-0000", order.token)):
        answer = shopper.get(f"/en-US/orders/{number}/papers/{paper}?t={token}")
        assert answer.status_code == 404
    assert not Paper.objects.exists()


def test_a_paper_of_another_order_is_not_found_by_the_link_of_ones_own(shopper: Client, order) -> None:
    other = paid_order(sell(5))
    shopper.get(f"/en-US/orders/{other.number}/papers/invoice?t={other.token}")
    foreign = Paper.objects.get().number
    answer = shopper.get(f"/en-US/orders/{order.number}/papers/{foreign}?t={order.token}")
    assert answer.status_code == 404


def test_an_unpaid_order_offers_no_invoice(shopper: Client, order) -> None:
    unpaid = Order.objects.get(pk=order.id)
    unpaid.pk, unpaid.number, unpaid.key, unpaid.token = uuid7(), "OPEN-0001", "open", "open-token"
    unpaid.status, unpaid.paid_at = "placed", None
    unpaid._state.adding = True
    unpaid.save(force_insert=True)
    page = shopper.get("/en-US/orders/OPEN-0001?t=open-token").content.decode()
    assert "/papers/" not in page
    assert shopper.get("/en-US/orders/OPEN-0001/papers/invoice?t=open-token").status_code == 409


def test_money_that_went_back_has_a_credit_note_at_once(shopper: Client, db) -> None:
    open_shop()
    order = paid_order(sell(5), 2)
    line = order.lines[0]
    orders.refund_order(
        order_id=order.id,
        lines=[orders.RefundLine(line.id, 1)],
        shipping_too=False,
        reason="test",
        key="one",
        actor_id=None,
    )
    at = f"/en-US/orders/{order.number}"
    assert "refund:" not in shopper.get(f"{at}?t={order.token}").content.decode()
    refunds_arrive()
    refund = orders.refunds_of(order.id)[0]
    href = f"{at}/papers/refund:{refund.id}?t={order.token}"
    assert href in shopper.get(f"{at}?t={order.token}").content.decode()
    assert shopper.get(href).content.startswith(b"%PDF")
    number = Paper.objects.get(kind="credit_note").number
    page = shopper.get(f"{at}?t={order.token}").content.decode()
    assert f"{at}/papers/{number}?t={order.token}" in page
    assert href not in page
