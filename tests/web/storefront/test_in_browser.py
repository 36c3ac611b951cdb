"""What only a browser shows: two taps, the card's frame, nothing clipped, nothing jumping, no accessibility fault."""

import os
import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from glocal.content.catalog import facade as catalog
from glocal.platform.accounts import facade as accounts
from glocal.platform.markets import facade as markets
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders.models import Order
from glocal.transaction.payments.models import Payment
from tests.factories.catalog import make_product
from tests.factories.sale import SAN_FRANCISCO, open_shop, sell
from tests.transaction.payments.conftest import calm_sandbox, receiver, running_sandbox, sandbox

__all__ = ["calm_sandbox", "receiver", "running_sandbox", "sandbox"]

# Playwright keeps an event loop in this thread; the ORM calls of these tests do not run in it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
TEXTS = {"en": "Stoneware cup with a rather long name", "th": "ถ้วยเซรามิกทำมือใบใหญ่พิเศษ", "ar": "كوب من الخزف الحجري"}
SIZES = catalog.AttributeInput(
    "size", {"en": "Size"}, [catalog.ValueInput("s", {"en": "Small"}), catalog.ValueInput("l", {"en": "Large"})]
)
PLACES = ("en-US", "th-TH", "ar-AE", "zh-Hans-SG")
PAGES = (
    "/",
    "/c/home",
    "/search?q=zeppelin",
    "/p/{slug}",
    "/bag",
    "/buy?variant={variant}",
    "/sign-in",
    "/places",
    "/no-such",
)


@pytest.fixture
def goods(transactional_db: None) -> UUID:
    open_shop()
    catalog.save_categories([catalog.CategoryInput("home", {"en": "Home", "th": "บ้าน", "ar": "المنزل"})])
    prices = {"US": 1999, "TH": 59900, "AE": 7900, "SG": 2900}
    sold = [sell(10, prices=prices, title=TEXTS, category="home") for _ in range(3)]
    checkout.refresh_landed(_products(sold))
    return sold[0]


def _products(variants: list[UUID]) -> list[UUID]:
    return [item.product_id for item in catalog.items_for_sale("US", variants).values()]


@pytest.fixture
def slug(goods: UUID) -> str:
    return catalog.items_for_sale("US", [goods])[goods].slug


@pytest.fixture
def ada(goods: UUID, live_server: LiveServer, browser: Browser) -> Iterator[Page]:
    """A known shopper on a phone: signed in, with an address."""
    person = accounts.open_account(
        email="ada@example.com", password="a long secret", name="Ada", language="en", market="US"
    )
    accounts.save_address(person_id=person.id, address=markets.check_address("US", SAN_FRANCISCO, "en"))
    client = Client()
    client.post("/en-US/sign-in", {"email": "ada@example.com", "password": "a long secret"})
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def type_card(page: Page, number: str) -> None:
    card = page.frame_locator("[data-card] iframe")
    card.locator("[name=number]").fill(number)
    card.locator("[name=expiry]").fill("12/34")
    card.locator("[name=cvc]").fill("123")


def test_a_guest_pays_by_card_and_the_number_never_reaches_us(
    page: Page, live_server: LiveServer, goods: UUID, slug: str, sandbox
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append((request.post_data or "") if live_server.url in request.url else ""))
    page.goto(f"{live_server.url}/en-US/p/{slug}")
    page.get_by_role("button", name="Buy", exact=True).click()
    sheet = page.locator("#sheet")
    expect(sheet).to_be_visible()
    sheet.locator("[name=email]").fill("ada@example.com")
    for name, value in SAN_FRANCISCO.items():
        field = sheet.locator(f"[name={name}]")
        field.select_option(value) if name == "region" else field.fill(value)
    type_card(page, "4242 4242 4242 4242")
    sheet.get_by_role("button", name="Pay $").click()
    expect(page).to_have_url(re.compile("/orders/"), timeout=30_000)
    assert Payment.objects.get().state == "captured"
    assert not any("4242" in body for body in sent)


def test_a_card_that_cannot_be_is_said_beside_it(
    page: Page, live_server: LiveServer, goods: UUID, slug: str, sandbox
) -> None:
    page.goto(f"{live_server.url}/en-US/buy?variant={goods}")
    page.locator("[name=email]").fill("ada@example.com")
    for name, value in SAN_FRANCISCO.items():
        field = page.locator(f"main [name={name}]")
        field.select_option(value) if name == "region" else field.fill(value)
    type_card(page, "1111 1111 1111 1111")
    page.get_by_role("button", name="Pay $").click()
    frame = page.frame_locator("[data-card] iframe")
    expect(frame.locator("[role=alert]")).to_have_text("The card number is not complete or not right.")
    assert "card number is not" not in page.locator("main").inner_text()  # once, and beside the field
    assert not Order.objects.exists()


def test_a_refusal_keeps_the_card_and_goes_away_field_by_field(
    page: Page, live_server: LiveServer, goods: UUID, slug: str, sandbox
) -> None:
    page.goto(f"{live_server.url}/en-US/buy?variant={goods}")
    page.locator("[name=email]").fill("ada@example.com")
    for name, value in (SAN_FRANCISCO | {"postcode": "10115", "phone": "12"}).items():
        field = page.locator(f"main [name={name}]")
        field.select_option(value) if name == "region" else field.fill(value)
    type_card(page, "4242 4242 4242 4242")
    page.get_by_role("button", name="Pay $").click()
    faults = page.locator(".field__error")
    expect(faults).to_have_count(2)
    expect(page.locator("[name=postcode]")).to_be_focused()
    expect(page.frame_locator("[data-card] iframe").locator("[name=number]")).to_have_value("4242 4242 4242 4242")
    page.locator("[name=postcode]").fill(SAN_FRANCISCO["postcode"])
    expect(faults).to_have_count(1)
    page.locator("[name=phone]").fill(SAN_FRANCISCO["phone"])
    expect(faults).to_have_count(0)
    page.get_by_role("button", name="Pay $").click()
    expect(page).to_have_url(re.compile("/orders/"), timeout=30_000)
    assert Payment.objects.get().state == "captured"


