"""Return windows by law: goods left out, and the outbound delivery that comes back with a whole order."""

from datetime import timedelta

import pytest

from glocal.content.catalog import facade as catalog
from glocal.content.catalog.models import Product
from glocal.platform.kernel import clock
from glocal.platform.mail.models import OutgoingMail
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order, OrderRefund
from glocal.transaction.returns import facade as returns
from tests.factories.sale import sell
from tests.transaction.returns.conftest import delivered_order
from tests.transaction.returns.test_returning import ask, photo, sellable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


def settled(order, units, **asked):
    made = ask(order, units, **asked)
    returns.receive(made.id, sellable=sellable(made.id, units), actor_id=None)
    returns.settle(made.id, actor_id=None)


def of_market(order, code):
    """The same order as if it had been sold there: what was charged stays."""
    Order.objects.filter(pk=order.id).update(market=code)
    return orders.order_by_id(order.id)


@pytest.mark.parametrize(("code", "back"), [("DE", True), ("US", False), ("MX", False)])
def test_a_whole_order_brings_its_delivery_back_where_the_law_says_so(code, back):
    order = of_market(delivered_order(sell(5), 2), code)
    settled(order, 2)
    refund = OrderRefund.objects.get()
    charged = order.totals.total - order.totals.goods
    assert (refund.shipping_minor > 0) is back
    assert Order.objects.get().refunded_minor == refund.amount_minor
    if back:
        assert refund.amount_minor == order.totals.total.minor
    assert charged.minor > 0


def test_a_part_brings_no_delivery_back_and_the_last_part_does():
    order = of_market(delivered_order(sell(5), 2), "DE")
    settled(order, 1)
    assert OrderRefund.objects.get().shipping_minor == 0
    settled(order, 1)
    assert Order.objects.get().refunded_minor == order.totals.total.minor
    assert sorted(OrderRefund.objects.values_list("shipping_minor", flat=True))[0] == 0


def test_what_is_left_out_is_refused_for_a_change_of_mind_and_taken_when_it_is_faulty():
    order = delivered_order(sell(5, category="home/cups"), 2)
    assert set(catalog.return_kinds_of([order.lines[0].product_id]).values()) == {""}
    _left_out(order, "made_to_order")
    with pytest.raises(returns.NotForReturn):
        ask(order)
    assert ask(order, reason="damaged", photos=[photo()]).status == "requested"


def test_a_kind_is_that_of_the_category_above_unless_a_category_has_its_own():
    order = delivered_order(sell(5, category="home/cups"))
    _left_out(order, "sealed", above=True)
    assert catalog.return_kinds_of([order.lines[0].product_id]) == {order.lines[0].product_id: "sealed"}
    _left_out(order, "digital")
    assert catalog.return_kinds_of([order.lines[0].product_id]) == {order.lines[0].product_id: "digital"}
    assert ask(order, reason="damaged", photos=[photo()]).status == "requested"


def _left_out(order, kind, *, above=False):
    path = Product.objects.get(pk=order.lines[0].product_id).category.path
    wanted = path.split("/")[0] if above else path
    catalog.save_categories([catalog.CategoryInput(wanted, {"en": "X"}, return_kind=kind)])


def test_the_letter_of_arrival_says_until_when():
    delivered_order(sell(5))
    assert OutgoingMail.objects.get(template="order_delivered").context["until"]


def test_a_day_too_late_by_the_shop_s_promise_is_too_late_where_no_law_gives_more():
    order = delivered_order(sell(5), 2)
    with clock.shifted(timedelta(days=15)), pytest.raises(returns.WindowClosed):
        ask(order)
