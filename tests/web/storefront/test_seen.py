"""What a browser has looked at: remembered by it alone, shown where it asks, cleared when it wants."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.content.catalog import facade as catalog
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
SCRIPTED = {"hx-request": "true"}


def names(answer) -> list[str]:
    return re.findall(r'class="card__link"[^>]*><bdi>([^<]*)', answer.content.decode())


def look(shopper: Client, *numbers: int) -> list[str]:
    """Look at products of those numbers, which are made when they are not there."""
    slugs = [f"thing-{number}" for number in numbers]
    for number, slug in zip(numbers, slugs, strict=True):
        if shopper.get(f"/en-US/p/{slug}").status_code == 404:
            make_product(title=f"Thing {number}", slug=slug)
            assert shopper.get(f"/en-US/p/{slug}").status_code == 200
    return slugs


def test_the_last_twelve_are_listed_newest_first_and_once(shopper: Client) -> None:
    look(shopper, *range(14), 3)
    expected = [3, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 2]
    assert names(shopper.get("/en-US/seen")) == [f"Thing {number}" for number in expected]


def test_another_browser_has_seen_nothing(shopper: Client) -> None:
    look(shopper, 1)
    page = Client().get("/en-US/seen").content
    assert b"Nothing here yet." in page
    assert b"Thing 1" not in page


@pytest.mark.parametrize("path", ["/en-US/", "/en-US/p/thing-1", "/en-US/search?q=zeppelin"])
def test_pages_have_a_place_for_the_list_only_where_there_is_one(shopper: Client, path: str) -> None:
    make_product(title="Thing 1", slug="thing-1")
    assert b'id="seen"' not in Client().get(path).content
    look(shopper, 1, 2)
    page = shopper.get(path).content
    assert b'id="seen"' in page
    assert b'href="/en-US/seen"' in page
    assert b'id="seen"' not in Client().get(path).content


def test_a_search_that_finds_needs_no_list(shopper: Client) -> None:
    look(shopper, 1)
    assert b'id="seen"' not in shopper.get("/en-US/search?q=thing").content


def test_beside_a_product_stand_the_others(shopper: Client) -> None:
    look(shopper, 1)
    assert b'id="seen"' not in shopper.get("/en-US/p/thing-1").content
    look(shopper, 2)
    page = shopper.get("/en-US/p/thing-1").content.decode()
    part = re.search(r'hx-get="([^"]*seen[^"]*)"', page)
    assert part
    assert names(shopper.get(part[1], headers=SCRIPTED)) == ["Thing 2"]


def test_no_page_costs_a_statement_more_for_it(shopper: Client) -> None:
    look(shopper, 1, 2, 3)
    for path in ("/en-US/", "/en-US/p/thing-1", "/en-US/search?q=zeppelin"):
        counted = []
        for client in (Client(), shopper):
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counted.append(len(asked))
        assert counted[0] == counted[1]
    with CaptureQueriesContext(connection) as asked:
        assert len(names(shopper.get("/en-US/seen", headers=SCRIPTED))) == 3
    assert len(asked) == 1


def test_what_is_no_longer_sold_here_is_not_shown(shopper: Client) -> None:
    look(shopper, 1, 2)
    gone = catalog.cards(market="US", language="en", query="Thing 1").cards[0].product_id
    catalog.hide_in_markets([gone], ["US"])
    assert names(shopper.get("/en-US/seen")) == ["Thing 2"]
    catalog.archive_products([card.product_id for card in catalog.cards(market="US", language="en").cards])
    assert shopper.get("/en-US/seen", headers=SCRIPTED).content == b""
    assert shopper.get("/en-TH/seen").status_code == 200


def test_the_list_is_cleared_with_and_without_script(shopper: Client, htmx: Client) -> None:
    for client, cleared in ((shopper, 302), (htmx, 200)):
        look(client, 1)
        client.get("/en-US/p/thing-1", headers={"hx-request": "false"})
        assert client.post("/en-US/seen/clear").status_code == cleared
        assert client.cookies["seen"].value == ""
    assert b"Nothing here yet." in shopper.get("/en-US/seen").content


def test_clearing_needs_the_forms_secret() -> None:
    assert Client(enforce_csrf_checks=True).post("/en-US/seen/clear").status_code == 403


@pytest.mark.parametrize("value", ["x", "=", "AAAA", "a" * 5_000, "%00", "ü", "'; DROP", "A" * 22 + "!"])
def test_a_made_up_cookie_is_no_list(shopper: Client, value: str) -> None:
    make_product(title="Thing 1", slug="thing-1")
    for path in ("/en-US/seen", "/en-US/", "/en-US/p/thing-1"):
        shopper.cookies["seen"] = value
        assert shopper.get(path).status_code == 200
    assert names(shopper.get("/en-US/seen")) == ["Thing 1"]


def test_the_cookie_goes_with_the_browser_and_no_script_reads_it(shopper: Client) -> None:
    look(shopper, 1)
    cookie = shopper.cookies["seen"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == ("", "", True, "Lax")
    assert len(cookie.value) < 300