def test_paying_without_a_card_leads_to_its_fields(
    ada: Page, live_server: LiveServer, goods: UUID, slug: str, sandbox
) -> None:
    ada.goto(f"{live_server.url}/en-US/buy?variant={goods}")
    number = ada.frame_locator("[data-card] iframe").locator("[name=number]")
    expect(number).to_be_attached()
    ada.get_by_role("button", name="Pay $").click()
    expect(number).to_be_focused()
    expect(number).to_be_in_viewport()


def test_without_the_providers_frame_the_card_is_asked_for_on_its_page(
    page: Page, live_server: LiveServer, goods: UUID, slug: str, sandbox
) -> None:
    page.route("**/v1/fields*", lambda route: route.abort())
    page.goto(f"{live_server.url}/en-US/buy?variant={goods}")
    page.locator("[name=email]").fill("ada@example.com")
    for name, value in SAN_FRANCISCO.items():
        field = page.locator(f"main [name={name}]")
        field.select_option(value) if name == "region" else field.fill(value)
    page.get_by_role("button", name="Pay $").click()
    expect(page).to_have_url(re.compile(f"^{re.escape(sandbox.url)}/pay/"), timeout=30_000)


def test_a_chosen_variant_survives_reload_and_going_back(page: Page, live_server: LiveServer, goods: UUID) -> None:
    catalog.save_attributes([SIZES])
    shirt = make_product(title="Shirt", skus={"SHIRT-S": {"size": "s"}, "SHIRT-L": {"size": "l"}})
    page.goto(f"{live_server.url}/en-US/")
    page.goto(f"{live_server.url}/en-US/p/{shirt.slug}")
    page.locator("#size-l").click()
    chosen = re.compile(r"\?v=SHIRT-L$")
    expect(page).to_have_url(chosen)
    page.reload()
    expect(page.locator("#size-l")).to_have_attribute("aria-current", "true")
    page.goto(f"{live_server.url}/en-US/bag")
    page.go_back()
    expect(page).to_have_url(chosen)
    expect(page.locator("#size-l")).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page).to_have_url(re.compile("/en-US/$"))


def test_a_known_shopper_buys_in_two_taps(ada: Page, live_server: LiveServer, goods: UUID, slug: str, sandbox) -> None:
    ada.goto(f"{live_server.url}/en-US/p/{slug}")
    ada.get_by_role("button", name="Buy", exact=True).tap()
    ada.locator("#sheet [name=method][value=paypal]").evaluate("radio => radio.checked = true")  # saved the last time
    ada.locator("#sheet").get_by_role("button", name="Pay $").tap()
    expect(ada).to_have_url(re.compile(f"^{re.escape(sandbox.url)}/"), timeout=30_000)
    assert Order.objects.count() == 1


def test_nothing_is_clipped_and_nothing_runs_over_the_edge(
    page: Page, live_server: LiveServer, goods: UUID, slug: str, sandbox
) -> None:
    for place, path in product(PLACES, PAGES):
        page.goto(f"{live_server.url}/{place}{path.format(slug=slug, variant=goods)}")
        for width in (360, 390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate(_CLIPPED) == [], (place, path, width)


_CLIPPED = """() => {
  const found = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
  for (const it of document.querySelectorAll("button, .button, .chip, .lane, .tick, .tool, h1, h2, summary, .price")) {
    if (!it.offsetParent || it.closest(".hidden-visually") || it.classList.contains("hidden-visually")) continue;
    if (getComputedStyle(it).display !== "inline" && it.scrollWidth > it.clientWidth + 1)
      found.push(it.className + ": " + it.textContent.trim().slice(0, 40));
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser, live_server: LiveServer, goods: UUID, slug: str, scheme: Any, sandbox
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
    for place, path in product(PLACES[:3], PAGES):
        page.goto(f"{live_server.url}/{place}{path.format(slug=slug, variant=goods)}")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, f"{place}{path}\n{found.generate_report()}"
    page.close()


def test_what_can_be_tapped_is_large_enough(page: Page, live_server: LiveServer, goods: UUID, slug: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/c/home", f"/p/{slug}", "/bag", "/sign-in"):
        page.goto(f"{live_server.url}/th-TH{path}")
        small = page.evaluate(
            """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
              .filter((it) => it.offsetParent && !it.closest("p, .skip, .card, .option, .choice, .lead__tag"))
              .map((it) => [it.outerHTML.slice(0, 80), it.getBoundingClientRect().height])
              .filter(([, height]) => height < 41.9)"""
        )
        assert small == [], path


def test_a_page_is_light_and_still(page: Page, live_server: LiveServer, goods: UUID, slug: str) -> None:
    bytes_of: dict[str, int] = {}
    page.on("requestfinished", lambda request: bytes_of.update({request.url: request.sizes()["responseBodySize"]}))
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((e) => window.shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    for path in ("/", f"/p/{slug}"):
        page.goto(f"{live_server.url}/en-US{path}", wait_until="networkidle")
        assert page.evaluate("window.shift") < 0.05
    assert sum(size for url, size in bytes_of.items() if ".js" in url) < 60_000  # unpacked here; 15 kB as sent
