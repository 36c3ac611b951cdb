"""Buying without script, from the bag to the paid order, at the running sandbox provider."""

import re
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import urllib3
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.platform.accounts import facade as accounts
from glocal.platform.kernel.ids import uuid7
from glocal.platform.mail.models import OutgoingMail
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping.models import Service, Shipment, TrackingEvent
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import letters
from glocal.transaction.orders.models import Order
from glocal.transaction.payments.models import Payment
from tests.factories.sale import SAN_FRANCISCO, open_shop, sell
from tests.transaction.payments.conftest import answer, calm_sandbox, hook, receiver, running_sandbox, sandbox

__all__ = ["answer", "calm_sandbox", "hook", "receiver", "running_sandbox", "sandbox"]

pytestmark = pytest.mark.django_db
ROLLED_BACK = pytest.mark.django_db(transaction=True)
"""A refusal rolls its transaction back; in a test that is one itself there would be nothing left to look at."""


@pytest.fixture
def goods(db: None) -> UUID:
    open_shop()
    return sell(10, title="Linen shirt")


def put_in(shopper: Client, goods: UUID, **more: object) -> None:
    shopper.post("/en-US/bag/add", {"variant": str(goods), "quantity": 1, **more})


def values_of(page: bytes) -> dict[str, str]:
    """What a shopper without script would send: inputs, chosen radios, selects."""
    text = page.decode()
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
    for name, value in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)"[^>]* checked', text):
        found[name] = value
    return found


def filled(shopper: Client, path: str = "/en-US/checkout", **changes: str) -> dict[str, str]:
    page = shopper.get(path).content
    sent = values_of(page) | SAN_FRANCISCO | {"email": "ada@example.com"}
    # The place decides delivery and tax: ask once more, as the page does on a change.
    quoted = values_of(shopper.post("/en-US/checkout/quote", sent).content)
    return sent | {key: quoted[key] for key in ("total", "delivery") if key in quoted} | changes


def test_what_is_put_in_is_in_the_bag_with_its_whole_price(shopper: Client, goods: UUID) -> None:
    put_in(shopper, goods)
    page = shopper.get("/en-US/bag").content.decode()
    assert "Linen shirt" in page
    assert "$19.99" in page
    assert "Total" in page
    assert shopper.cookies["bag"].value == "1"


def test_the_number_in_the_bag_shows_on_every_page(shopper: Client, goods: UUID) -> None:
    put_in(shopper, goods, quantity=3)
    assert b'id="bag-count">3<' in shopper.get("/en-US/").content


def test_what_is_taken_out_can_be_put_back(shopper: Client, goods: UUID) -> None:
    put_in(shopper, goods, quantity=2)
    page = shopper.post("/en-US/bag/set", {"variant": str(goods), "quantity": 0}).content.decode()
    assert "Your bag is empty." in page
    assert 'name="quantity" value="2"' in page
    assert "Put it back" in page


@ROLLED_BACK
@pytest.mark.parametrize("quantity", ["-1", "100000", "x", "", "1e3", "٣"])
def test_a_quantity_that_is_none_changes_nothing_and_says_why(shopper: Client, goods: UUID, quantity: str) -> None:
    put_in(shopper, goods)
    page = shopper.post("/en-US/bag/set", {"variant": str(goods), "quantity": quantity})
    assert page.status_code == 422
    assert b"Choose a quantity from 1 to" in page.content
    assert b">1</output>" in page.content


