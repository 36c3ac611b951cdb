"""What a shopper's hands do: open a product, fill the form, type a card, answer the bank."""

import re

from playwright.sync_api import Locator, Page, expect

from glocal.platform.kernel.totp import totp
from tests.browser.conftest import Product

THING, OTHER = "cloud-cream", "oat-soap-bar"
PAID = "#state .leg:first-child"
APPROVED, CHALLENGED, DECLINED = "4242424242424242", "4000000000003220", "4000000000009995"
ADDRESSES: dict[str, dict[str, str]] = {
    "US": {
        "name": "Ada Lovelace",
        "line1": "500 Howard Street",
        "city": "San Francisco",
        "region": "CA",
        "postcode": "94105",
        "phone": "+1 415 555 0132",
    },
    "TH": {
        "name": "สมหญิง ใจดี",
        "line1": "99/1 ถนนสุขุมวิท",
        "district": "คลองเตยเหนือ",
        "city": "วัฒนา",
        "region": "10",
        "postcode": "10110",
        "phone": "081 234 5678",
    },
    "AE": {
        "name": "ليلى حسن",
        "line1": "شارع الشيخ زايد 12",
        "region": "DU",
        "phone": "050 123 4567",
    },
}


def fill_address(form: Locator, market: str, email: str) -> None:
    form.locator("[name=email]").fill(email)
    for name, value in ADDRESSES[market].items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def type_card(form: Locator, number: str) -> None:
    """Into the provider's own frame."""
    card = form.frame_locator("[data-card] iframe")
    card.locator("[name=number]").fill(number)
    card.locator("[name=expiry]").fill("12/34")
    card.locator("[name=cvc]").fill("123")


def open_sheet(page: Page, product: Product, place: str, slug: str = THING) -> Locator:
    page.goto(f"{product.url}/{place}/p/{slug}")
    expect(page.locator("html.scripted")).to_be_attached()  # until then, Buy leads to a page of its own
    page.locator(".buybar form[action$='/buy'] button").tap()
    sheet = page.locator("#sheet")
    expect(sheet).to_be_visible()
    return sheet


def type_card_over_there(page: Page, number: str) -> None:
    """Into the provider's own page, where who has no script types it."""
    for name, value in {"number": number, "expiry": "12/34", "cvc": "123"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("button[value=pay]").click()


def pay(page: Page, sheet: Locator) -> None:
    """Sums that follow from the address have arrived; then the one button."""
    page.wait_for_load_state("networkidle")
    sheet.locator(".button--pay").tap()


def arrives(page: Page, site: str) -> None:
    """The shopper is at that site now, by however many redirects."""
    expect(page).to_have_url(re.compile(f"^{re.escape(site)}/"), timeout=30_000)


def see_paid(page: Page, product: Product) -> None:
    """The order's page has come, and says by its line of time that it is paid."""
    expect(page).to_have_url(re.compile(f"^{re.escape(product.url)}/.*/orders/"), timeout=30_000)
    expect(page.locator(PAID)).to_be_visible()


def see_paid_without_script(page: Page, product: Product) -> None:
    """The same, by the link that asks again."""
    assert page.url.startswith(product.url)
    for _attempt in range(20):
        if page.locator(PAID).is_visible():
            return
        page.wait_for_timeout(500)
        page.locator("#state a[href*='?t=']").last.click()
    raise AssertionError(page.locator("main").inner_text())


def sign_in(page: Page, product: Product, place: str, role: str = "shopper") -> None:
    email, password = product.signins[role]
    page.goto(f"{product.url}/{place}/sign-in")
    page.locator("main [name=email]").fill(email)
    page.locator("main [name=password]").fill(password)
    page.locator("main form button.button:not([type=button])").click()  # the other one is for passkeys
    expect(page).not_to_have_url(re.compile("/sign-in"), timeout=30_000)


def count_taps(page: Page) -> list[str]:
    """What is touched or clicked from now on, also after the page has changed."""
    taps: list[str] = []
    page.expose_function("tapped", lambda what: taps.append(what))
    listen = "addEventListener('pointerdown', (event) => tapped(event.target.textContent.trim()), {capture: true})"
    page.add_init_script(listen)
    page.evaluate(listen)
    return taps


def reload_until(page: Page, selector: str, seconds: int = 40) -> None:
    """What others do meanwhile comes into sight."""
    for _second in range(seconds):
        if page.locator(selector).first.is_visible():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(f"{selector} did not appear:\n{page.locator('main').inner_text()}")


def variant_of(page: Page, product: Product, place: str, slug: str = THING) -> str:
    page.goto(f"{product.url}/{place}/p/{slug}")
    return page.locator(".buybar [name=variant]").first.input_value()


def open_console(desk: Page, product: Product, role: str = "manager") -> None:
    """Sign an operator in, with the second factor; a code serves once, so another one may have to be waited for."""
    desk.goto(f"{product.url}/console/")
    email, password = product.signins[role]
    desk.locator("[name=username]").fill(email)
    desk.locator("[name=password]").fill(password)
    desk.get_by_role("button", name="Sign in").click()
    show_second_factor(desk, product.apps[role])


def show_second_factor(desk: Page, secret: str) -> None:
    for attempt in range(5):
        desk.locator("[name=code]").fill(totp(secret, steps=attempt % 2))
        desk.get_by_role("button", name="Go on").click()
        if "second-factor" not in desk.url:
            return
        desk.wait_for_timeout(8_000 * (attempt % 2))
    raise AssertionError(desk.locator("main").inner_text())


def send_parcel(desk: Page, product: Product, number: str) -> str:
    """An operator signs in, then picks, packs and ships a paid order; the number its parcel is followed by."""
    open_console(desk, product)
    return hand_over(desk, product, number)


def hand_over(desk: Page, product: Product, number: str) -> str:
    """The same by an operator who is in the console already."""
    desk.goto(f"{product.url}/console/")
    desk.get_by_role("link", name="Orders", exact=True).first.click()
    desk.goto(f"{desk.url.split('?')[0]}?q={number}")
    desk.get_by_role("link", name=number).first.click()
    for step in ("Start picking", "Packed", "Hand to carrier"):
        desk.locator(".next").get_by_role("button", name=step).click()
    reload_until(desk, ".parcel a[href*='/track/']")
    return desk.locator(".parcel a[href*='/track/']").inner_text()
