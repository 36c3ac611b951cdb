"""Suggestions as a keyboard and a screen reader meet them."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories.catalog import make_product

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def typed(live_server: LiveServer, page: Page, transactional_db: None) -> Page:
    make_product(title={"en": "Mug of clay", "ar": "كوب طيني"}, slug="mug", prices={"US": 1999, "AE": 7900})
    make_product(title={"en": "Mug of tin", "ar": "كوب معدني"}, slug="tin", prices={"US": 1999, "AE": 7900})
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/en-US/search")
    page.locator("main input[name=q]").press_sequentially("mug", delay=20)
    expect(page.locator("main [role=option]")).to_have_count(2)
    return page


def test_arrows_walk_the_suggestions_and_enter_opens_one(typed: Page) -> None:
    box = typed.locator("main input[name=q]")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    last = typed.locator("main [role=option]").nth(1)
    expect(last).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == last.get_attribute("id")
    box.press("ArrowDown")  # past the end lies the box
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") == last.get_attribute("id")
    href = last.get_attribute("data-href")
    box.press("Enter")
    typed.wait_for_url(f"**{href}")


def test_escape_puts_them_away_and_what_was_typed_stays(typed: Page) -> None:
    box = typed.locator("main input[name=q]")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("mug")
    box.press("Enter")
    typed.wait_for_url("**/search?q=mug")


def test_a_pointer_opens_one(typed: Page) -> None:
    first = typed.locator("main [role=option]").first
    href = first.get_attribute("data-href")
    first.click()
    typed.wait_for_url(f"**{href}")


def test_open_suggestions_have_no_accessibility_fault(typed: Page) -> None:
    found = Axe().run(typed)
    assert found.violations_count == 0, found.generate_report()