@ROLLED_BACK
@pytest.mark.parametrize("variant", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_thing_is_refused_in_words(shopper: Client, goods: UUID, variant: str) -> None:
    page = shopper.post("/en-US/bag/add", {"variant": variant})
    assert page.status_code == 422
    assert b"This item is not sold here" in page.content


def test_another_visitors_bag_stays_theirs(goods: UUID) -> None:
    one, other = Client(), Client()
    put_in(one, goods)
    assert b"Linen shirt" not in other.get("/en-US/bag").content


def test_an_empty_bag_leads_back_from_checkout(shopper: Client, goods: UUID) -> None:
    assert shopper.get("/en-US/checkout").headers["Location"] == "/en-US/bag"


def test_a_guest_pays_by_card_on_the_providers_page(shopper: Client, goods: UUID, sandbox) -> None:
    put_in(shopper, goods)
    sent = shopper.post("/en-US/checkout", filled(shopper))
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith(sandbox.url)
    order = Order.objects.get()
    assert (order.email, order.status, order.total_minor) == (
        "ada@example.com",
        "placed",
        Payment.objects.get().amount_minor,
    )
    assert shopper.cookies["bag"].value == "0"


def test_a_wallet_brings_the_browser_back_to_the_order(shopper: Client, goods: UUID, sandbox, answer) -> None:
    put_in(shopper, goods)
    sent = shopper.post("/en-US/checkout", filled(shopper, method="paypal"))
    assert Order.objects.get().number in urllib3.request("GET", sent.headers["Location"]).data.decode()
    answer(sent.headers["Location"])
    back = shopper.get("/en-US/checkout/return?payment=whatever")
    order = Order.objects.get()
    assert back.headers["Location"] == f"/en-US/orders/{order.number}?t={order.token}"
    assert Payment.objects.get().state == "captured"
    page = shopper.get(back.headers["Location"]).content.decode()
    assert order.number in page
    assert "Linen shirt" in page


def test_the_page_waits_for_the_payment_and_moves_on(
    shopper: Client, htmx: Client, goods: UUID, sandbox, answer
) -> None:
    put_in(shopper, goods)
    sent = shopper.post("/en-US/checkout", filled(shopper, method="paypal"))
    order = Order.objects.get()
    state = f"/en-US/orders/{order.number}/state?t={order.token}"
    waiting = htmx.get(state).content
    assert b"Waiting for your payment." in waiting
    assert b'hx-trigger="every 2s"' in waiting
    answer(sent.headers["Location"])
    Order.objects.update(status="paid", paid_at=order.placed_at)
    moved = htmx.get(state)
    assert moved.status_code == 204
    assert moved.headers["HX-Redirect"].endswith(f"/orders/{order.number}?t={order.token}")


def test_who_left_the_payment_open_finds_the_way_back_to_it(shopper: Client, goods: UUID, sandbox) -> None:
    put_in(shopper, goods)
    provider = shopper.post("/en-US/checkout", filled(shopper, method="paypal")).headers["Location"]
    page = shopper.get(shopper.get("/en-US/checkout/return").headers["Location"]).content.decode()
    assert f'<a class="button" href="{provider}">Go on to the payment</a>' in page


def test_an_order_opened_on_another_device_is_paid_there_as_well(shopper: Client, goods: UUID, sandbox, answer) -> None:
    put_in(shopper, goods)
    provider = shopper.post("/en-US/checkout", filled(shopper, method="paypal")).headers["Location"]
    order = Order.objects.get()
    link, other = f"/en-US/orders/{order.number}?t={order.token}", Client()
    other.get(link)
    answer(provider)
    assert other.get("/en-US/checkout/return?payment=whatever").headers["Location"] == link


def test_the_link_in_a_letter_opens_the_order(shopper: Client, goods: UUID, sandbox) -> None:
    put_in(shopper, goods)
    shopper.post("/en-US/checkout", filled(shopper, method="paypal"))
    letters.shipped(Order.objects.get())
    link = urlsplit(OutgoingMail.objects.get().context["link"])
    assert Client().get(f"{link.path}?{link.query}").status_code == 200


def test_an_order_cancelled_before_it_was_paid_does_not_promise_money_back(
    shopper: Client, goods: UUID, sandbox
) -> None:
    put_in(shopper, goods)
    shopper.post("/en-US/checkout", filled(shopper, method="paypal"))
    order = Order.objects.get()
    sent = shopper.post(f"/en-US/orders/{order.number}/cancel", {"t": order.token})
    page = shopper.get(sent.headers["Location"]).content.decode()
    assert "This order is cancelled." in page
    assert "Nothing was charged." in page
    assert "goes back" not in page


def test_a_declined_payment_can_be_tried_again(shopper: Client, goods: UUID, sandbox, answer) -> None:
    put_in(shopper, goods)
    sent = shopper.post("/en-US/checkout", filled(shopper, method="paypal"))
    answer(sent.headers["Location"], "refuse")
    page = shopper.get(shopper.get("/en-US/checkout/return").headers["Location"]).content
    assert b"The payment did not go through." in page
    order = Order.objects.get()
    again = shopper.post(f"/en-US/orders/{order.number}/pay", values_of(page) | {"method": "paypal", "t": order.token})
    assert again.status_code == 303
    answer(again.headers["Location"])
    shopper.get("/en-US/checkout/return")
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["captured", "declined"]


def test_buying_now_leaves_the_bag_alone(shopper: Client, goods: UUID, sandbox) -> None:
    put_in(shopper, goods, quantity=2)
    sent = shopper.post("/en-US/checkout", filled(shopper, f"/en-US/buy?variant={goods}"))
    assert sent.status_code == 303
    assert Order.objects.get().lines.get().quantity == 1
    assert b">2</output>" in shopper.get("/en-US/bag").content


def test_a_form_sent_twice_is_one_order(shopper: Client, goods: UUID, sandbox) -> None:
    put_in(shopper, goods)
    form = filled(shopper, f"/en-US/buy?variant={goods}")
    first, second = (shopper.post("/en-US/checkout", form).headers["Location"] for _ in range(2))
    assert first == second
    assert Order.objects.count() == 1


@pytest.mark.parametrize("total", ["1", "", "-5", "99999999999999", "1.5"])
def test_a_total_that_was_not_shown_is_not_charged(shopper: Client, goods: UUID, total: str) -> None:
    put_in(shopper, goods)
    page = shopper.post("/en-US/checkout", filled(shopper, total=total))
    assert page.status_code == 409
    assert b"The total is now" in page.content
    assert not Order.objects.exists()
    assert b'value="ada@example.com"' in page.content


@pytest.mark.parametrize(
    ("field", "value"), [("postcode", "123"), ("email", "ada"), ("phone", "12"), ("name", ""), ("region", "Bavaria")]
)
def test_a_field_at_fault_is_marked_and_the_rest_stays_typed(
    shopper: Client, goods: UUID, field: str, value: str
) -> None:
    put_in(shopper, goods)
    page = shopper.post("/en-US/checkout", filled(shopper, **{field: value}))
    text = page.content.decode()
    assert page.status_code == 422
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', text), text
    assert f'id="f-{field}-error"' in text
    assert 'value="1 Market Street"' in text
    assert not Order.objects.exists()


def test_sold_out_in_the_meantime_is_said_and_nothing_is_ordered(shopper: Client, goods: UUID) -> None:
    page = shopper.post("/en-US/checkout", filled(shopper, f"/en-US/buy?variant={goods}", quantity="50"))
    assert page.status_code in (409, 422)
    assert "“Linen shirt”" in page.content.decode()
    assert not Order.objects.exists()


def test_an_order_shows_itself_to_its_link_only(shopper: Client, goods: UUID, sandbox) -> None:
    shopper.post("/en-US/checkout", filled(shopper, f"/en-US/buy?variant={goods}"))
    order = Order.objects.get()
    stranger = Client()
    assert stranger.get(f"/en-US/orders/{order.number}?t={order.token}").status_code == 200
    assert stranger.get(f"/en-US/orders/{order.number}").status_code == 404
    assert stranger.get(f"/en-US/orders/{order.number}?t=guess").status_code == 404
    assert stranger.post(f"/en-US/orders/{order.number}/cancel").status_code == 404
    order.refresh_from_db()
    assert order.status == "placed"


@pytest.fixture
def ada(goods: UUID) -> Client:
    """A known shopper, signed in, with an address."""
    person = accounts.open_account(
        email="ada@example.com", password="a long secret", name="Ada", language="en", market="US"
    )
    accounts.save_address(person_id=person.id, address=markets.check_address("US", SAN_FRANCISCO, "en"))
    client = Client()
    signed = client.post("/en-US/sign-in", {"email": "ada@example.com", "password": "a long secret"})
    assert signed.status_code == 302
    return client


def test_a_known_shoppers_sheet_is_filled_in(ada: Client, goods: UUID) -> None:
    sheet = ada.get(f"/en-US/buy?variant={goods}", headers={"hx-request": "true"}).content.decode()
    assert sheet.lstrip().startswith('<div class="sheet__head">')
    assert "1 Market Street" in sheet
    assert 'name="email"' not in sheet


def test_a_known_shopper_pays_with_what_the_sheet_already_holds(ada: Client, goods: UUID, sandbox) -> None:
    page = ada.get(f"/en-US/buy?variant={goods}").content
    sent = ada.post("/en-US/checkout", values_of(page) | {"method": "paypal"})
    assert sent.status_code == 303, sent.content.decode()[:3000]
    order = Order.objects.get()
    assert order.address["line1"] == "1 Market Street"
    assert order.email == "ada@example.com"


def test_the_bag_comes_along_on_signing_in(shopper: Client, ada: Client, goods: UUID) -> None:
    put_in(shopper, goods, quantity=2)
    shopper.post("/en-US/sign-in", {"email": "ada@example.com", "password": "a long secret"})
    assert b">2</output>" in shopper.get("/en-US/bag").content


def test_a_wrong_password_keeps_the_address_and_says_so(shopper: Client, ada: Client) -> None:
    page = shopper.post("/en-US/sign-in", {"email": "ada@example.com", "password": "wrong"})
    assert page.status_code == 422
    assert b'value="ada@example.com"' in page.content
    assert b"do not belong together" in page.content
    assert b'value="wrong"' not in page.content


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_away(shopper: Client, ada: Client, to: str) -> None:
    sent = shopper.post("/en-US/sign-in", {"email": "ada@example.com", "password": "a long secret", "next": to})
    assert sent.headers["Location"] == "/en-US/account"


@ROLLED_BACK
def test_a_guests_order_is_kept_by_who_holds_its_link(ada: Client, goods: UUID, sandbox) -> None:
    guest = Client()
    guest.post("/en-US/checkout", filled(guest, f"/en-US/buy?variant={goods}"))
    order = Order.objects.get()
    assert ada.post("/en-US/account/claim", {"number": order.number, "token": "guess"}).status_code == 404
    ada.post("/en-US/account/claim", {"number": order.number, "token": order.token})
    assert order.number.encode() in ada.get("/en-US/account").content


def test_an_account_asks_to_sign_in_and_comes_back(shopper: Client) -> None:
    assert shopper.get("/en-US/account").headers["Location"] == "/en-US/sign-in?next=/en-US/account"


@pytest.mark.parametrize(
    ("path", "limit"), [("/en-US/bag", 10), ("/en-US/checkout", 20), ("/en-US/buy?variant={goods}", 20)]
)
def test_buying_pages_keep_their_statements(ada: Client, goods: UUID, path: str, limit: int) -> None:
    ada.post("/en-US/bag/add", {"variant": str(goods)})
    few = _statements(ada, path.format(goods=goods))
    for _ in range(6):
        ada.post("/en-US/bag/add", {"variant": str(sell(3))})
    assert _statements(ada, path.format(goods=goods)) <= few + 1 <= limit  # many lines are read apart: quoting.FEW


def _statements(shopper: Client, path: str) -> int:
    shopper.get(path)  # rate tables and tax rules are kept in the process
    with CaptureQueriesContext(connection) as caught:
        assert shopper.get(path).status_code == 200
    return len(caught)


def test_pages_run_only_our_own_script(shopper: Client, goods: UUID) -> None:
    put_in(shopper, goods)
    for path in ("/en-US/", "/en-US/bag", "/en-US/checkout"):
        answered = shopper.get(path)
        policy = answered.headers["Content-Security-Policy"]
        assert "script-src 'self' 'sha256-" in policy
        assert "unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")
        text = answered.content.decode()
        assert not re.search(r"\son[a-z]+=", text)
        assert len(re.findall(r"<script(?![^>]* src=)", text)) == 1  # the import map, allowed by its hash


