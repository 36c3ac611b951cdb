"""The sandbox's pages in a real browser: fields in another origin's frame, keyboard, small screens, both directions."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from glocal.sandbox import texts
from tests.sandbox.server import RunningSandbox

pytestmark = pytest.mark.browser

SHOP = """<!doctype html><title>shop</title><iframe src="{src}" title="card" width="320" height="240"></iframe>
<script>
window.told = [];
window.addEventListener("message", (event) => {{
  if (event.origin === "{sandbox}") window.told.push(event.data);
}});
window.submitCard = () => document.querySelector("iframe").contentWindow.postMessage({{type: "submit"}}, "{sandbox}");
</script>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": 390, "height": 780})
    yield made
    made.close()


@pytest.fixture
def shop(tmp_path: Path, sandbox: RunningSandbox) -> Iterator[str]:
    """A shop's page on an origin of its own, with the card fields in a frame."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    asked = urlencode({"key": sandbox.publishable_key, "origin": origin, "lang": "th", "theme": "dense"})
    src = f"{sandbox.url}/v1/fields?{asked}".replace("&", "&amp;")
    (tmp_path / "index.html").write_text(SHOP.format(src=src, sandbox=sandbox.url))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield origin
    server.shutdown()
    server.server_close()


def told(page: Page, kind: str) -> dict[str, object]:
    page.wait_for_function("kind => window.told.some(one => one.type === kind)", arg=f"glocal-sandbox-{kind}")
    return page.evaluate("kind => window.told.findLast(one => one.type === kind)", f"glocal-sandbox-{kind}")


def test_a_typed_card_becomes_a_token_and_no_number_leaves_the_frame(page: Page, shop: str, sandbox: RunningSandbox):
    page.goto(shop)
    told(page, "ready")
    frame = page.frame_locator("iframe")
    frame.locator("[name=number]").press_sequentially("4242424242424242")
    frame.locator("[name=expiry]").press_sequentially("1239")
    frame.locator("[name=cvc]").press_sequentially("123")
    assert frame.locator("[name=number]").input_value() == "4242 4242 4242 4242"
    assert frame.locator("[name=expiry]").input_value() == "12/39"
    frame.locator("[name=cvc]").press("Enter")
    told(page, "enter")
    page.evaluate("submitCard()")
    token = told(page, "token")
    assert (token["brand"], token["last4"]) == ("visa", "4242")
    assert "42424242" not in str(page.evaluate("window.told"))
    assert sandbox.pay(token=token["token"]).json()["status"] == "captured"


def test_a_wrong_number_is_said_in_the_frame_in_its_language_and_to_the_shop_by_code(page: Page, shop: str):
    page.goto(shop)
    told(page, "ready")
    page.evaluate("submitCard()")
    assert told(page, "error")["code"] == "invalid_number"
    frame = page.frame_locator("iframe")
    assert "หมายเลขบัตร" in frame.locator("[role=alert]").inner_text()
    assert frame.locator("[name=number]").get_attribute("aria-invalid") == "true"


def test_another_page_can_not_make_the_fields_speak(page: Page, sandbox: RunningSandbox, shop: str):
    asked = urlencode({"key": sandbox.publishable_key, "origin": "https://shop.test"})
    page.goto(shop)
    page.set_content(f'<iframe src="{sandbox.url}/v1/fields?{asked}"></iframe>')
    page.wait_for_timeout(500)
    assert page.frame_locator("iframe").locator("[name=number]").count() == 0


def test_a_challenge_is_answered_without_script_and_leads_back(browser: Browser, sandbox: RunningSandbox, shop: str):
    payment = sandbox.pay(return_url=f"{shop}/index.html").json()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(payment["action"]["url"])
    for name, value in {"number": "4000000000003220", "expiry": "12/39", "cvc": "123"}.items():
        page.fill(f"[name={name}]", value)
    page.click("button.main")
    assert "/challenge/" in page.url
    page.click("button.main")
    assert page.url == f"{shop}/index.html?payment={payment['id']}"
    context.close()


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_pages_are_accessible_and_nothing_is_cut_off_at_320_px(
    page: Page, sandbox: RunningSandbox, shop: str, lang: str
):
    challenged = sandbox.pay(token=sandbox.token("4000000000003220"), lang=lang).json()
    asked = {"key": sandbox.publishable_key, "origin": shop, "lang": lang}
    urls = [
        challenged["action"]["url"],
        sandbox.pay(lang=lang).json()["action"]["url"],
        sandbox.pay(lang=lang, method="grabpay").json()["action"]["url"],
        f"{sandbox.url}/v1/fields?{urlencode(asked)}",
        *([f"{sandbox.url}/"] if lang == "en" else []),
    ]
    page.set_viewport_size({"width": 320, "height": 640})
    for url in urls:
        page.goto(url)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{url} is {wide} px wide"
        cut = page.evaluate(
            "[...document.querySelectorAll('button')].filter(b => b.scrollWidth > b.clientWidth).length"
        )
        assert cut == 0, url
        faults = Axe().run(page).response["violations"]
        assert [
            (one["id"], one["nodes"][0]["html"]) for one in faults if one["impact"] in ("serious", "critical")
        ] == []
