"""Things that come back: never more than were bought, and the money or the other variant for them."""

import io
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from glocal.content.media.errors import InvalidImage
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.mail.models import OutgoingMail
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import OrderLine, OrderRefund
from glocal.transaction.returns import facade as returns
from glocal.transaction.returns import rules
from glocal.transaction.returns.models import Return, ReturnLine
from tests.factories.inventory import free, warehouse
from tests.factories.sale import request_for, sell
from tests.transaction.checkout.test_concurrency import at_once, kinds
from tests.transaction.invoices.conftest import pay
from tests.transaction.returns.conftest import deliver, delivered_order, paid_order, send, send_one, two_sizes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


def photo():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def ask(order, units=1, reason="changed_mind", exchange=None, photos=(), key=None):
    return returns.request_return(
        order=order,
        lines=[returns.Asked(order.lines[0].id, units, exchange)],
        reason=reason,
        note="",
        photos=photos,
        key=key or str(uuid4()),
    )


def letters():
    return set(OutgoingMail.objects.filter(template__startswith="return_").values_list("template", flat=True))


def line_of(order):
    return OrderLine.objects.get(order=order.id)


def sellable(number, units):
    return {line.pk: units for line in ReturnLine.objects.filter(returned=number)}


@pytest.mark.parametrize(("before", "after"), sorted(product(Return.Status.values, repeat=2)))
def test_the_database_takes_exactly_the_steps_of_the_table(before, after):
    row = Return.objects.create(
        number="X", key="x", order_id=uuid7(), market="US", currency="USD", status=before, warehouse_id=uuid7()
    )
    rows = Return.objects.filter(pk=row.pk)
    if before == after or (before, after) in rules.TRANSITIONS:
        assert rows.update(status=after) == 1
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(status=after)


def test_a_change_of_mind_is_approved_received_and_refunded_and_what_is_good_is_on_sale_again():
    variant_id = sell(5)
    order = delivered_order(variant_id, 3)
    made = ask(order, 2)
    assert made.status == "approved"
    returns.receive(made.id, sellable=sellable(made.id, 1), actor_id=None)
    assert free(variant_id) == 5 - 3 + 1
    returns.settle(made.id, actor_id=None)
    line = line_of(order)
    assert (line.refunded_quantity, line.returning_quantity) == (2, 0)
    refund = OrderRefund.objects.get()
    assert [one["quantity"] for one in refund.lines] == [2]
    assert returns.returns_of(order.id)[0].status == "refunded"


def test_three_returns_at_once_of_two_units_take_two_units():
    order = delivered_order(sell(5), 2)
    results = at_once([lambda: ask(order) for _ in range(3)], threads=3)
    assert kinds(results) == {"ReturnView": 2, "ReturnTooMuch": 1}
    assert line_of(order).returning_quantity == 2


def test_one_form_sent_many_times_is_one_return():
    order = delivered_order(sell(5), 2)
    for _ in range(3):
        ask(order, key="same")
    assert Return.objects.count() == 1


@pytest.mark.parametrize("bought", [1, 3])
def test_one_form_sent_at_once_is_one_return(bought):
    order = delivered_order(sell(5), bought)
    results = at_once([lambda: ask(order, key="same") for _ in range(3)], threads=3)
    assert kinds(results) == {"ReturnView": 3}
    assert Return.objects.count() == 1
    assert line_of(order).returning_quantity == 1


def test_returns_of_one_order_at_once_have_numbers_of_their_own():
    order = delivered_order(sell(9), 4)
    assert kinds(at_once([lambda: ask(order) for _ in range(4)], threads=4)) == {"ReturnView": 4}
    assert sorted(one.number[-3:] for one in returns.returns_of(order.id)) == ["-R1", "-R2", "-R3", "-R4"]


@pytest.mark.parametrize("units", [0, -1, 3, 10**9])
def test_more_than_was_bought_or_less_than_one_is_refused_and_nothing_changes(units):
    order = delivered_order(sell(5), 2)
    with pytest.raises(orders.ReturnTooMuch):
        ask(order, units)
    assert not Return.objects.exists()
    assert line_of(order).returning_quantity == 0


