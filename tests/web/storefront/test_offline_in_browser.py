"""Without a connection: a page that says so, one's last orders, and a payment that is taken once."""

import os
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from glocal.platform.eventing.relay import drain
from glocal.transaction.orders.models import Order
from glocal.transaction.payments.models import Payment
from tests.factories.sale import SAN_FRANCISCO
from tests.web.storefront.test_in_browser import (
    ada,
    calm_sandbox,
    goods,
    receiver,
    running_sandbox,
    sandbox,
    slug,
    type_card,
)

__all__ = ["ada", "calm_sandbox", "goods", "receiver", "running_sandbox", "sandbox", "slug"]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) found.push(`${name} ${new URL(url).pathname}`);
  return found;
}"""


def until(page: Page, true: Callable[[], bool], seconds: int = 20) -> None:
    """Wait for what only the page's own policy would keep Playwright from waiting for."""
    for _tenth in range(seconds * 10):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("not within the time")


def enlivened(page: Page, address: str) -> None:
    """A page that the worker stands behind."""
    page.goto(address)
    until(page, lambda: page.evaluate("navigator.serviceWorker.controller !== null"))


def pay(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Pay $").click()


def buy(page: Page, live_server: LiveServer, goods: UUID) -> None:
    page.goto(f"{live_server.url}/en-US/buy?variant={goods}")
    type_card(page, "4242 4242 4242 4242")
    pay(page)
    expect(page).to_have_url(re.compile("/orders/"), timeout=30_000)


def fill(page: Page) -> None:
    page.locator("[name=email]").fill("ada@example.com")
    for name, value in SAN_FRANCISCO.items():
        field = page.locator(f"main [name={name}]")
        field.select_option(value) if name == "region" else field.fill(value)
    type_card(page, "4242 4242 4242 4242")


def lose_the_first_answer(page: Page) -> list[str]:
    """The shop does what was asked, and the connection breaks before it can say so."""
    lost: list[str] = []

    def between(route: Route) -> None:
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(str(route.fetch(max_redirects=0).status))
        return route.abort("connectionreset")

    page.route(re.compile("/checkout$"), between)
    return lost


def test_a_connection_lost_at_pay_charges_once_when_it_is_back(
    page: Page, live_server: LiveServer, goods: UUID, sandbox
) -> None:
    enlivened(page, f"{live_server.url}/en-US/buy?variant={goods}")
    lost = lose_the_first_answer(page)
    fill(page)
    pay(page)
    expect(page.get_by_text("you are charged once at most")).to_be_visible(timeout=30_000)
    assert lost
    assert Order.objects.count() == 1
    pay(page)
    expect(page).to_have_url(re.compile("/orders/"), timeout=30_000)
    assert Order.objects.count() == 1
    assert [payment.state for payment in Payment.objects.all()] == ["captured"]


def test_offline_a_page_says_so_in_the_readers_language(
    page: Page, live_server: LiveServer, goods: UUID, slug: str
) -> None:
    enlivened(page, f"{live_server.url}/ar-AE/")
    page.context.set_offline(True)
    page.goto(f"{live_server.url}/ar-AE/p/{slug}")
    expect(page.get_by_role("heading", name="لا يوجد اتصال")).to_be_visible()
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).backgroundColor") != "rgba(0, 0, 0, 0)"
    expect(page.locator("[data-mine]")).to_be_hidden()


def test_last_orders_can_be_read_offline_until_one_signs_out(
    sandbox, ada: Page, live_server: LiveServer, goods: UUID
) -> None:
    buy(ada, live_server, goods)
    drain()
    number = Order.objects.get().number
    enlivened(ada, f"{live_server.url}/en-US/account")
    ada.reload()
    until(ada, lambda: any(one.endswith(number) for one in ada.evaluate(KEPT)))
    kept = ada.evaluate(KEPT)
    assert not [one for one in kept if re.search("/(checkout|bag|buy|p/|search|c/)", one)]
    ada.context.set_offline(True)
    ada.goto(f"{live_server.url}/en-US/orders/{number}")
    expect(ada.get_by_text("Stoneware cup").first).to_be_visible()
    ada.goto(f"{live_server.url}/en-US/bag")
    expect(ada.get_by_role("heading", name="No connection")).to_be_visible()
    expect(ada.locator("[data-mine]")).to_be_visible()
    ada.context.set_offline(False)
    ada.goto(f"{live_server.url}/en-US/account")
    ada.get_by_role("button", name="Sign out").click()
    expect(ada).to_have_url(f"{live_server.url}/en-US/")
    assert not [one for one in ada.evaluate(KEPT) if one.startswith("mine-")]
    ada.context.set_offline(True)
    ada.goto(f"{live_server.url}/en-US/orders/{number}")
    expect(ada.get_by_role("heading", name="No connection")).to_be_visible()


def test_a_form_sent_without_connection_can_be_sent_again_as_it_was(
    page: Page, live_server: LiveServer, goods: UUID
) -> None:
    enlivened(page, f"{live_server.url}/en-US/buy?variant={goods}")
    key = page.locator("[name=key]").input_value()
    page.evaluate("document.getElementById('checkout').removeAttribute('hx-post')")
    page.context.set_offline(True)
    page.evaluate("HTMLFormElement.prototype.submit.call(document.getElementById('checkout'))")
    expect(page.get_by_text("a payment is never taken twice")).to_be_visible()
    assert page.locator("[name=key]").input_value() == key
    page.context.set_offline(False)
    page.get_by_role("button", name="Send again").click()
    expect(page.locator("main [name=email]")).to_be_visible()  # what was missing is asked for
    assert page.locator("[name=key]").input_value() == key
