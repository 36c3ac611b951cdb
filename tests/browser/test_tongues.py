"""The shop in each of its languages on narrow phones: no text is cut off, nothing sticks out."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import shopping
from tests.browser.conftest import Product, visitor

pytestmark = pytest.mark.browser

PLACES = ("en-US", "es-US", "zh-Hans-SG", "th-TH", "vi-VN", "id-ID", "ms-MY", "es-MX", "pt-BR", "ar-AE")
WIDTHS = (360, 390)
PAGES = {
    "home": "/",
    "category": "/c/home",
    "search-nothing": "/search?q=zeppelin",
    "product": f"/p/{shopping.THING}",
    "product-kinds": "/p/harbour-canvas-sneakers",
    "places": "/places",
    "sign-in": "/sign-in",
    "sign-up": "/sign-up",
    "buy": "/buy?variant={variant}",
    "order": "{order}",
}
CUT_OFF = """() => {
  const page = document.scrollingElement, found = [];
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} px wide`);
  const kinds = "button, .button, .chip, .lane, .tick, .tool, h1, h2, h3, summary, legend, label, dt, dd, td, th, "
    + ".price, .place, .tongue, .option, .choice, .leg__name, .card__name, .field__hint, .field__error";
  for (const it of document.querySelectorAll(kinds)) {
    if (!it.checkVisibility() || it.closest(".hidden-visually") || getComputedStyle(it).display === "inline") continue;
    const name = `${it.tagName}.${it.className} ${it.textContent.trim().replace(/\\s+/g, " ").slice(0, 60)}`;
    if (it.scrollWidth > it.clientWidth + 1) found.push(`cut off: ${name}`);
    const at = it.getBoundingClientRect(), slides = it.closest(".lanes, .shelf, .gallery, [class*=scroll]");
    if (!slides && at.width && (at.right > innerWidth + 1 || at.left < -1)) found.push(`sticks out: ${name}`);
    const box = it.parentElement.getBoundingClientRect();
    if (it.matches(".choice, .button, .input, .panel, .chip, .price") && at.width > box.width + 1) {
      found.push(`wider than what holds it: ${name}`);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def order(browser: Browser, product: Product) -> str:
    """A paid order: its address behind a place's prefix."""
    with visitor(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        sheet = shopping.open_sheet(page, product, "en-US")
        shopping.fill_address(sheet, "US", "grace@example.com")
        shopping.type_card(sheet, shopping.APPROVED)
        shopping.pay(page, sheet)
        shopping.see_paid(page, product)
        return page.url.removeprefix(f"{product.url}/en-US")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with visitor(browser, viewport={"width": 390, "height": 844}, reduced_motion="reduce") as context:
        yield context.new_page()


@pytest.mark.parametrize("place", PLACES)
def test_no_text_is_cut_off_on_a_narrow_phone(page: Page, product: Product, order: str, place: str) -> None:
    faults = []

    def check(name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            faults.extend(f"{place} {name} at {width} px: {fault}" for fault in page.evaluate(CUT_OFF))
            if folder := os.environ.get("GLOCAL_SCREENSHOTS"):
                path = Path(folder) / f"{place}-{name}-{width}.png"
                page.screenshot(path=path, full_page=True, animations="disabled")

    variant = shopping.variant_of(page, product, place)
    for name, path in PAGES.items():
        answer = page.goto(f"{product.url}/{place}{path.format(variant=variant, order=order)}")
        assert answer is not None
        assert answer.status == 200
        check(name)
    page.goto(f"{product.url}/{place}{PAGES['product']}")
    expect(page.locator("html.scripted")).to_be_attached()
    page.locator(".button--bag").click()
    expect(page.locator("#bag-count")).to_have_text("1")
    for name in ("bag", "checkout"):
        page.goto(f"{product.url}/{place}/{name}")
        check(name)
    page.locator("form button.button--pay").click()  # nothing is filled in: what is missing is said
    page.wait_for_load_state("networkidle")
    check("checkout-refused")
    shopping.sign_in(page, product, place)
    for name, path in {"account": "/account", "security": "/account/security", "notices": "/account/notices"}.items():
        page.goto(f"{product.url}/{place}{path}")
        check(name)
    assert faults == []