def test_what_was_refunded_cannot_come_back_and_what_comes_back_cannot_be_refunded_as_well():
    order = delivered_order(sell(5), 2)
    wanted = {"order_id": order.id, "shipping_too": False, "reason": "x", "actor_id": None}
    line_id = order.lines[0].id
    orders.refund_order(lines=[orders.RefundLine(line_id, 1)], key="a", **wanted)
    ask(order)
    with pytest.raises(orders.ReturnTooMuch):
        ask(order)
    with pytest.raises(orders.RefundTooMuch):
        orders.refund_order(lines=[orders.RefundLine(line_id, 1)], key="b", **wanted)


def test_five_returns_of_an_order_are_asked_for_in_a_day_and_more_the_next():
    order = delivered_order(sell(9), 2)
    for _ in range(5):
        made = ask(order)
        returns.withdraw(order_id=order.id, number=made.number)
    with pytest.raises(returns.TooManyReturns):
        ask(order)
    assert line_of(order).returning_quantity == 0
    with clock.shifted(timedelta(days=1)):
        assert ask(order).status == "approved"


def test_of_many_returns_at_once_only_as_many_as_a_day_allows_are_made():
    order = delivered_order(sell(9), 7)
    for _ in range(3):
        ask(order)
    results = at_once([lambda: ask(order) for _ in range(4)], threads=4)
    assert kinds(results) == {"ReturnView": 2, "TooManyReturns": 2}


def test_a_line_of_another_order_is_refused():
    variant_id = sell(9)
    mine, other = delivered_order(variant_id), delivered_order(variant_id)
    with pytest.raises(orders.ReturnTooMuch):
        returns.request_return(
            order=mine,
            lines=[returns.Asked(other.lines[0].id, 1)],
            reason="changed_mind",
            note="",
            photos=(),
            key="k",
        )
    assert line_of(other).returning_quantity == 0


def test_the_window_is_the_market_s_and_longer_for_what_is_our_fault():
    order = delivered_order(sell(5), 2)
    with clock.shifted(timedelta(days=14)):
        ask(order)
    with clock.shifted(timedelta(days=16)):
        with pytest.raises(returns.WindowClosed):
            ask(order)
        assert ask(order, reason="damaged", photos=[photo()]).status == "requested"


def test_what_was_not_delivered_cannot_be_sent_back():
    with pytest.raises(returns.NotDelivered):
        ask(paid_order(sell(5)))


def test_a_fault_needs_a_photo_that_is_one_and_not_too_many():
    order = delivered_order(sell(5), 2)
    for photos, error in (
        ((), returns.PhotosMissing),
        ((b"<svg onload=alert(1)>",), InvalidImage),
        ((photo(),) * 6, returns.TooManyPhotos),
    ):
        with pytest.raises(error):
            ask(order, reason="damaged", photos=photos)
    assert line_of(order).returning_quantity == 0


def test_a_refused_or_withdrawn_return_lets_its_units_go():
    order = delivered_order(sell(5), 2)
    refused = ask(order, 2, reason="damaged", photos=[photo()])
    returns.refuse(refused.id, answer="The photo shows another cup.", actor_id=None)
    assert letters() == {"return_refused"}
    kept = ask(order, 2)
    returns.withdraw(order_id=order.id, number=kept.number)
    with pytest.raises(returns.ReturnCannotChange):
        returns.withdraw(order_id=order.id, number=kept.number)
    assert line_of(order).returning_quantity == 0


def test_a_fault_gives_the_delivery_back_too():
    order = delivered_order(sell(5), 2)
    made = ask(order, reason="wrong_item", photos=[photo()])
    returns.approve(made.id, actor_id=None)
    returns.receive(made.id, sellable={}, actor_id=None)
    returns.settle(made.id, actor_id=None)
    assert OrderRefund.objects.get().shipping_minor > 0


@pytest.fixture
def sizes():
    return two_sizes()


