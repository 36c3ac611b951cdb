"""The privacy and cookie pages: what they say is what is done, in every market and language; who is asked, and how."""

import re
from pathlib import Path

import pytest
from django.test import Client

import glocal
from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person
from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy
from glocal.platform.privacy.models import Consent
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders.models import Order
from tests.factories.sale import open_shop, request_for, sell, wanted
from tests.platform.accounts.factories import make_person
from tests.web.console.conftest import operator, signed_in

pytestmark = pytest.mark.django_db
BOTH = ("measurement", "personalisation")
PLACES = [
    (markets.prefix_of(language, market.code), market.code)
    for market in markets.all_markets()
    for language in market.languages
]


@pytest.mark.parametrize(("prefix", "market"), PLACES)
def test_every_market_and_language_has_its_notice(prefix: str, market: str) -> None:
    law = privacy.law_of(market)
    page = Client().get(f"{prefix}/privacy").content.decode()
    assert law.law.partition(";")[0] in page
    assert law.authority.partition(";")[0].replace("'", "&#x27;") in page
    assert page.count("<li>") >= len(law.rights)
    table = Client().get(f"{prefix}/cookies").content.decode()
    assert all(f'<code dir="ltr">{row.name}</code>' in table for row in privacy.cookies())


def test_no_cookie_is_set_past_the_table() -> None:
    source = Path(glocal.__file__).parent
    found = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if re.search(r"\.set_(signed_)?cookie\(", path.read_text())
    }
    assert found == {"platform/privacy/cookies.py"}


def test_a_whole_visit_sets_only_cookies_that_the_page_names_with_their_lifetimes(client: Client) -> None:
    open_shop()
    goods = sell(5, title="Linen shirt")
    accounts.open_account(email="ada@example.com", password="a long secret", name="Ada", language="en", market="US")
    bought = checkout.buy(request_for(wanted(goods, 1)))
    order = Order.objects.get(pk=bought.order_id)
    seen: dict[str, set[object]] = {}

    def look(response: object) -> None:
        for name, morsel in response.cookies.items():
            if morsel.value:  # an empty one forgets
                seen.setdefault(name, set()).add(morsel["max-age"] or None)
                assert morsel["httponly"] or name in {"csrftoken", "scheme"}, name
                assert morsel["samesite"] == "Lax", name

    look(Client().get("/en-US/"))
    slug = client.get("/en-US/new").content.decode().split('href="/en-US/p/')[1].split('"')[0]
    for path in ("", "new", "search?q=linen", f"p/{slug}", "places", "bag", "privacy", "cookies", "sign-in"):
        look(client.get(f"/en-US/{path}"))
    look(client.post("/en-US/bag/add", {"variant": str(goods), "quantity": 1}))
    look(client.get("/en-US/checkout"))
    look(client.get(f"/en-US/orders/{order.number}", {"t": order.token}))
    look(client.post("/en-US/sign-in", {"email": "ada@example.com", "password": "a long secret"}))
    for path in ("account", "account/notices", "account/security", ""):
        look(client.get(f"/en-US/{path}"))
    look(client.get("/scheme/dark"))
    look(client.get("/en-US/currency/EUR"))
    look(client.get(f"/en-US/p/{slug}/delivery", {"postcode": "10001"}))
    look(client.post("/en-US/privacy/choice", {"answer": "none"}))
    told = {row.name: row.seconds for row in privacy.cookies()}
    # The choice is kept only where something optional is asked for.
    assert seen.keys() == {row.name for row in privacy.cookies() if row.kind == "cookie"} - {privacy.CHOICE.name}
    for name, lifetimes in seen.items():
        assert lifetimes == {told[name]}, name


def test_with_nothing_optional_there_is_no_banner_no_choice_and_no_record(client: Client) -> None:
    for prefix in ("/en-DE", "/en-US", "/ar-SA"):
        assert b'class="asking"' not in client.get(f"{prefix}/").content
        assert b'name="purpose"' not in client.get(f"{prefix}/cookies").content
    client.post("/en-DE/privacy/choice", {"answer": "all"})
    assert privacy.CHOICE.name not in client.cookies
    assert not Consent.objects.exists()


def test_the_banner_weighs_yes_and_no_alike_and_ticks_nothing(client: Client, settings) -> None:
    settings.OPTIONAL_PURPOSES = BOTH
    page = client.get("/en-DE/").content.decode()
    asking = page[page.index('class="asking"') : page.index("</section>", page.index('class="asking"'))]
    classes = re.findall(r'class="(button[^"]*)"', asking)
    assert len(classes) == 3
    assert len(set(classes)) == 1
    assert "checked" not in asking
    assert 'checked name="purpose"' not in client.get("/en-DE/cookies").content.decode()
    assert not re.search(r'name="purpose"[^>]*checked', client.get("/en-DE/cookies").content.decode())


