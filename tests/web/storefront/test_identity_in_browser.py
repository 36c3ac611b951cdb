"""An authenticator app from its picture to the next sign-in, and a login at a provider, in a browser."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person
from glocal.platform.kernel.totp import totp
from tests.factories.sale import open_shop
from tests.web.storefront.login_provider import provider

__all__ = ["provider"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL, PASSWORD = "mali@example.com", "seven-green-lamps"


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Page]:
    """A shopper with a phone; addresses are the shop's own."""
    open_shop()
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def mali(visit) -> Person:
    accounts.open_account(email=EMAIL, password=PASSWORD, name="Mali", language="en", market="US")
    return Person.objects.get()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("GLOCAL_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def first_step(page: Page) -> None:
    page.goto("/en-US/sign-in")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")


def second_step(page: Page, code: str) -> None:
    page.get_by_label("Code of your app").fill(code)
    page.get_by_role("button", name="Sign in").click()


def at(page: Page, path: str) -> None:
    expect(page).to_have_url(re.compile(f"{re.escape(path)}$"), timeout=20_000)


def test_a_shopper_sets_an_app_up_and_signs_in_by_its_code_and_by_a_kept_one(visit: Page, mali: Person):
    first_step(visit)
    at(visit, "/en-US/account")
    visit.goto("/en-US/account/security")
    visit.get_by_role("link", name="Set it up").click()
    expect(visit.get_by_role("img", name="Picture to scan")).to_be_visible()
    secret = visit.locator(".secret").inner_text().replace(" ", "")
    code = visit.get_by_label("Code that the app shows")
    code.fill("000000")
    visit.get_by_role("button", name="Switch it on").click()
    expect(visit.get_by_text("This code is not right.")).to_be_visible()
    assert visit.locator(".secret").inner_text().replace(" ", "") == secret  # what was scanned still holds
    code.fill(totp(secret, steps=-1))
    visit.get_by_role("button", name="Switch it on").click()
    expect(visit.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    kept = visit.locator(".codes li").first.inner_text()

    for shown, left in ((totp(secret), 10), (kept, 9)):
        visit.context.clear_cookies()
        first_step(visit)
        expect(visit.get_by_role("heading", name="One more step")).to_be_visible()
        visit.goto("/en-US/account")
        at(visit, "/sign-in?next=/en-US/account")
        first_step(visit)
        second_step(visit, shown)
        at(visit, "/en-US/account")
        assert accounts.recovery_codes_left(mali.pk) == left


def test_one_tap_at_a_provider_opens_an_account_and_the_next_signs_in_to_it(visit: Page, provider):
    visit.goto("/en-US/sign-up")
    picture(visit, "sign-up-390")
    visit.get_by_role("button", name="Continue with Here").click()
    at(visit, "/en-US/account")
    person = Person.objects.get()
    assert (person.email, person.name, person.market) == (EMAIL, "Mali S.", "US")
    visit.goto("/en-US/account/security")
    expect(visit.get_by_role("region", name="Linked accounts")).to_contain_text("Here")
    picture(visit, "security-linked-390")
    visit.context.clear_cookies()
    visit.goto("/en-US/sign-in")
    picture(visit, "sign-in-390")
    visit.get_by_role("button", name="Continue with Here").click()
    at(visit, "/en-US/account")
    assert Person.objects.count() == 1


def test_an_account_is_linked_and_unlinked_at_its_page(visit: Page, mali: Person, provider):
    first_step(visit)
    at(visit, "/en-US/account")
    visit.goto("/en-US/account/security")
    visit.get_by_role("button", name="Link Here").click()
    expect(visit.get_by_text("They are linked.")).to_be_visible()
    visit.get_by_role("button", name="Unlink Here").click()
    expect(visit.get_by_text("It is removed.")).to_be_visible()
    assert accounts.linked_to(mali.pk) == ()


def test_a_provider_that_is_down_leaves_the_shopper_a_way_back(visit: Page, provider):
    visit.goto("/en-US/sign-in")
    provider.down = True
    visit.get_by_role("button", name="Continue with Here").click()
    expect(visit.get_by_text("Your bag is as it was.")).to_be_visible()
    picture(visit, "login-failed-390")
    provider.down = False
    visit.get_by_role("link", name="Sign in").first.click()
    at(visit, "/en-US/sign-in")
