"""Links of orders end: by time, by their holder's wish; and the way to a new one leads through the order's mailbox."""

from datetime import timedelta

import pytest
from django.test import Client

from glocal.platform.http import rates
from glocal.platform.kernel import clock
from glocal.platform.mail.models import OutgoingMail
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.errors import OrderLinkEnded, OrderNotFound
from glocal.transaction.orders.models import EndedLink, Order
from glocal.transaction.orders.rules import digest_of
from glocal.transaction.orders.services import links
from tests.factories.sale import open_shop, sell
from tests.platform.accounts.factories import make_person
from tests.transaction.invoices.conftest import paid_order
from tests.transaction.returns.conftest import delivered_order
from tests.web.console.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(days=181)


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    rates._windows.clear()


@pytest.fixture
def order(db):
    open_shop()
    return delivered_order(sell(5, title="Linen shirt"), 2)


def here(order) -> str:
    return f"/en-US/orders/{order.number}"


def mailed() -> list[str]:
    return [one.context["link"] for one in OutgoingMail.objects.filter(template="order_link").order_by("pk")]


def token_now(order) -> str:
    return Order.objects.get(pk=order.id).token


def run_job(number: str, proof: str) -> bool:
    return links.mail_link(number=number, proof=digest_of(proof))


def test_a_link_opens_a_delivered_order_for_half_a_year_and_one_under_way_for_as_long_as_it_takes(shopper, order):
    assert shopper.get(f"{here(order)}?t={order.token}").status_code == 200
    under_way = paid_order(sell(5))
    with clock.shifted(timedelta(days=179)):
        assert orders.order_for(number=order.number, person_id=None, token=order.token).id == order.id
    with clock.shifted(LATER):
        with pytest.raises(OrderLinkEnded):
            orders.order_for(number=order.number, person_id=None, token=order.token)
        assert orders.order_for(number=under_way.number, person_id=None, token=under_way.token).id == under_way.id


def test_who_comes_by_an_ended_link_gets_410_and_the_way_to_a_new_one_on_every_page(shopper: Client, order):
    with clock.shifted(LATER):
        for path in ("", "/state", "/papers/invoice", "/return", "/returns/R1/label", "/address"):
            answer = shopper.get(f"{here(order)}{path}?t={order.token}")
            assert answer.status_code == 410, path
            assert "Send a new link" in answer.content.decode()
            assert "no-store" in answer["Cache-Control"]
            assert "Linen shirt" not in answer.content.decode()
            assert order.email not in answer.content.decode()
        for path in ("/cancel", "/return", "/lost", "/again", "/links/end", "/passkey"):
            assert shopper.post(f"{here(order)}{path}", {"t": order.token}).status_code == 410, path
    assert Order.objects.get(pk=order.id).status == "delivered"


def test_a_guessed_link_and_a_number_that_is_none_look_the_same(shopper: Client, order, django_assert_num_queries):
    with clock.shifted(LATER):
        shown = [shopper.get(f"/en-US/orders/{number}?t=guess") for number in (order.number, "NONE-0000")]
        assert [one.status_code for one in shown] == [404, 404]
        assert shown[0].content == shown[1].content
        for number in (order.number, "NONE-0000"):
            with django_assert_num_queries(2), pytest.raises(OrderNotFound):
                orders.order_for(number=number, person_id=None, token="guess")


def test_a_program_is_told_that_a_link_has_ended(shopper: Client, order):
    with clock.shifted(LATER):
        answer = shopper.get(f"/api/v1/orders/{order.number}?token={order.token}")
    assert (answer.status_code, answer.json()["code"]) == (410, "order_link_ended")


def test_an_ended_link_asks_for_a_new_one_which_goes_to_the_orders_own_address_only(shopper: Client, order):
    with clock.shifted(LATER):
        said = shopper.post("/en-US/orders/link", {"number": order.number, "t": order.token})
        assert "on its way" in said.content.decode()
        assert run_job(order.number, order.token)
        new = token_now(order)
        assert new != order.token
        assert mailed() == [mailed()[0]]
        assert new in mailed()[0]
        assert OutgoingMail.objects.get(template="order_link").to == order.email
        assert shopper.get(f"{here(order)}?t={new}").status_code == 200
        assert shopper.get(f"{here(order)}?t={order.token}").status_code == 410


