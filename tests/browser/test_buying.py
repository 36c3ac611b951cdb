"""Whole purchases in a browser against the running product: cards, wallets, two taps, no script, the parcel."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import shopping
from tests.browser.conftest import Product, visitor
from tests.browser.shopping import APPROVED, CHALLENGED, DECLINED

pytestmark = pytest.mark.browser


def test_a_guest_pays_by_card_with_3d_secure_on_a_phone(phone: Page, product: Product) -> None:
    told_us: list[str] = []
    phone.on("request", lambda sent: told_us.append(sent.post_data or "") if product.url in sent.url else None)
    sheet = shopping.open_sheet(phone, product, "en-US")
    shopping.fill_address(sheet, "US", "ada@example.com")
    shopping.type_card(sheet, CHALLENGED)
    shopping.pay(phone, sheet)
    shopping.arrives(phone, product.sandbox_url)
    phone.locator("button[value=approve]").tap()
    shopping.see_paid(phone, product)
    assert not any("3220" in body for body in told_us), "the card number reached us"


def test_a_declined_card_is_told_in_words_and_another_one_pays(phone: Page, product: Product) -> None:
    sheet = shopping.open_sheet(phone, product, "en-US")
    shopping.fill_address(sheet, "US", "grace@example.com")
    shopping.type_card(sheet, DECLINED)
    shopping.pay(phone, sheet)
    expect(phone.get_by_role("heading", name="The payment did not go through.")).to_be_visible()
    expect(phone.locator("#state")).to_contain_text("not enough money")
    phone.locator("#state").get_by_role("button", name="Try again").tap()
    shopping.arrives(phone, product.sandbox_url)
    shopping.type_card_over_there(phone, APPROVED)
    shopping.see_paid(phone, product)


def test_a_wallet_that_was_left_can_be_opened_again(phone: Page, product: Product) -> None:
    sheet = shopping.open_sheet(phone, product, "en-US")
    shopping.fill_address(sheet, "US", "joan@example.com")
    sheet.get_by_text("PayPal").tap()
    shopping.pay(phone, sheet)
    shopping.arrives(phone, product.sandbox_url)
    phone.locator("button[value=refuse]").tap()
    shopping.arrives(phone, product.url)
    expect(phone.get_by_role("heading", name="The payment did not go through.")).to_be_visible()
    phone.locator("#state [name=method][value=paypal]").check()
    phone.locator("#state").get_by_role("button", name="Try again").tap()
    shopping.arrives(phone, product.sandbox_url)
    phone.locator("button[value=approve]").tap()
    shopping.see_paid(phone, product)


def test_a_known_shopper_buys_in_two_taps(phone: Page, product: Product) -> None:
    """The first purchase keeps the card; from then on two taps lie between a product and its order."""
    shopping.sign_in(phone, product, "th-TH")
    sheet = shopping.open_sheet(phone, product, "th-TH")
    sheet.locator("[name=method][value=card]").check()
    shopping.type_card(sheet, APPROVED)
    sheet.locator("[name=save_method]").check()
    shopping.pay(phone, sheet)
    shopping.see_paid(phone, product)
    first = phone.url

    phone.goto(f"{product.url}/th-TH/p/{shopping.OTHER}")
    expect(phone.locator("html.scripted")).to_be_attached()
    taps = shopping.count_taps(phone)
    phone.locator(".buybar form[action$='/buy'] button").tap()
    phone.locator("#sheet .button--pay").tap()
    shopping.see_paid(phone, product)
    assert phone.url != first
    assert len(taps) == 2, taps


def test_an_operator_sends_the_parcel_and_the_shopper_sees_it_arrive(
    phone: Page, browser: Browser, product: Product
) -> None:
    sheet = shopping.open_sheet(phone, product, "en-US", shopping.OTHER)
    shopping.fill_address(sheet, "US", "mary@example.com")
    shopping.type_card(sheet, APPROVED)
    shopping.pay(phone, sheet)
    shopping.see_paid(phone, product)
    number = phone.locator("#state .eyebrow bdi").inner_text()
    with visitor(browser, viewport={"width": 1280, "height": 900}) as context:
        followed = shopping.send_parcel(context.new_page(), product, number)
    shopping.reload_until(phone, "h1:text('It is yours.')")
    expect(phone.get_by_role("link", name=followed)).to_be_visible()
    expect(phone.locator(".journey:not(.journey--wide) .leg").first).to_contain_text("It was delivered.")