def test_a_form_from_elsewhere_is_refused(goods: UUID) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/en-US/bag/add", {"variant": str(goods)})
    assert page.status_code == 403
    assert b"This page was open for too long." in page.content


def test_every_delivery_says_what_the_whole_order_costs_with_it(shopper: Client, goods: UUID) -> None:
    put_in(shopper, goods)
    sent = filled(shopper)
    choices = re.findall(r'name="delivery" value="(\w+)".*?choice__side.*?</span> ([^<]+)<', _quoted(shopper, sent))
    assert len(choices) > 1
    for code, total in choices:
        assert f"Pay {total}<" in _quoted(shopper, sent | {"delivery": code})


def _quoted(shopper: Client, sent: dict[str, str]) -> str:
    return shopper.post("/en-US/checkout/quote", sent).content.decode()


def sends(goods: UUID) -> tuple[Client, dict[str, str]]:
    """A shopper at the checkout whose script sends the form, and what it sends."""
    shopper = Client(headers={"accept-language": "en-US"})
    put_in(shopper, goods)
    return shopper, filled(shopper)


@ROLLED_BACK
@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_all_that_is_wrong_is_said_at_once(goods: UUID, headers: dict[str, str]) -> None:
    shopper, sent = sends(goods)
    wrong = {"email": "ada", "name": "", "postcode": "10115", "phone": "12"}
    page = shopper.post("/en-US/checkout", sent | wrong, headers=headers).content.decode()
    for name in wrong:
        assert f'id="f-{name}-error"' in page
    assert page.count("field__error") == len(wrong)
    assert not Order.objects.exists()