def test_the_banner_stands_only_where_the_law_wants_a_yes_and_not_for_who_refuses_by_browser(settings) -> None:
    settings.OPTIONAL_PURPOSES = BOTH
    asked = {market: b'class="asking"' in Client().get(f"/en-{market}/").content for market in ("DE", "GB", "US", "MX")}
    assert asked == {"DE": True, "GB": True, "US": False, "MX": False}
    assert b'class="asking"' not in Client(headers={"Sec-GPC": "1"}).get("/en-DE/").content
    assert b"Global Privacy Control" in Client(headers={"Sec-GPC": "1"}).get("/en-US/cookies").content


@pytest.mark.parametrize(("answer", "expected"), [("all", {True}), ("none", {False}), ("nonsense", {False})])
def test_an_answer_leads_back_is_kept_and_ends_the_asking(client: Client, settings, answer, expected) -> None:
    settings.OPTIONAL_PURPOSES = BOTH
    back = client.post("/en-DE/privacy/choice", {"answer": answer, "back": "/en-DE/new"})
    assert back["Location"] == "/en-DE/new"
    assert set(Consent.objects.values_list("granted", "source")) == {(yes, "banner") for yes in expected}
    assert b'class="asking"' not in client.get("/en-DE/").content


def test_a_yes_is_taken_back_from_the_foot_in_one_form(client: Client, settings) -> None:
    settings.OPTIONAL_PURPOSES = BOTH
    client.post("/en-DE/privacy/choice", {"answer": "some", "purpose": ["measurement", "espionage"]})
    assert b'href="/en-DE/cookies"' in client.get("/en-DE/").content
    page = client.get("/en-DE/cookies").content.decode()
    assert re.search(r'value="measurement" checked', page)
    assert not re.search(r'value="personalisation" checked', page)
    client.post("/en-DE/privacy/choice", {"answer": "none"})
    assert "checked" not in client.get("/en-DE/cookies").content.decode()
    assert not Consent.objects.filter(purpose="espionage").exists()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/en-DE/\r\nX: y", "/th-TH/", "/en-DE\\x"])
def test_an_answer_never_leads_away(client: Client, settings, back: str) -> None:
    settings.OPTIONAL_PURPOSES = BOTH
    to = client.post("/en-DE/privacy/choice", {"answer": "none", "back": back})["Location"]
    assert to == "/en-DE/cookies?kept=1#choice"


def test_an_answer_from_elsewhere_is_refused(settings) -> None:
    settings.OPTIONAL_PURPOSES = BOTH
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/en-DE/privacy/choice", {"answer": "all"}).status_code == 403
    assert not Consent.objects.exists()


def test_the_pages_are_for_everybody_and_the_choice_takes_a_post_only() -> None:
    callers = (
        Client(),
        signed_in(make_person(email="other@example.com")),
        signed_in(operator("orla@glocal.test", ("na", "manager"))),
    )
    for caller in callers:
        assert caller.get("/en-US/privacy").status_code == 200
        assert caller.get("/en-US/cookies").status_code == 200
        assert caller.get("/en-US/privacy/choice").status_code == 405
        assert caller.post("/en-US/privacy/choice", {"answer": "none"}).status_code == 302


def test_an_answer_of_who_is_signed_in_is_theirs(settings) -> None:
    settings.OPTIONAL_PURPOSES = BOTH
    person = make_person(email="ada@example.com")
    signed_in(person).post("/en-DE/privacy/choice", {"answer": "all"})
    assert privacy.granted_by(person.pk, "measurement")
    assert Person.objects.get(pk=person.pk)


@pytest.mark.parametrize("path", ["privacy", "cookies"])
def test_the_pages_cost_one_statement(client: Client, django_assert_max_num_queries, path: str) -> None:
    client.get(f"/en-US/{path}")
    with django_assert_max_num_queries(1):
        client.get(f"/en-US/{path}")


def test_answers_are_read_in_the_console_by_who_may_audit() -> None:
    seen = {
        role: signed_in(operator(f"{role}@glocal.test", ("eu", role))).get("/console/privacy/consent/").status_code
        for role in ("manager", "finance", "catalogue")
    }
    assert seen == {"manager": 200, "finance": 200, "catalogue": 404}
