"""The returns desk: who may work at it, and what its steps do."""

import pytest

from glocal.platform.console.records import list_url, record_url
from glocal.platform.kernel.ids import uuid7
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import OrderRefund
from glocal.transaction.returns import facade as returns
from glocal.transaction.returns.models import LostParcel, Return
from tests.factories.sale import sell
from tests.transaction.returns.conftest import delivered_order, send
from tests.web.console.conftest import operator, paid_order, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


@pytest.fixture
def returned():
    order = delivered_order(sell(5), 2)
    line = returns.Asked(order.lines[0].id, 2)
    returns.request_return(order=order, lines=[line], reason="too_big", note="", photos=(), key="k")
    return Return.objects.get()


def test_a_return_is_booked_in_and_settled_at_the_desk(manager, returned, step):
    page = record_url("returns.return", returned.pk)
    assert returned.number in manager.get(page).content.decode()
    line = returned.lines.get()
    assert step(manager, page, "receive", **{f"good-{line.pk}": "1"}).status_code == 302
    assert step(manager, page, "settle").status_code == 302
    returned.refresh_from_db()
    assert (returned.status, returned.lines.get().sellable_quantity) == ("refunded", 1)
    assert OrderRefund.objects.count() == 1
    assert step(manager, page, "settle").status_code != 302 or OrderRefund.objects.count() == 1


def test_a_parcel_that_never_came_is_sent_again_at_the_desk(manager, step):
    order = paid_order(1)
    send(orders.order_by_id(order.pk))
    (parcel,) = shipping.track(order.pk)
    made = LostParcel.objects.create(
        shipment_id=parcel.id, order_id=order.pk, parcel=parcel.number, market="US", want="resend"
    )
    desk = manager.get(record_url("returns.lostparcel", made.pk)).content.decode()
    for place in (record_url("orders.order", order.pk), record_url("shipping.shipment", parcel.id)):
        assert f'<a href="{place}">' in desk
    assert step(manager, record_url("returns.lostparcel", made.pk), "resend").status_code == 302
    again = shipping.track(order.pk)[1]
    assert again.instead_of == parcel.id
    order_page = record_url("orders.order", order.pk)
    assert order_page in manager.get(record_url("shipping.shipment", again.id)).content.decode()
    assert again.number in manager.get(order_page).content.decode()


@pytest.mark.parametrize(
    ("roles", "seen"),
    [((), False), ((("sea", "manager"),), False), ((("na", "viewer"),), True), ((("na", "orders"),), True)],
)
def test_only_operators_of_the_market_see_it_and_only_roles_that_may_work_it(returned, step, roles, seen):
    client = signed_in(operator("someone@glocal.test", *roles))
    page = record_url("returns.return", returned.pk)
    assert (client.get(page).status_code == 200) == seen
    assert (returned.number in client.get(list_url("returns.return")).content.decode()) == seen
    step(client, page, "receive")
    returned.refresh_from_db()
    assert returned.status == "approved"
    assert client.get(record_url("returns.return", uuid7())).status_code in (302, 404)
