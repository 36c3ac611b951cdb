"""A question in a browser: asked on the product's page, confirmed by mail, answered in the console, read by others."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from glocal.content.questions import facade as questions
from glocal.content.questions.models import Question
from glocal.platform.console.records import record_url
from glocal.platform.http import rates
from glocal.platform.mail.models import OutgoingMail
from tests.browser.conftest import PHONE, visitor
from tests.content.questions.factories import asked
from tests.factories.catalog import MadeProduct, make_product
from tests.factories.sale import open_shop
from tests.web.console.conftest import operator, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLES = {"en": "Cloud cream", "th": "ครีมคลาวด์", "ar": "كريم السحاب"}


@pytest.fixture
def cream(transactional_db: None) -> MadeProduct:
    rates._windows.clear()
    open_shop()
    return make_product(title=TITLES, prices={"US": 1999, "TH": 59900, "AE": 7900})


def desk_of(client: Client, live_server: LiveServer) -> dict[str, str]:
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}


def answer_in_console(browser: Browser, live_server: LiveServer, question: Question, text: str) -> None:
    with visitor(browser, viewport={"width": 1280, "height": 900}) as context:
        context.add_cookies([desk_of(signed_in(operator("maya@glocal.test", ("na", "manager"))), live_server)])
        desk = context.new_page()
        desk.goto(f"{live_server.url}/console/")
        desk.get_by_role("link", name="Questions to answer").click()
        desk.get_by_role("link", name=question.text).click()
        assert desk.url.endswith(record_url("questions.question", question.pk))
        desk.locator("summary").get_by_text("Answer", exact=True).click()
        desk.get_by_label("Answer", exact=True).fill(text)
        desk.get_by_label("Who reads it").select_option("public")
        desk.get_by_role("button", name="Answer", exact=True).click()
        expect(desk.locator("[role=status]")).to_contain_text("Answered.")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_guest_asks_the_desk_answers_and_others_read_it(
    browser: Browser, live_server: LiveServer, cream: MadeProduct
) -> None:
    text = "Is it good for sensitive skin?"
    with visitor(browser, **PHONE) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/en-US/p/{cream.slug}")
        expect(page.locator("html.scripted")).to_be_attached()
        fold = page.locator("#questions")
        fold.get_by_text("Questions to the shop").click()
        expect(fold.get_by_text("Nobody has asked yet.")).to_be_visible()
        fold.get_by_text("Ask a question").click()
        fold.get_by_label("Your question").fill(text)
        fold.get_by_label("E-mail address").fill("ada@example.com")
        assert fits(page)
        fold.get_by_role("button", name="Send the question").click()
        expect(fold.get_by_text("Look into your mail")).to_be_visible()
        page.goto(OutgoingMail.objects.get().context["link"].replace("http://localhost:8000", live_server.url))
        page.get_by_role("button", name="Yes, I ask this").click()
        expect(page.get_by_text("We have your question.")).to_be_visible()
        answer_in_console(browser, live_server, Question.objects.get(), "Yes.\n\nIt has no scent.")
        page.reload()
        expect(page.get_by_text("It has no scent.")).to_be_visible()
        assert fits(page)
    for width, script in ((390, True), (1280, True), (390, False)):
        viewport = {"width": width, "height": 900}
        with visitor(browser, viewport=viewport, java_script_enabled=script) as context:
            page = context.new_page()
            page.goto(f"{live_server.url}/en-US/p/{cream.slug}")
            page.get_by_text("Questions to the shop").click()
            if not script:
                page.get_by_role("link", name="Read what others asked, and ask").click()
            expect(page.get_by_text("It has no scent.")).to_be_visible()
            expect(page.get_by_text("A shopper", exact=True)).to_be_visible()


def test_a_guest_asks_without_script(browser: Browser, live_server: LiveServer, cream: MadeProduct) -> None:
    with visitor(browser, java_script_enabled=False, **PHONE) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/th-TH/p/{cream.slug}")
        page.locator("#questions summary").click()
        page.locator("#questions .textlink").click()
        page.locator(".asked__ask summary").click()
        page.locator("[name=text]").fill("ผิวแพ้ง่ายใช้ได้ไหม")
        page.locator(".asked [name=email]").fill("mali@example.com")
        page.locator(".asked__ask .button:not(summary)").click()
        expect(page.locator(".asked [role=status]")).to_be_visible()
    question = Question.objects.get()
    assert (question.language, question.reads, question.status) == ("th", "th", "unconfirmed")


@pytest.mark.parametrize("place", ["en-US", "ar-AE", "th-TH"])
@pytest.mark.parametrize("width", [390, 1280])
def test_its_pages_fit_and_are_accessible(
    browser: Browser, live_server: LiveServer, cream: MadeProduct, place: str, width: int
) -> None:
    market = place[-2:]
    for text in ("Is it good for sensitive skin?", "هل يناسب البشرة الحساسة؟", "x" * 300):
        view = asked(cream.id, market=market, reads=place[:2], text=text)
        questions.answer(view.id, text=f"{text}\n\nYes, it is.", public=True, actor_id=None)
    scheme = "dark" if place == "th-TH" else "light"
    with visitor(browser, viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/{place}/p/{cream.slug}")
        expect(page.locator("html.scripted")).to_be_attached()
        page.locator("#questions > summary").click()
        expect(page.locator(".asked__one")).to_have_count(3)
        page.locator(".asked__ask > summary").click()
        send = page.locator(".asked__ask form .button")
        assert send.evaluate("button => getComputedStyle(button).backgroundColor") != "rgba(0, 0, 0, 0)"
        for _page in ("fold", "page", "own"):
            assert fits(page)
            found = Axe().run(page, "main")
            assert not found.response["violations"], found.generate_report()
            if _page == "fold":
                page.goto(f"{live_server.url}/{place}/p/{cream.slug}/questions")
            else:
                page.goto(f"{live_server.url}/{place}/questions/{view.token}")
