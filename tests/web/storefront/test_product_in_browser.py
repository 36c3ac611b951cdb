"""A product's page as hands and keys use it: swatches, enlarging, turning, sizes; and all of it with script off."""

import os
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from glocal.content.catalog import facade as catalog
from glocal.content.media import facade as media
from glocal.platform.kernel.money import Money
from glocal.transaction.checkout import facade as checkout
from tests.factories.catalog import make_product
from tests.factories.media import photo_bytes
from tests.factories.sale import open_shop, sell

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COLOURS = [catalog.ValueInput("sand", {"en": "Sand"}, "#D9C3A0"), catalog.ValueInput("navy", {"en": "Navy"}, "#24384F")]
SIZES = [catalog.ValueInput(code, {"en": code}) for code in ("37", "38")]
SKUS = {f"{c}-{s}".upper(): {"colour": c, "size": s} for c in ("sand", "navy") for s in ("37", "38")}


@pytest.fixture
def address(transactional_db: None, live_server: LiveServer) -> str:
    """Of a slipper in two colours at two prices, each with its picture; it turns and has a size chart."""
    colour, size = catalog.AttributeInput("colour", {"en": "Colour"}, COLOURS), ("size", {"en": "Size"}, SIZES)
    catalog.save_attributes([colour, catalog.AttributeInput(*size)])
    made = media.store_images(
        images=[media.NewImage(photo_bytes(600 + n, 600 + n), {"en": f"Side {n}"}) for n in range(10)]
    )
    media.render([picture.id for picture in made])
    shown = {"sand": made[0].id, "navy": made[1].id}
    variants = [catalog.VariantInput(sku, 300, options, shown[options["colour"]]) for sku, options in SKUS.items()]
    shoe = make_product(title="Slipper", skus=SKUS, variants=variants, pictures=made[:2])
    dearer = [shoe.variants[sku] for sku in ("NAVY-37", "NAVY-38")]
    catalog.set_prices([catalog.PriceChange(variant, "US", Money(2999, "USD")) for variant in dearer])
    rows = [
        catalog.SizeRowInput("37", {"EU": "37", "US": "6.5"}, {"foot_length": Decimal("23.5")}),
        catalog.SizeRowInput("38", {"EU": "38", "US": "7.5"}, {"foot_length": Decimal("24.1")}),
    ]
    catalog.save_size_charts([catalog.SizeChartInput("shoes", rows)])
    catalog.set_spin(product_id=shoe.id, frames=made[2:])
    return f"{live_server.url}/en-US/p/{shoe.slug}"


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A phone without script."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.fixture
def calm(browser: Browser) -> Iterator[Page]:
    """A wide window whose owner wants nothing to move by itself."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def first_picture(page: Page) -> str:
    return page.locator(".slide img").first.get_attribute("alt") or ""


def test_a_swatch_changes_price_picture_and_address(calm: Page, address: str) -> None:
    calm.goto(f"{address}?v=SAND-37")
    expect(calm.locator(".facts .price").first).to_have_text("$19.99")
    assert first_picture(calm) == "Side 0"
    calm.get_by_role("link", name="Navy", exact=True).press("Enter")
    expect(calm).to_have_url(re.compile(r"\?v=NAVY-37$"))
    expect(calm.locator(".facts .price").first).to_have_text("$29.99")
    expect(calm.locator(".slide img").first).to_have_attribute("alt", "Side 1")
    expect(calm.locator("#colour-navy")).to_be_focused()  # the keyboard stays where it was


def test_a_picture_is_enlarged_and_left_by_keyboard(calm: Page, address: str) -> None:
    calm.goto(address)
    link = calm.locator("#picture-1")
    link.focus()
    link.press("Enter")
    box = calm.get_by_role("dialog", name="Picture, enlarged")
    expect(box).to_be_visible()
    assert "-600." in box.locator("img").evaluate("it => it.decode().then(() => it.currentSrc)")  # the largest
    calm.keyboard.press("+")
    calm.keyboard.press("+")
    expect(box.locator("output")).to_have_text("225 %")
    calm.keyboard.press("ArrowDown")
    room = box.locator(".zoom__room")
    expect(room).to_be_focused()
    calm.wait_for_function("document.querySelector('.zoom__room').scrollTop > 0")
    calm.keyboard.press("0")
    expect(box.locator("output")).to_have_text("100 %")
    calm.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(link).to_be_focused()


def test_it_turns_by_keys_and_by_hand_and_loads_frames_only_when_asked(calm: Page, address: str) -> None:
    asked: list[str] = []
    calm.on("request", lambda request: asked.append(request.url))
    calm.goto(address, wait_until="networkidle")
    assert not any(url.endswith("/turn") for url in asked)
    calm.get_by_role("link", name="All round").click()
    calm.get_by_role("button", name="Turn it").click()
    slider = calm.get_by_role("slider", name="Turn")
    expect(slider).to_be_focused()
    expect(slider).to_have_value("1")
    frames = [calm.locator(".spin img").get_attribute("src")]
    calm.keyboard.press("ArrowRight")
    expect(slider).to_have_value("2")
    frames.append(calm.locator(".spin img").get_attribute("src"))
    calm.keyboard.press("ArrowLeft")
    calm.keyboard.press("ArrowLeft")
    expect(slider).to_have_value("8")  # a turn has no end
    assert len(set(frames)) == 2
    calm.locator(".spin .frame").scroll_into_view_if_needed()
    edge = calm.locator(".spin .frame").bounding_box()
    assert edge is not None
    calm.mouse.move(edge["x"] + 300, edge["y"] + 200)
    calm.mouse.down()
    calm.mouse.move(edge["x"] + 300 - edge["width"] / 4, edge["y"] + 200, steps=4)
    calm.mouse.up()
    expect(slider).to_have_value("2")


def test_thumbnails_show_their_picture(calm: Page, address: str) -> None:
    calm.goto(f"{address}?v=SAND-37")
    calm.get_by_role("link", name="Picture 2").click()
    expect(calm.get_by_role("link", name="Picture 2")).to_have_attribute("aria-current", "true")
    expect(calm.locator("#picture-2")).to_be_in_viewport(ratio=0.5)
    expect(calm).to_have_url(re.compile(r"\?v=SAND-37$"))


def test_the_size_chart_follows_the_chosen_size_and_the_market(calm: Page, address: str) -> None:
    calm.goto(address)
    calm.get_by_text("Size chart", exact=True).click()
    table = calm.locator("#size-table")
    expect(table).to_contain_text("Foot length, in")
    calm.locator("#size-38").click()
    expect(table.locator("tr[aria-current]")).to_contain_text("your size")
    expect(table.locator("tr[aria-current]")).to_contain_text("9.5")
    expect(table).to_be_visible()  # it stays open
    calm.goto(address.replace("en-US", "en-TH"))
    calm.get_by_text("Size chart", exact=True).click()
    expect(table).to_contain_text("Foot length, cm")
    expect(table).to_contain_text("24.1")


def test_all_of_it_is_there_with_script_off(plain: Page, address: str) -> None:
    plain.goto(f"{address}?v=SAND-37")
    plain.get_by_role("link", name="Navy", exact=True).click()
    expect(plain).to_have_url(re.compile(r"\?v=NAVY-37$"))
    expect(plain.locator(".facts .price").first).to_have_text("$29.99")
    assert first_picture(plain) == "Side 1"
    plain.get_by_text("Size chart", exact=True).click()
    expect(plain.locator("tr[aria-current]")).to_contain_text("9.25")
    expect(plain.locator(".spin img")).to_be_attached()
    expect(plain.get_by_role("button", name="Turn it")).to_be_hidden()
    plain.get_by_role("link", name="Prices so far").click()
    expect(plain.get_by_role("heading", name="Prices so far")).to_be_visible()
    plain.go_back()
    plain.locator("#picture-1").click()
    expect(plain).to_have_url(re.compile(r"/media/.*\.jpg$"))


@pytest.mark.parametrize("script", [True, False])
def test_my_place_changes_the_deliveries(browser: Browser, live_server: LiveServer, script: bool) -> None:
    open_shop()
    variant = sell(10, prices={"US": 1999}, title="Cup")
    item = catalog.items_for_sale("US", [variant])[variant]
    checkout.refresh_landed([item.product_id])
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{live_server.url}/en-US/p/{item.slug}")
    page.get_by_role("link", name="Every delivery, and my place").click()
    expect(page.locator(".way").first).to_be_visible()
    page.get_by_label("Another place").fill("94110")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="To 94110, California, United States")).to_be_visible()
    context.close()
