"""Buying: all or nothing, once per key, never for another total than was shown."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.http.idempotency import BadIdempotencyKey
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.supply.inventory.models import Reservation
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders.models import Order
from glocal.transaction.payments.models import Payment
from tests.factories.catalog import make_product
from tests.factories.inventory import free, stock
from tests.factories.sale import BANGKOK, address, request_for, sell, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def nothing_was_kept(variant_id, units=10):
    return (
        not Order.objects.exists()
        and not Payment.objects.exists()
        and not Reservation.objects.exists()
        and not OutboxEvent.objects.filter(name__startswith="orders.").exists()
        and free(variant_id) == units
    )


def test_a_purchase_reserves_its_stock_and_writes_order_evidence_payment_and_event():
    variant_id = sell(10)
    bought = checkout.buy(request_for(wanted(variant_id, 3)))
    order = Order.objects.get(pk=bought.order_id)
    assert (order.status, order.number) == ("placed", bought.number)
    assert order.total == Money(
        order.goods_minor + order.shipping_minor + order.tax_added_minor + order.duty_minor + order.fees_minor, "USD"
    )
    assert free(variant_id) == 7
    assert Payment.objects.get(order_id=order.pk).amount_minor == order.total_minor
    assert OutboxEvent.objects.filter(name="orders.OrderPlaced", key=str(order.pk)).count() == 1


def test_the_lines_of_an_order_with_their_tax_and_duty_sum_to_its_totals():
    first, second = sell(10, weight_g=700), sell(10, prices={"US": 333, "TH": 333_00})
    request = request_for((*wanted(first, 3), *wanted(second, 7)))
    order = Order.objects.get(pk=checkout.buy(request).order_id)
    lines = list(order.lines.all())
    assert sum(line.line_minor for line in lines) == order.goods_minor
    assert sum(line.duty_minor for line in lines) == order.duty_minor
    assert sum(line.tax_minor for line in lines) <= order.tax_added_minor


def test_the_same_key_from_the_same_buyer_is_the_same_order():
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    first, second = checkout.buy(request), checkout.buy(request)
    assert (first.order_id, first.payment_id) == (second.order_id, second.payment_id)
    assert free(variant_id) == 9


def test_the_same_key_from_another_buyer_is_another_order():
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    other = replace(request, buyer=checkout.Buyer(uuid7()))
    assert checkout.buy(request).order_id != checkout.buy(other).order_id


@pytest.mark.parametrize("difference", [-1, 1, -1000, 10**9])
def test_a_tampered_or_stale_total_buys_nothing_and_says_the_new_one(difference):
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    with pytest.raises(checkout.TotalChanged) as refusal:
        checkout.buy(replace(request, expected_total=request.expected_total + difference))
    assert refusal.value.details["total"].minor == request.expected_total
    assert nothing_was_kept(variant_id)


def test_a_price_that_changed_between_looking_and_buying_is_refused():
    from glocal.content.catalog import facade as catalog

    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    catalog.set_prices([catalog.PriceChange(variant_id, "US", Money(2999, "USD"))])
    with pytest.raises(checkout.TotalChanged):
        checkout.buy(request)
    assert nothing_was_kept(variant_id)


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**12])
def test_a_quantity_that_is_none_names_the_field(quantity):
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    with pytest.raises(checkout.BadQuantity) as refusal:
        checkout.buy(replace(request, lines=wanted(variant_id, quantity)))
    assert refusal.value.field == "quantity"
    assert nothing_was_kept(variant_id)


def test_unknown_hidden_and_unpriced_variants_look_the_same():
    variant_id = sell(10)
    only_thai = make_product(prices={"TH": 59_900}).variant_id
    stock(5, code="US-LAX", variant_id=only_thai)
    request = request_for(wanted(variant_id))
    for unsold in (uuid4(), only_thai):
        with pytest.raises(checkout.NotForSale) as refusal:
            checkout.buy(replace(request, lines=wanted(unsold)))
        assert refusal.value.code == "not_for_sale"
    assert nothing_was_kept(variant_id)


def test_more_than_there_is_says_how_many_are_left():
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    with pytest.raises(checkout.SoldOut) as refusal:
        checkout.buy(replace(request, lines=wanted(variant_id, 11)))
    assert refusal.value.details["available"] == 10
    assert nothing_was_kept(variant_id)


def test_two_lines_of_one_variant_count_together():
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    with pytest.raises(checkout.SoldOut):
        checkout.buy(replace(request, lines=wanted(variant_id, 6) + wanted(variant_id, 5)))
    assert nothing_was_kept(variant_id)


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a b@example.com", "x" * 300 + "@example.com"])
def test_an_address_no_mail_reaches_is_refused(email):
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    with pytest.raises(checkout.BadEmail):
        checkout.buy(replace(request, email=email))
    assert nothing_was_kept(variant_id)


def test_a_method_the_market_does_not_have_is_refused():
    variant_id = sell(10)
    with pytest.raises(checkout.UnknownMethod):
        checkout.buy(replace(request_for(wanted(variant_id)), method="cheque"))


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with space 123"])
def test_a_key_that_is_none_is_refused(key):
    variant_id = sell(10)
    with pytest.raises(BadIdempotencyKey):
        checkout.buy(replace(request_for(wanted(variant_id)), key=key))


def test_an_empty_cart_buys_nothing():
    variant_id = sell(10)
    with pytest.raises(checkout.CartEmpty):
        checkout.buy(replace(request_for(wanted(variant_id)), lines=None))


def test_buying_the_cart_empties_only_ones_own():
    from glocal.platform.markets import facade as markets

    variant_id, market = sell(10), markets.get("US")
    mine, theirs = checkout.Buyer(uuid7()), checkout.Buyer(uuid7())
    for buyer in (mine, theirs):
        checkout.add(buyer=buyer, market=market, variant_id=variant_id, quantity=2)
    request = replace(request_for(wanted(variant_id, 2)), lines=None, buyer=mine)
    checkout.buy(request)
    assert (checkout.cart_count(mine), checkout.cart_count(theirs)) == (0, 2)


def test_a_purchase_is_one_transaction_of_at_most_twelve_statements():
    variant_id = sell(50)
    request = request_for(wanted(variant_id))
    checkout.buy(request)  # rate tables and tax rules are warm now, as in any process that has sold once
    with CaptureQueriesContext(connection) as captured:
        checkout.buy(replace(request, key=f"test-{uuid4()}"))
    assert len(captured) <= 12, [query["sql"][:80] for query in captured]


def test_what_the_cart_shows_is_what_is_charged_in_a_market_with_tax_inside():
    variant_id = sell(10, warehouse="TH-BKK", prices={"TH": 59_900})
    request = request_for(wanted(variant_id, 2), market="TH", address=address(BANGKOK, "TH"))
    order = Order.objects.get(pk=checkout.buy(request).order_id)
    assert order.total_minor == request.expected_total
    assert order.currency == "THB"
    assert order.tax_included_minor > 0


def test_the_same_key_with_other_details_is_refused_and_names_the_order_there_is():
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    bought = checkout.buy(request)
    other = request_for(wanted(variant_id, 2), key=request.key, buyer=request.buyer)
    for changed in (other, replace(request, email="eve@example.com"), replace(request, expected_total=1)):
        with pytest.raises(checkout.AlreadyPlaced) as refusal:
            checkout.buy(changed)
        assert (refusal.value.code, refusal.value.details["number"]) == ("idempotency_key_reused", bought.number)
    assert checkout.buy(replace(request, return_url="http://localhost/elsewhere")).number == bought.number
    assert Order.objects.count() == 1


def test_an_order_keeps_the_rows_that_its_shipping_was_charged_by():
    from glocal.supply.shipping.models import RateRow

    bought = checkout.buy(request_for(wanted(sell(10, warehouse="CN-SZX"))))
    (parcel,) = Order.objects.get(pk=bought.order_id).parcels
    row = RateRow.objects.get(pk=parcel["rate"]["row_id"])
    assert row.service_id == parcel["service_code"]
    assert parcel["rate"]["price"]["minor"] == row.price_minor
    assert parcel["rate"]["fx_rate"] is None or parcel["rate"]["fx_source"]
