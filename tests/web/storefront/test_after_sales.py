"""Care after the sale at the shop's door, without script: for the owner or by the link, and nobody else."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from glocal.platform.kernel import clock
from glocal.platform.mail.models import OutgoingMail
from glocal.supply.shipping import facade as shipping
from glocal.supply.shipping.models import Shipment
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import OrderLine
from glocal.transaction.returns import claims
from glocal.transaction.returns import facade as returns
from glocal.transaction.returns.models import LostParcel, Return
from glocal.transaction.tax import facade as tax
from tests.factories.sale import SAN_FRANCISCO, address, open_shop, sell
from tests.transaction.checkout.test_concurrency import at_once, kinds
from tests.transaction.invoices.conftest import paid_order, refunds_arrive
from tests.transaction.returns.conftest import delivered_order, send, send_one, two_sizes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(db):
    open_shop()
    return delivered_order(sell(5, title="Linen shirt"), 2)


def form_of(order, **changes):
    values = {"t": order.token, "key": "one", f"line-{order.lines[0].id}": "1", "reason": "changed_mind", "note": ""}
    return values | changes


def page_of(shopper, order):
    return shopper.get(f"/en-US/orders/{order.number}?t={order.token}").content.decode()


def test_a_guest_sends_one_of_two_back_follows_it_and_keeps_it_after_all(shopper: Client, order) -> None:
    here = f"/en-US/orders/{order.number}"
    assert f"{here}/return?t={order.token}" in page_of(shopper, order)
    form = shopper.get(f"{here}/return?t={order.token}").content.decode()
    assert "Linen shirt" in form
    answer = shopper.post(f"{here}/return", form_of(order))
    assert answer.status_code == 302
    page = page_of(shopper, order)
    number = Return.objects.get().number
    assert number in page
    assert 'aria-current="step"' in page
    assert shopper.post(f"{here}/returns/{number}/keep", {"t": order.token}).status_code == 302
    assert "You kept it." in page_of(shopper, order)


def test_a_photo_comes_along_and_what_is_no_photo_is_refused_with_everything_kept(shopper: Client, order) -> None:
    here = f"/en-US/orders/{order.number}/return"
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "PNG")
    bad = shopper.post(here, form_of(order, reason="damaged", note="torn", photos=io.BytesIO(b"MZ not a picture")))
    assert bad.status_code == 422 or bad.status_code == 400
    assert 'value="torn"' in bad.content.decode()
    assert not Return.objects.exists()
    picture = io.BytesIO(out.getvalue())
    picture.name = "shirt.png"
    assert shopper.post(here, form_of(order, reason="damaged", photos=picture)).status_code == 302
    assert len(Return.objects.get().photos) == 1


@pytest.mark.parametrize("units", ["3", "999999999", "99999999999999999999"])
def test_more_than_was_bought_is_refused_in_words(shopper: Client, order, units: str) -> None:
    answer = shopper.post(
        f"/en-US/orders/{order.number}/return", form_of(order, **{f"line-{order.lines[0].id}": units})
    )
    assert answer.status_code >= 400
    assert "can still be sent back" in answer.content.decode()
    assert OrderLine.objects.get().returning_quantity == 0


@pytest.mark.parametrize(
    ("count", "size", "changes"),
    [
        (6, 10, {}),  # more than are taken
        (1, 20 * 1024 * 1024 + 1, {}),
        (1, 10, {"units": "9"}),
        (1, 10, {"reason": ""}),
    ],
)
def test_photos_of_what_is_refused_anyway_are_not_read(
    shopper: Client, order, monkeypatch, count, size, changes
) -> None:
    files = [SimpleUploadedFile(f"{place}.png", b"x" * size) for place in range(count)]
    form = form_of(order, reason=changes.get("reason", "damaged"), photos=files)
    form[f"line-{order.lines[0].id}"] = changes.get("units", "1")
    sent = encode_multipart(BOUNDARY, form)
    reads = []
    monkeypatch.setattr(UploadedFile, "read", lambda self, *_: reads.append(self.name) or b"", raising=False)
    answer = shopper.generic("POST", f"/en-US/orders/{order.number}/return", sent, MULTIPART_CONTENT)
    assert (answer.status_code, reads) == (422, [])
    assert not Return.objects.exists()


def test_a_line_told_of_twice_is_asked_for_with_the_sum_and_other_digits_are_none(shopper: Client, order) -> None:
    line = order.lines[0].id
    eastern = "".join(chr(0x660 + int(digit)) for digit in str(line))
    twice = form_of(order, **{f"line-0{line}": "1", f"line-{eastern}": "1"})
    assert shopper.post(f"/en-US/orders/{order.number}/return", twice).status_code == 302
    assert OrderLine.objects.get().returning_quantity == 2


@pytest.mark.parametrize("units", ["", "-1", "0", "x", "\0", "١"])
def test_units_that_are_none_are_not_asked_for(shopper: Client, order, units: str) -> None:
    answer = shopper.post(
        f"/en-US/orders/{order.number}/return", form_of(order, **{f"line-{order.lines[0].id}": units})
    )
    assert answer.status_code in (302, 400, 422)
    assert OrderLine.objects.get().returning_quantity in (0, 1)


def test_a_stranger_reaches_none_of_it(shopper: Client, order) -> None:
    made = shopper.post(f"/en-US/orders/{order.number}/return", form_of(order))
    assert made.status_code == 302
    number = Return.objects.get().number
    for token in ("guess", ""):
        for path in ("return", f"returns/{number}/label"):
            assert shopper.get(f"/en-US/orders/{order.number}/{path}?t={token}").status_code == 404
        for path in ("return", f"returns/{number}/keep", "lost"):
            assert shopper.post(f"/en-US/orders/{order.number}/{path}", form_of(order, t=token)).status_code == 404
    assert Return.objects.get().status == "approved"


def test_a_label_that_is_not_there_yet_or_of_another_order_is_not_found(shopper: Client, order) -> None:
    shopper.post(f"/en-US/orders/{order.number}/return", form_of(order))
    number = Return.objects.get().number
    here = f"/en-US/orders/{order.number}/returns"
    assert shopper.get(f"{here}/{number}/label?t={order.token}").status_code == 404
    Return.objects.update(label=b"%PDF-1.7", tracking_number="R1")
    assert shopper.get(f"{here}/{number}/label?t={order.token}")["Content-Type"] == "application/pdf"
    other = delivered_order(sell(5))
    assert shopper.get(f"/en-US/orders/{other.number}/returns/{number}/label?t={other.token}").status_code == 404


def test_the_page_says_to_the_day_where_a_refund_is(shopper: Client, order) -> None:
    line = orders.RefundLine(order.lines[0].id, 1)
    orders.refund_order(order_id=order.id, lines=[line], shipping_too=False, reason="x", key="k", actor_id=None)
    assert "is being sent back since" in page_of(shopper, order)
    refunds_arrive()
    assert re.search(r"was sent to your bank on .+, usually there by", page_of(shopper, order))


def test_a_parcel_that_never_came_is_told_of_when_it_is_late_and_not_before(shopper: Client) -> None:
    open_shop()
    order = paid_order(sell(5))
    send(order)
    (parcel,) = shipping.track(order.id)
    told = {"t": order.token, "parcel": parcel.number, "want": "resend"}
    assert "tell us here" in page_of(shopper, order)
    assert shopper.post(f"/en-US/orders/{order.number}/lost", told).status_code == 409
    with clock.shifted(timedelta(days=90)):
        assert "It never came" in page_of(shopper, order)
        assert shopper.post(f"/en-US/orders/{order.number}/lost", told).status_code == 302
        assert "never came" in page_of(shopper, order)
    assert LostParcel.objects.get().want == "resend"


def typed(order, **changes):
    return {"t": order.token, **order.address, **changes}


@pytest.fixture
def waiting(db):
    """A paid order that nobody packs yet."""
    open_shop()
    return paid_order(sell(5, title="Linen shirt"), 2)


def test_a_guest_has_an_order_sent_to_another_door_and_is_written_about_it(shopper: Client, waiting) -> None:
    here = f"/en-US/orders/{waiting.number}"
    assert f"{here}/address?t={waiting.token}" in page_of(shopper, waiting)
    form = shopper.get(f"{here}/address?t={waiting.token}").content.decode()
    assert 'value="1 Market Street"' in form
    answer = shopper.post(f"{here}/address", typed(waiting, line1="2 Mission Street"))
    assert answer.status_code == 302
    assert "2 Mission Street" in page_of(shopper, waiting)
    assert Shipment.objects.get().address["line1"] == "2 Mission Street"
    letter = OutgoingMail.objects.get(template="order_readdressed")
    assert "2 Mission Street" in letter.context["place"]


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"region": "NY", "postcode": "10001", "city": "New York"}, 409, "another total"),
        ({"postcode": "nowhere"}, 422, "does not look right"),
        ({"line1": ""}, 422, "is missing"),
        ({"country": "TH", "region": "NY"}, 422, "is not in"),
    ],
)
def test_an_address_that_costs_another_total_or_is_none_is_refused_in_words(
    shopper: Client, waiting, changes, status, text
) -> None:
    answer = shopper.post(f"/en-US/orders/{waiting.number}/address", typed(waiting, **changes))
    assert (answer.status_code, text in answer.content.decode()) == (status, True)
    assert Shipment.objects.get().address == waiting.address
    assert orders.order_by_id(waiting.id).address == waiting.address
    assert not OutgoingMail.objects.filter(template="order_readdressed").exists()


def test_another_region_where_nothing_more_is_owed_is_taken_with_new_evidence(shopper: Client) -> None:
    open_shop()
    place = {**SAN_FRANCISCO, "city": "Portland", "region": "OR", "postcode": "97201", "phone": "+15035550100"}
    order = paid_order(sell(5), address=address(place))
    moved = typed(order, city="Manchester", region="NH", postcode="03101")
    assert shopper.post(f"/en-US/orders/{order.number}/address", moved).status_code == 302
    assert tax.evidence_of(order.id)["request"]["region"] == "NH"
    assert orders.order_by_id(order.id).totals == order.totals


def test_once_it_is_picked_the_address_stands(shopper: Client, waiting) -> None:
    shipping.start_picking(shipping.track(waiting.id)[0].id, actor_id=None)
    assert "/address?t=" not in page_of(shopper, waiting)
    answer = shopper.post(f"/en-US/orders/{waiting.number}/address", typed(waiting, line1="2 Mission Street"))
    assert answer.status_code == 409
    assert orders.order_by_id(waiting.id).address == waiting.address


def test_a_picker_and_a_new_address_at_once_agree_on_where_it_goes(waiting) -> None:
    (parcel,) = shipping.track(waiting.id)
    moved = address({**SAN_FRANCISCO, "line1": "2 Mission Street"})
    results = at_once(
        [
            lambda: checkout.change_address(order=waiting, address=moved, actor_id=None),
            lambda: shipping.start_picking(parcel.id, actor_id=None),
        ],
        threads=2,
    )
    assert set(kinds(results)) <= {"NoneType", "ShipmentCannotChange"}
    assert Shipment.objects.get().address == orders.order_by_id(waiting.id).address


def test_a_stranger_changes_no_address(shopper: Client, waiting) -> None:
    for token in ("guess", ""):
        changed = typed(waiting, t=token, line1="2 Mission Street")
        assert shopper.post(f"/en-US/orders/{waiting.number}/address", changed).status_code == 404
        assert shopper.get(f"/en-US/orders/{waiting.number}/address?t={token}").status_code == 404
    assert orders.order_by_id(waiting.id).address == waiting.address


def test_what_is_sent_again_or_in_exchange_is_followed_on_the_orders_page(shopper: Client, order) -> None:
    (parcel,) = shipping.track(order.id)
    with clock.shifted(timedelta(days=90)):
        Shipment.objects.update(status="shipped")
        told = returns.claim_lost(order=order, parcel=parcel.number, want="resend")
    claims.resend(told.id, actor_id=None)
    assert "Sent again, for the one that never came. We are packing it." in page_of(shopper, order)
    again = shipping.track(order.id)[1]
    send_one(again)
    page = page_of(shopper, order)
    assert f"T{again.number}" in page
    assert "We are packing it." not in page


@pytest.mark.parametrize("locale", ["ar-AE", "th-TH", "zh-Hans-SG"])
def test_the_form_speaks_the_shopper_s_language(shopper: Client, order, locale: str) -> None:
    page = shopper.get(f"/{locale}/orders/{order.number}/return?t={order.token}")
    if page.status_code == 200:
        assert "What comes back?" not in page.content.decode()


def test_only_what_can_come_back_is_offered(shopper: Client, order) -> None:
    made = [returns.Asked(order.lines[0].id, 2)]
    returns.request_return(order=order, lines=made, reason="changed_mind", note="", photos=(), key="all")
    assert "/return?t=" not in page_of(shopper, order)
    form = shopper.get(f"/en-US/orders/{order.number}/return?t={order.token}").content.decode()
    assert "on its way back or refunded already" in form


def test_an_order_is_put_into_the_bag_again_by_who_holds_its_link(shopper: Client, order) -> None:
    here = f"/en-US/orders/{order.number}/again"
    assert shopper.post(here, {"t": "guess"}).status_code == 404
    assert shopper.post(here, {"t": order.token}).headers["Location"] == "/en-US/bag"
    assert "Linen shirt" in shopper.get("/en-US/bag").content.decode()


def test_a_guest_changes_the_size_before_packing_and_a_stranger_does_not(shopper: Client) -> None:
    open_shop()
    small, large = two_sizes()
    order = paid_order(small)
    here = f"/en-US/orders/{order.number}/lines/{order.lines[0].id}/variant"
    assert here in page_of(shopper, order)
    for token in ("guess", ""):
        assert shopper.get(f"{here}?t={token}").status_code == 404
        assert shopper.post(here, {"t": token, "variant": str(large)}).status_code == 404
    form = shopper.get(f"{here}?t={order.token}").content.decode()
    assert "Size Large" in form
    assert "for the same price only" in form
    for variant in ("", "x", str(order.id)):
        assert shopper.post(here, {"t": order.token, "variant": variant}).status_code == 409
    other = f"/en-US/orders/{order.number}/lines/999999999999999999999/variant"
    assert shopper.get(f"{other}?t={order.token}").status_code == 404
    assert shopper.post(here, {"t": order.token, "variant": str(large)}).status_code == 302
    assert "Size Large" in page_of(shopper, order)
