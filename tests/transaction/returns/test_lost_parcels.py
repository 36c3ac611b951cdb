"""A parcel that never came: told of once, not too early, sent again or refunded once."""

from datetime import timedelta

import pytest

from glocal.platform.kernel import clock
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders.models import OrderLine, OrderRefund
from glocal.transaction.returns import claims
from glocal.transaction.returns import facade as returns
from glocal.transaction.returns.models import LostParcel
from tests.factories.inventory import free
from tests.factories.sale import sell
from tests.transaction.checkout.test_concurrency import at_once, kinds
from tests.transaction.returns.conftest import deliver, paid_order, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]
LATE = timedelta(days=90)


@pytest.fixture
def goods():
    return sell(5)


@pytest.fixture
def order(goods):
    made = paid_order(goods, 2)
    send(made)
    return made


def claim(order, want="resend"):
    (parcel,) = shipping.track(order.id)
    with clock.shifted(LATE):
        return returns.claim_lost(order=order, parcel=parcel.number, want=want)


def test_a_parcel_is_given_its_time(order):
    (parcel,) = shipping.track(order.id)
    with pytest.raises(returns.ClaimTooEarly):
        returns.claim_lost(order=order, parcel=parcel.number, want="refund")
    assert claim(order).status == "open"


@pytest.mark.parametrize("parcel", ["NONE-0000-1", "\0", ""])
def test_a_parcel_that_is_not_the_order_s_or_has_arrived_is_not_lost(order, parcel):
    with clock.shifted(LATE), pytest.raises(returns.ClaimNotPossible):
        returns.claim_lost(order=order, parcel=parcel, want="refund")
    deliver(order)
    with pytest.raises(returns.ClaimNotPossible):
        claim(order)


def test_telling_it_many_times_at_once_is_one_claim(order):
    results = at_once([lambda: claim(order) for _ in range(4)], threads=4)
    assert kinds(results) == {"ClaimView": 4}
    assert LostParcel.objects.count() == 1


def test_it_is_sent_again_once_with_the_same_goods(order, goods):
    made = claim(order)
    results = at_once([lambda: claims.resend(made.id, actor_id=None) for _ in range(3)], threads=3)
    assert kinds(results) == {"NoneType": 1, "ReturnCannotChange": 2}
    (parcel,) = shipping.track(made.id)
    assert parcel.lines == ((goods, 2),)
    assert free(goods) == 5 - 2 - 2


def test_it_is_refunded_whole_with_its_delivery(order):
    made = claim(order, "refund")
    claims.refund(made.id, actor_id=None)
    with pytest.raises(returns.ReturnCannotChange):
        claims.resend(made.id, actor_id=None)
    refund = OrderRefund.objects.get()
    assert refund.amount_minor == order.totals.total.minor
    assert OrderLine.objects.get().refunded_quantity == 2


def test_without_stock_it_stays_open_for_a_refund(order, goods):
    made = claim(order)
    warehouse = next(iter(inventory.stock_at([goods])[goods])).warehouse_id
    inventory.adjust(variant_id=goods, warehouse_id=warehouse, quantity=-2, reason="broken", actor_id=None)
    with pytest.raises(inventory.OutOfStock):
        claims.resend(made.id, actor_id=None)
    assert LostParcel.objects.get().status == "open"