def test_an_exchange_holds_the_other_variant_and_sends_it_once_the_goods_are_in(sizes):
    small, large = sizes
    order = delivered_order(small)
    (line,) = returns.returnable(order)
    assert [choice.variant_id for choice in line.choices] == [large]
    made = ask(order, reason="too_small", exchange=large)
    assert free(large) == 2 - 1
    assert len(shipping.track(order.id)) == 1
    returns.receive(made.id, sellable=sellable(made.id, 1), actor_id=None)
    returns.settle(made.id, actor_id=None)
    _first, parcel = shipping.track(order.id)
    assert (parcel.lines, parcel.owner_id, parcel.in_exchange) == (((large, 1),), made.id, True)
    send_one(parcel)
    assert free(large) == 2 - 1
    assert not inventory.discrepancies()
    assert orders.order_by_id(order.id).status == "delivered"
    assert returns.returns_of(order.id)[0].status == "exchanged"
    assert letters() == {"return_received", "return_exchanged"}
    assert not OrderRefund.objects.exists()


def test_an_order_of_two_warehouses_goes_back_to_the_near_one_and_each_exchange_leaves_from_its_own(sizes):
    near, near_large = sizes
    far = sell(3, warehouse="CN-SZX")
    bought = checkout.buy(request_for((checkout.Wanted(near, 1), checkout.Wanted(far, 2))))
    pay(bought)
    order = orders.order_by_id(bought.order_id)
    send(order)
    deliver(order)
    order = orders.order_by_id(order.id)
    assert {parcel.ship_from for parcel in shipping.track(order.id)} == {"US", "CN"}
    line = {one.variant_id: one.id for one in order.lines}
    asked = [returns.Asked(line[far], 2), returns.Asked(line[near], 1, near_large)]
    made = returns.request_return(order=order, lines=asked, reason="too_small", note="", photos=(), key="split")
    assert Return.objects.get().warehouse_id == warehouse("US-LAX").id
    returns.receive(made.id, sellable={}, actor_id=None)
    returns.settle(made.id, actor_id=None)
    (parcel,) = [one for one in shipping.track(order.id) if one.in_exchange]
    assert (parcel.ship_from, parcel.lines) == ("US", ((near_large, 1),))
    send_one(parcel)
    assert not inventory.discrepancies()


def test_what_came_from_far_alone_goes_back_there(sizes):
    near, _large = sizes
    far = sell(3, warehouse="CN-SZX")
    bought = checkout.buy(request_for((checkout.Wanted(near, 1), checkout.Wanted(far, 1))))
    pay(bought)
    order = orders.order_by_id(bought.order_id)
    send(order)
    deliver(order)
    order = orders.order_by_id(order.id)
    line = next(one for one in order.lines if one.variant_id == far)
    returns.request_return(
        order=order, lines=[returns.Asked(line.id, 1)], reason="too_big", note="", photos=(), key="far"
    )
    assert Return.objects.get().warehouse_id == warehouse("CN-SZX").id


def test_the_last_unit_is_exchanged_for_one_of_those_who_ask_at_once(sizes):
    small, large = sizes
    inventory.adjust(variant_id=large, warehouse_id=warehouse_of(large), quantity=-1, reason="lost", actor_id=None)
    made = [delivered_order(small) for _ in range(2)]
    results = at_once([lambda one=one: ask(one, reason="too_small", exchange=large) for one in made], threads=2)
    assert kinds(results) == {"ReturnView": 1, "CannotExchange": 1}
    assert free(large) == 0
    assert Return.objects.count() == 1


def test_an_exchange_that_is_withdrawn_gives_its_stock_back(sizes):
    small, large = sizes
    order = delivered_order(small)
    made = ask(order, exchange=large)
    returns.withdraw(order_id=order.id, number=made.number)
    assert free(large) == 2


def test_anything_else_than_the_choices_is_no_exchange(sizes):
    small, _large = sizes
    order = delivered_order(small)
    for other in (small, sell(5), uuid4()):
        with pytest.raises(returns.CannotExchange):
            ask(order, exchange=other)
    assert line_of(order).returning_quantity == 0


def warehouse_of(variant_id):
    return next(iter(inventory.stock_at([variant_id])[variant_id])).warehouse_id