@ROLLED_BACK
def test_a_refusal_to_a_script_leaves_the_card_frame_alone(goods: UUID) -> None:
    shopper, sent = sends(goods)
    part = shopper.post("/en-US/checkout", sent | {"postcode": "10001"}, headers={"hx-request": "true"})
    text = part.content.decode()
    assert part.status_code == 200
    assert "iframe" not in text
    for place in ("checkout-note", "contact-fields", "address-fields", "delivery", "sums"):
        assert re.search(f'id="{place}"[^>]* hx-swap-oob="true"', text), place
    # The button stays the same element: a tap that begins before the answer comes would else be lost.
    assert re.search('id="paybar"[^>]* hx-swap-oob="outerMorph"', text)
    assert 'id="f-postcode-error"' in text


def test_a_script_is_told_where_to_pay(goods: UUID, sandbox) -> None:
    shopper, sent = sends(goods)
    told = shopper.post("/en-US/checkout", sent, headers={"hx-request": "true"})
    assert told.status_code == 204
    assert told.headers["HX-Redirect"].startswith(sandbox.url)


def test_signing_up_after_a_guests_order_begins_with_what_it_knows(goods: UUID, sandbox) -> None:
    guest = Client()
    guest.post("/en-US/checkout", filled(guest, f"/en-US/buy?variant={goods}"))
    order = Order.objects.get()
    link = f"/en-US/orders/{order.number}?t={order.token}"
    page = guest.get("/en-US/sign-up", {"next": link}).content
    assert b'value="ada@example.com"' in page
    assert b'value="Ada Shopper"' in page
    for wrong in (link + "x", f"/en-US/orders/{order.number}", "/en-US/account"):
        assert b"ada@example.com" not in guest.get("/en-US/sign-up", {"next": wrong}).content


