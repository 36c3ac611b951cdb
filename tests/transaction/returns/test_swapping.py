"""Another variant for a paid order that nobody packs: stock, parcel, taxes and letter follow, and no money moves."""

from uuid import uuid4

import pytest

from glocal.content.catalog.models import Offer
from glocal.platform.audit.models import AuditEntry
from glocal.platform.mail.models import OutgoingMail
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.invoices import facade as invoices
from glocal.transaction.invoices.models import Paper
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order
from glocal.transaction.returns import facade as returns
from glocal.transaction.tax import facade as tax
from tests.factories.inventory import free
from tests.transaction.checkout.test_concurrency import at_once, kinds
from tests.transaction.returns.conftest import delivered_order, paid_order, send, two_sizes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


@pytest.fixture
def sizes():
    return two_sizes()


def swap(order, variant_id):
    returns.swap_variant(order=order, line_id=order.lines[0].id, variant_id=variant_id, actor_id=None)


def offered(order):
    return [one.variant_id for one in returns.variants_for(order, order.lines[0])]


def test_another_size_takes_its_stock_and_gives_the_old_back_and_goes_out(sizes):
    small, large = sizes
    order = paid_order(small, 2)
    assert offered(order) == [large]
    swap(order, large)
    after = orders.order_by_id(order.id)
    assert [(line.variant_id, line.sku, line.quantity) for line in after.lines] == [(large, "CUP-L", 2)]
    assert (free(small), free(large)) == (2, 0)
    assert (after.totals, after.refunded) == (order.totals, order.refunded)
    (parcel,) = shipping.track(order.id)
    assert parcel.lines == ((large, 2),)
    assert [one.sku for one in shipping.contents_of(parcel.id)] == ["CUP-L"]
    assert not inventory.discrepancies()
    send(order)
    assert orders.order_by_id(order.id).status == "shipped"
    assert not inventory.discrepancies()


def test_taxes_are_quoted_anew_and_come_to_the_same(sizes):
    small, large = sizes
    order = paid_order(small)
    before = tax.evidence_of(order.id)
    swap(order, large)
    after = tax.evidence_of(order.id)
    assert str(small) in str(before["request"]["goods"])
    assert str(large) in str(after["request"]["goods"])
    assert str(small) not in str(after["request"]["goods"])
    assert tax.replay(after).tax_added == order.totals.tax_added


def test_the_buyer_is_told_and_the_trail_keeps_who_did_it(sizes):
    order = paid_order(sizes[0])
    swap(order, sizes[1])
    told = OutgoingMail.objects.get(template="order_swapped").context
    assert (told["before"], told["after"]) == ("Size Small", "Size Large")
    entry = AuditEntry.objects.get(action="orders.swap_variant")
    assert (entry.before, entry.after["sku"]) == ({"sku": "CUP-S"}, "CUP-L")


def test_changing_forth_and_back_and_refunding_all_gives_back_exactly_what_was_paid(sizes):
    small, large = sizes
    order = paid_order(small, 2)
    for variant_id in (large, small, large):
        swap(orders.order_by_id(order.id), variant_id)
    orders.cancel_order(order_id=order.id, reason="x", actor_id=None)
    assert Order.objects.get().refunded_minor == order.totals.total.minor
    assert (free(small), free(large)) == (2, 2)
    assert not inventory.discrepancies()


def test_the_same_variant_again_changes_nothing(sizes):
    order = paid_order(sizes[0])
    swap(order, sizes[0])
    assert not OutgoingMail.objects.filter(template="order_swapped").exists()


def test_a_dearer_or_cheaper_variant_is_not_offered_and_refused(sizes):
    small, large = sizes
    order = paid_order(small)
    for minor in (1, 999_999):
        Offer.objects.filter(variant_id=large, market="US").update(price_minor=minor)
        assert offered(order) == []
        with pytest.raises(returns.CannotSwap):
            swap(order, large)
    assert (free(small), free(large)) == (1, 2)


def test_what_is_no_variant_of_the_product_is_refused_and_nothing_changes(sizes):
    order = paid_order(sizes[0])
    with pytest.raises(returns.CannotSwap):
        swap(order, uuid4())
    assert orders.order_by_id(order.id).lines == order.lines


def test_an_order_being_packed_or_gone_or_invoiced_stays_as_it_is(sizes):
    small, large = sizes
    packing = paid_order(small)
    shipping.start_picking(shipping.track(packing.id)[0].id, actor_id=None)
    with pytest.raises(shipping.ShipmentCannotChange):
        swap(packing, large)
    gone = delivered_order(small)
    with pytest.raises(orders.OrderCannotChange):
        swap(gone, large)
    assert free(large) == 2


def test_an_invoice_that_is_issued_says_what_was_bought_for_good(sizes):
    small, large = sizes
    order = paid_order(small)
    invoices.issue_for(order)
    with pytest.raises(returns.InvoiceIssued):
        swap(order, large)
    assert (free(small), free(large)) == (1, 2)
    assert orders.order_by_id(order.id).lines == order.lines


def test_an_invoice_after_the_change_names_the_new_variant_whatever_was_read_before_it(sizes):
    order = paid_order(sizes[0])
    swap(order, sizes[1])
    invoices.issue_for(order)
    said = str(Paper.objects.get().content)
    assert "CUP-L" in said
    assert "CUP-S" not in said


def test_a_picker_and_a_change_at_once_agree_on_what_is_in_the_parcel(sizes):
    small, large = sizes
    order = paid_order(small)
    (parcel,) = shipping.track(order.id)
    results = at_once([lambda: swap(order, large), lambda: shipping.start_picking(parcel.id, actor_id=None)], threads=2)
    assert set(kinds(results)) <= {"NoneType", "ShipmentCannotChange"}
    line = orders.order_by_id(order.id).lines[0]
    assert shipping.track(order.id)[0].lines == ((line.variant_id, 1),)
    assert not inventory.discrepancies()


def test_the_last_unit_goes_to_one_of_those_who_change_to_it_at_once(sizes):
    small, large = sizes
    paid_order(large)
    mine, other = paid_order(small), paid_order(small)
    results = at_once([lambda: swap(mine, large), lambda: swap(other, large)], threads=2)
    assert kinds(results) == {"NoneType": 1, "CannotSwap": 1}
    assert (free(small), free(large)) == (1, 0)
    assert not inventory.discrepancies()


def test_two_who_change_crosswise_do_not_lock_each_other_out(sizes):
    small, large = sizes
    mine, other = paid_order(small), paid_order(large)
    results = at_once([lambda: swap(mine, large), lambda: swap(other, small)], threads=2)
    assert kinds(results) == {"NoneType": 2}
    assert (free(small), free(large)) == (1, 1)
    assert not inventory.discrepancies()
