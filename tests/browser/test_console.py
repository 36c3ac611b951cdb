"""An operator's day in a browser: find a paid order, pick, pack, ship, give a unit back, see who did what."""

import pytest
from playwright.sync_api import Browser, Page, expect

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel.totp import totp
from glocal.supply.shipping import carriers
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders.models import Order
from glocal.transaction.payments import facade as payments
from tests.browser.shopping import show_second_factor
from tests.factories.sale import open_shop, sell
from tests.supply.shipping.conftest import calm_sandbox, receiver, running_sandbox, sandbox
from tests.web.console.conftest import PASSWORD, operator, paid_order

__all__ = ["calm_sandbox", "receiver", "running_sandbox", "sandbox"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chromium(browser: Browser, live_server) -> Browser:
    return browser


def sign_in(chromium: Browser, address: str, **options) -> Page:
    person, secret = Person.objects.get(email="maya@glocal.test"), accounts.new_secret()
    accounts.enrol(person_id=person.pk, secret=secret, code=totp(secret, steps=-1))
    page = chromium.new_context(**options).new_page()
    page.goto(f"{address}/console/")
    page.get_by_label("E-mail address").fill("maya@glocal.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    show_second_factor(page, secret)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page


def test_an_operator_ships_an_order_and_gives_a_unit_back(live_server, chromium, sandbox):
    open_shop()
    operator("maya@glocal.test", ("na", "manager"))
    order = paid_order(2, sell(20, title="Stoneware mug"))
    page = sign_in(chromium, live_server.url)

    page.get_by_role("link", name="Paid, to be packed").click()
    page.get_by_role("link", name=order.number).click()
    todo = page.get_by_label("What to do next")
    expect(todo).to_contain_text("Pick")
    todo.get_by_role("button", name="Start picking").click()
    expect(page.get_by_role("status")).to_contain_text("Picking has begun")
    todo.get_by_role("button", name="Packed").click()
    expect(todo).to_contain_text("Hand")
    todo.get_by_role("button", name="Hand to carrier").click()
    expect(page.get_by_role("status")).to_contain_text("carrier is being asked")

    parcel = shipping.track(order.pk)[0]
    carriers.hand_over(parcel.id)  # the worker's job
    drain()
    page.reload()
    expect(page.get_by_role("link", name="Label (PDF)")).to_be_visible()
    label = page.request.get(live_server.url + page.get_by_role("link", name="Label (PDF)").get_attribute("href"))
    assert label.body().startswith(b"%PDF")
    assert Order.objects.get(pk=order.pk).status == "shipped"

    page.get_by_text("Refund", exact=True).click()
    page.get_by_label("of 2 ×").fill("1")
    page.get_by_label("Reason").fill("One arrived chipped")
    page.get_by_role("button", name="Refund to the buyer").click()
    expect(page.get_by_role("status")).to_contain_text("goes back to the buyer")
    assert Order.objects.get(pk=order.pk).lines.get().refunded_quantity == 1
    (given,) = payments.refunds_of([payments.captured_of(order.pk).id]).popitem()[1]
    assert given.reason == "One arrived chipped"

    audit = page.get_by_role("region", name="Audit")
    for act in ("shipping.picking", "shipping.packed", "shipping.shipped", "orders.refund"):
        expect(audit).to_contain_text(act)
    expect(audit).to_contain_text("Maya")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_its_screen(live_server, chromium, width):
    open_shop()
    operator("maya@glocal.test", ("na", "manager"))
    paid_order(2, sell(20, title="Stoneware mug"))
    page = sign_in(chromium, live_server.url, viewport={"width": width, "height": 800})
    addresses = [link.get_attribute("href") for link in page.locator("nav.menu a").all()]
    assert len(addresses) > 10
    for address in addresses:
        page.goto(live_server.url + address)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), address
        first = page.locator("tbody th a").first
        if first.count():
            page.goto(live_server.url + first.get_attribute("href"))
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url


def test_the_keyboard_walks_through_a_list(live_server, chromium):
    open_shop()
    operator("maya@glocal.test", ("na", "manager"))
    orders = [paid_order(1, sell(20)) for _ in range(2)]
    page = sign_in(chromium, live_server.url)
    page.goto(f"{live_server.url}/console/orders/order/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(orders[0].number)