def test_keeping_a_guests_order_is_confirmed_to_its_owner(ada: Client, goods: UUID, sandbox) -> None:
    guest = Client()
    guest.post("/en-US/checkout", filled(guest, f"/en-US/buy?variant={goods}"))
    order = Order.objects.get()
    kept = ada.post("/en-US/account/claim", {"number": order.number, "token": order.token}).headers["Location"]
    assert b"This order is in your account now." in ada.get(kept).content
    assert b"in your account now" not in guest.get(kept).content


def test_the_current_step_is_the_last_that_happened(goods: UUID, sandbox) -> None:
    guest = Client()
    guest.post("/en-US/checkout", filled(guest, f"/en-US/buy?variant={goods}"))
    order = Order.objects.get()
    link = f"/en-US/orders/{order.number}?t={order.token}"
    assert "What is in this order" in guest.get(link).content.decode()
    for status, step in (("paid", "Paid"), ("packing", "Paid"), ("shipped", "Packed"), ("delivered", "Yours")):
        Order.objects.update(status=status, paid_at=order.placed_at)
        page = guest.get(link).content.decode()
        assert re.search(r'aria-current="step">.*?leg__name">(.*?)<', page)[1] == step
        assert ("On its way to you." in page) is False
        assert "What you bought" in page


def test_a_parcel_is_on_its_way_when_its_carrier_has_it(goods: UUID, sandbox) -> None:
    guest = Client()
    guest.post("/en-US/checkout", filled(guest, f"/en-US/buy?variant={goods}"))
    order = Order.objects.get()
    for status in ("paid", "packing", "shipped"):
        Order.objects.update(status=status, paid_at=order.placed_at)
    parcel = Shipment.objects.create(
        order_id=order.pk,
        number="P-1",
        market="US",
        warehouse_id=inventory.warehouses()[0].id,
        ship_from="US",
        service=Service.objects.filter(ship_from="US").first(),
        status="shipped",
        lines=[],
        contents=[],
        address={},
        cost_minor=0,
        weight_g=100,
        currency="USD",
        promised_from=order.placed_at.date(),
        promised_to=order.placed_at.date(),
        tracking_number="T1",
    )
    link = f"/en-US/orders/{order.number}?t={order.token}"
    for code, step, headline in (
        ("label_created", "Packed", "Packed. The carrier takes it next."),
        ("picked_up", "On its way", "On its way to you."),
    ):
        TrackingEvent.objects.create(shipment=parcel, carrier_event_id=code, code=code, at=order.placed_at)
        page = guest.get(link).content.decode()
        assert re.search(r'aria-current="step">.*?leg__name">(.*?)<', page)[1] == step
        assert f"<h1>{headline}</h1>" in page


def test_why_a_delivery_is_missing_is_said_only_where_the_shopper_can_do_something(
    shopper: Client, goods: UUID
) -> None:
    sheet = checkout.sheet(checkout.Buyer(uuid7()), markets.get("US"), "en", lines=(checkout.Wanted(goods, 1),))
    assert {missing.reason for missing in sheet.quote.missing} == {"no_stock_there"}
    page = shopper.get(f"/en-US/buy?variant={goods}").content.decode()
    assert "Standard" in page or "Economy" in page or "Express" in page
    assert "No warehouse" not in page