def test_whoever_asks_learns_nothing_by_text_or_statements(shopper: Client, order, django_assert_num_queries):
    asked = [
        {"number": order.number, "email": order.email},
        {"number": order.number, "email": "other@example.com"},
        {"number": "NONE-0000", "email": order.email},
        {"number": order.number, "t": "guess"},
    ]
    shopper.post("/en-US/orders/link", asked[0])
    shown = []
    for form in asked:
        rates._windows.clear()
        with django_assert_num_queries(1):  # the job's row
            shown.append(shopper.post("/en-US/orders/link", form))
    assert {one.status_code for one in shown} == {200}
    assert len({one.content for one in shown}) == 1
    assert not run_job(order.number, "guess")
    assert not run_job("NONE-0000", order.email)
    assert not mailed()


def test_the_address_of_the_order_in_any_case_brings_the_link_that_is_alive_and_ends_none(order):
    assert run_job(order.number, order.email.lower())
    assert token_now(order) == order.token
    assert order.token in mailed()[0]


def test_asking_again_and_again_mails_once_in_ten_minutes(order):
    assert run_job(order.number, order.email.lower())
    assert not run_job(order.number, order.email.lower())
    with clock.shifted(timedelta(minutes=11)):
        assert run_job(order.number, order.email.lower())
    assert len(mailed()) == 2


def test_one_address_asks_five_times_a_minute(shopper: Client, order):
    found = [shopper.post("/en-US/orders/link", {"number": "NONE-0000", "email": "a@example.com"}) for _ in range(6)]
    assert [one.status_code for one in found] == [200] * 5 + [429]


@pytest.mark.parametrize("number", ["x" * 5000, "💥", "' OR 1=1 --"])
def test_numbers_that_are_none_break_nothing(shopper: Client, order, number: str):
    answer = shopper.post("/en-US/orders/link", {"number": number, "email": "a@example.com"})
    assert answer.status_code == 200


def test_a_guest_ends_a_leaked_link_at_once_and_finds_the_new_one_in_the_mailbox(shopper: Client, order):
    page = shopper.get(f"{here(order)}?t={order.token}").content.decode()
    assert f'action="{here(order)}/links/end"' in page
    answer = shopper.post(f"{here(order)}/links/end", {"t": order.token})
    assert answer.status_code == 200
    assert token_now(order) not in answer.content.decode()
    assert token_now(order) in mailed()[0]
    assert shopper.get(f"{here(order)}?t={order.token}").status_code == 410
    assert EndedLink.objects.get().digest == digest_of(order.token)


def test_an_owner_ends_all_links_stays_in_and_nothing_is_mailed(order):
    ada = make_person(email="ada@example.com")
    orders.claim(number=order.number, token=order.token, person_id=ada.pk)
    inside, stranger = signed_in(ada), signed_in(make_person(email="eve@example.com"))
    assert stranger.post(f"{here(order)}/links/end", {"t": "guess"}).status_code == 404
    assert stranger.post(f"{here(order)}/links/end").status_code == 404
    answer = inside.post(f"{here(order)}/links/end", {"t": order.token})
    assert "All links of this order have ended." in inside.get(answer["Location"]).content.decode()
    assert Client().get(f"{here(order)}?t={order.token}").status_code == 410
    assert not mailed()


def test_an_owner_needs_no_link_and_an_old_one_does_not_shut_them_out(order):
    ada = make_person(email="ada@example.com")
    orders.claim(number=order.number, token=order.token, person_id=ada.pk)
    inside = signed_in(ada)
    with clock.shifted(LATER):
        assert orders.order_for(number=order.number, person_id=ada.pk, token=order.token).id == order.id
    assert inside.get(f"{here(order)}?t={order.token}").status_code == 200


def test_an_ended_link_brings_no_order_into_an_account(order):
    with clock.shifted(LATER), pytest.raises(OrderNotFound):
        orders.claim(number=order.number, token=order.token, person_id=make_person().pk)


def test_money_back_after_the_link_ended_is_told_with_a_link_that_opens(order):
    line = orders.RefundLine(order.lines[0].id, 1)
    with clock.shifted(LATER):
        orders.refund_order(order_id=order.id, lines=[line], shipping_too=False, reason="x", key="k", actor_id=None)
        told = OutgoingMail.objects.get(template="order_refunded").context["link"]
        assert order.token not in told
        assert orders.order_for(number=order.number, person_id=None, token=told.partition("t=")[2]).id == order.id


def test_a_number_and_its_ended_link_of_another_order_open_nothing(shopper: Client, order):
    other = paid_order(sell(5))
    orders.end_links(order_id=other.id, actor_id=None, mailed=False)
    assert shopper.get(f"{here(order)}?t={other.token}").status_code == 404
