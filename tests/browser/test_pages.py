"""Every page of the shop in every cell of the grid: nothing broken, cut off, inaccessible, heavy or jumping."""

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser import grid, shopping
from tests.browser.conftest import PHONE, Product, visitor

pytestmark = pytest.mark.browser

PLACES = ("en-US", "th-TH", "ar-AE", "zh-Hans-SG")
SHIFT, JS_BYTES, HTML_BYTES, FIRST_VIEW_BYTES = 0.05, 30_000, 14_000, 300_000
PAGES = {
    "home": "/",
    "category": "/c/beauty",
    "search": "/search?q=cloud",
    "search-nothing": "/search?q=zeppelin",
    "product": f"/p/{shopping.THING}",
    "product-kinds": f"/p/{shopping.OTHER}",
    "bag-empty": "/bag",
    "buy": "/buy?variant={variant}",
    "places": "/places",
    "sign-in": "/sign-in",
    "sign-up": "/sign-up",
    "password": "/password",
    "offline": "/offline",
    "find-order": "/orders/link",
    "questions": f"/p/{shopping.THING}/questions",
    "privacy": "/privacy",
    "cookies": "/cookies",
    "order-delivered": "{delivered}",
    "order-return": "{returning}",
    "order-waiting": "{waiting}",
    "order-address": "{readdressing}",
    "order-declined": "{declined}",
    "order-cancelled": "{cancelled}",
    "missing": "/no-such-page",
}
OWN_PAGES = {
    "account": "/account",
    "security": "/account/security",
    "notices": "/account/notices",
    "letters": "/account/letters",
    "own-questions": "/account/questions",
}
"""Of who is signed in."""


@pytest.fixture(scope="module")
def orders(browser: Browser, product: Product) -> dict[str, str]:
    """An order in each of its states: its address behind a place's prefix."""
    found = {}
    with visitor(browser, **PHONE) as context:
        page = context.new_page()
        for state in ("waiting", "declined", "cancelled", "delivered"):
            _order(page, product, shopping.DECLINED if state == "declined" else shopping.APPROVED, state == "waiting")
            found[state] = page.url.removeprefix(f"{product.url}/en-US")
            if state == "cancelled":
                page.get_by_text("Cancel this order").tap()
                page.get_by_role("button", name="Yes, cancel it").tap()
                expect(page.get_by_role("heading", name="This order is cancelled.")).to_be_visible()
        number = page.locator("#state .eyebrow bdi").inner_text()
    with visitor(browser, viewport={"width": 1280, "height": 900}) as context:
        shopping.send_parcel(context.new_page(), product, number)
        page = context.new_page()
        page.goto(f"{product.url}/en-US{found['delivered']}")
        shopping.reload_until(page, "a[href*='/return?']")
    path, _, link = found["delivered"].partition("?")
    waiting, _, its_link = found["waiting"].partition("?")
    return found | {"returning": f"{path}/return?{link}", "readdressing": f"{waiting}/address?{its_link}"}


def _order(page: Page, product: Product, card: str, leave: bool) -> None:
    """Buy by card, or by a wallet and ``leave`` before its question is answered; ends on the order's page."""
    sheet = shopping.open_sheet(page, product, "en-US")
    shopping.fill_address(sheet, "US", "hedy@example.com")
    if leave:
        sheet.locator("[name=method][value=paypal]").check()
    else:
        shopping.type_card(sheet, card)
    shopping.pay(page, sheet)
    if leave:
        shopping.arrives(page, product.sandbox_url)
        page.goto(f"{product.url}/en-US/checkout/return")
    expect(page).to_have_url(re.compile("/en-US/orders/"))
    if card == shopping.APPROVED and not leave:
        shopping.see_paid(page, product)


class Look:
    """One visitor who goes through the shop and notes what is wrong."""

    def __init__(self, page: Page, product: Product, walk: grid.Walk) -> None:
        self.page, self.product, self.walk = page, product, walk
        self.faults: list[str] = []
        self.here = ""
        page.on("console", lambda said: said.type == "error" and self.note(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.note(f"script: {error}"))

    def note(self, fault: str) -> None:
        refused = {"missing": "404", "checkout-faults": "422"}.get(self.here)
        if refused is None or f"status of {refused}" not in fault:  # the browser tells that itself
            self.faults.append(f"{self.walk.place} {self.here}: {fault}")

    def visit(self, name: str, path: str) -> None:
        self.here = name
        self.page.set_viewport_size({"width": grid.PHONE, "height": grid.HEIGHT})
        answer = self.page.goto(f"{self.product.url}/{self.walk.place}{path}", wait_until="load")
        wanted = 404 if name == "missing" else 200
        if answer is None or answer.status != wanted:
            self.note(f"status {answer and answer.status}")
        self.check()

    def check(self) -> None:
        """The page as it stands, in every cell of the grid."""
        if (shift := self.page.evaluate("window.shift")) >= SHIFT:
            self.note(f"things jump: {shift:.3f}")
        for fault in grid.faults_of(self.page, self.walk, self.here):
            self.note(fault)


@pytest.fixture(params=grid.walks(), ids=lambda walk: f"{walk.place}-{'-'.join(walk.worlds)}")
def look(request: pytest.FixtureRequest, browser: Browser, product: Product) -> Iterator[Look]:
    with visitor(browser, viewport={"width": grid.PHONE, "height": grid.HEIGHT}, reduced_motion="reduce") as context:
        context.add_init_script(grid.WATCH_SHIFTS)
        yield Look(context.new_page(), product, request.param)


def test_every_page_is_whole(look: Look, orders: dict[str, str]) -> None:
    page, place = look.page, look.walk.place
    variant = shopping.variant_of(page, look.product, place)
    for name, path in PAGES.items():
        look.visit(name, path.format(variant=variant, **orders))
    look.visit("product", PAGES["product"])
    expect(page.locator("html.scripted")).to_be_attached()
    page.locator(".button--bag").click()
    expect(page.locator("#bag-count")).to_have_text("1")
    look.here = "sheet"
    page.locator(".buybar form[action$='/buy'] button").click()
    expect(page.locator("#sheet .button--pay")).to_be_visible()
    page.wait_for_load_state("networkidle")
    look.check()
    for name in ("bag", "checkout"):
        look.visit(name, f"/{name}")
    look.here = "checkout-faults"
    with page.expect_navigation():
        page.evaluate("document.getElementById('checkout').submit()")  # as without script: nothing is filled in
    look.check()
    shopping.sign_in(page, look.product, place)
    for name, path in OWN_PAGES.items():
        look.visit(name, path)
    assert not look.faults, "\n".join(look.faults)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("path", ["/", f"/p/{shopping.THING}", "/c/beauty"])
def test_the_first_view_is_light(browser: Browser, product: Product, place: str, path: str) -> None:
    """Bytes as sent, to a phone that comes for the first time; HTML also as a front server packs it."""
    sent: dict[str, int] = {}

    def add(request: Request) -> None:
        size = request.sizes()
        kind = request.resource_type
        sent[kind] = sent.get(kind, 0) + size["responseBodySize"]

    with visitor(browser, **PHONE, device_scale_factor=2) as context:
        page = context.new_page()
        page.on("requestfinished", add)
        answer = page.goto(f"{product.url}/{place}{path}", wait_until="networkidle")
        assert answer is not None
        packed = len(gzip.compress(answer.body()))
    assert packed < HTML_BYTES, packed
    assert sent["script"] < JS_BYTES, sent
    assert sum(sent.values()) < FIRST_VIEW_BYTES, sent
