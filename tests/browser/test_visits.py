"""Whole visits, each with script and without: from the first page to the order on its way back."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import shopping
from tests.browser.conftest import PHONE, Product, visitor

pytestmark = pytest.mark.browser

SHELF = "beauty"


@dataclass(frozen=True)
class Shopper:
    """Where they live and what they type; ``says`` is a part of the thing's name as they read it."""

    place: str
    market: str
    direction: str
    types: str
    says: str


SHOPPERS = (
    Shopper("th-TH", "TH", "ltr", "ครีมก้อนเมฆ", "ครีมก้อนเมฆ"),
    Shopper("ar-AE", "AE", "rtl", "كريم الغيمة", "كريم الغيمة"),
)


@pytest.fixture(scope="module")
def desk(browser: Browser, product: Product) -> Iterator[Page]:
    """An operator, in the console."""
    with visitor(browser, viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        shopping.open_console(page, product)
        yield page


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("shopper", SHOPPERS, ids=lambda shopper: shopper.place)
def test_a_visit_from_the_first_page_to_the_way_back(
    browser: Browser, product: Product, desk: Page, shopper: Shopper, scripted: bool
) -> None:
    with visitor(browser, java_script_enabled=scripted, **PHONE) as context:
        page = context.new_page()
        _find(page, product, shopper)
        _put_in_the_bag(page, scripted)
        _check_out(page, product, shopper, scripted)
        number = page.locator("#state .eyebrow bdi").inner_text()
        tracking = shopping.hand_over(desk, product, number)
        _follow(page, tracking, shopper)
        _send_back(page)
        assert page.locator("html").get_attribute("dir") == shopper.direction


def _find(page: Page, product: Product, shopper: Shopper) -> None:
    """Home, its shelf, then the thing itself by its name."""
    page.goto(f"{product.url}/{shopper.place}/")
    page.locator(f".lanes a[href$='/c/{SHELF}']").click()
    expect(page.locator(".card").first).to_be_visible()
    page.locator(".tool--find").click()
    box = page.locator("main [name=q]")
    box.fill(shopper.types)
    box.press("Enter")
    page.locator(f"#list a[href*='/p/{shopping.THING}']").first.click()
    expect(page.locator("h1")).to_have_text(shopper.says)


def _put_in_the_bag(page: Page, scripted: bool) -> None:
    if scripted:
        expect(page.locator("html.scripted")).to_be_attached()
    page.locator(".button--bag").click()
    if scripted:
        page.locator("#toast a").click()
    elif "/bag" not in page.url:
        page.locator(".masthead a[href$='/bag']").click()
    page.locator("#bag aside a.button").click()


def _check_out(page: Page, product: Product, shopper: Shopper, scripted: bool) -> None:
    """As a guest, by card: in the provider's frame, or on the provider's page."""
    form = page.locator("#checkout")
    shopping.fill_address(form, shopper.market, "guest@example.com")
    if scripted:
        shopping.type_card(form, shopping.APPROVED)
        shopping.pay(page, form)
        shopping.see_paid(page, product)
        return
    _pay_without_script(page, product, form)
    shopping.type_card_over_there(page, shopping.APPROVED)
    shopping.see_paid_without_script(page, product)


def _pay_without_script(page: Page, product: Product, form: Locator) -> None:
    form.locator(".button--pay").click()
    if page.url.startswith(product.url):  # the sum has followed the address; the page says so and asks again
        expect(page.locator("#checkout [role=alert]").first).to_be_visible()
        form.locator(".button--pay").click()
    shopping.arrives(page, product.sandbox_url)


def _follow(page: Page, tracking: str, shopper: Shopper) -> None:
    """The parcel's own page speaks the shopper's language; then it is theirs."""
    shopping.reload_until(page, "a[href*='/track/']")
    here = page.url
    link = page.locator("a[href*='/track/']")
    expect(link).to_have_text(tracking)
    link.click()
    expect(page.locator("main")).to_contain_text(tracking)
    assert page.locator("html").get_attribute("dir") == shopper.direction
    page.goto(here)
    shopping.reload_until(page, "a[href*='/return?']")


def _send_back(page: Page) -> None:
    page.locator("a[href*='/return?']").click()
    page.locator("[name^=line-]").select_option("1")
    page.locator("[name=reason]").select_option("changed_mind")
    page.locator("main form[action$='/return'] button").click()
    expect(page.locator("#returns [aria-current=step]")).to_be_visible()
