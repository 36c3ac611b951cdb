"""What programs find: robots.txt, site maps with every language's address, the icon."""

import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.content.catalog import facade as catalog
from glocal.content.catalog import sitemaps
from glocal.platform.kernel.cache import clear_all
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db

SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def shelf() -> None:
    clear_all()
    catalog.save_categories([catalog.CategoryInput("home", {"en": "Home"})])
    make_product(title="Red cup", category="home")
    make_product(title="Thai silk", category="home", prices={"TH": 59_900})


def read(shopper: Client, path: str) -> ElementTree.Element:
    answer = shopper.get(path)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content)


def addresses(tree: ElementTree.Element) -> list[str]:
    return [place.text or "" for place in tree.iterfind(".//s:loc", SPACES)]


def test_robots_keep_out_of_what_is_personal_and_are_told_where_the_map_is(shopper: Client) -> None:
    text = shopper.get("/robots.txt").content.decode()
    kept_out = re.findall("^Disallow: (.*)$", text, re.MULTILINE)
    assert {"/console", "/*/bag", "/*/checkout", "/*/orders/"} <= set(kept_out)
    assert not any(path in {"/", "/*/", "/*/p/", "/*/c/"} for path in kept_out)
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_the_index_names_a_map_for_every_market_and_language(shopper: Client, shelf: None) -> None:
    maps = addresses(read(shopper, "/sitemap.xml"))
    asian = ("th-TH", "en-TH", "zh-Hans-SG", "vi-VN", "id-ID", "ms-MY")
    for locale in ("en-US", "es-US", "es-MX", "pt-BR", "ar-AE", *asian):
        assert f"http://testserver/sitemap-{locale}.xml" in maps
    assert not any("-CN." in address for address in maps)  # nothing is sold there


def test_a_map_lists_what_is_sold_there_and_every_address_answers(shopper: Client, shelf: None) -> None:
    american = addresses(read(shopper, "/sitemap-en-US.xml"))
    assert "http://testserver/en-US/" in american
    assert "http://testserver/en-US/c/home" in american
    assert sum("/p/" in address for address in american) == 1
    for address in american:
        assert shopper.get(address.removeprefix("http://testserver")).status_code == 200
    assert sum("/p/" in address for address in addresses(read(shopper, "/sitemap-th-TH.xml"))) == 2


def test_a_page_in_the_map_points_to_itself_in_the_markets_other_languages(shopper: Client, shelf: None) -> None:
    for url in read(shopper, "/sitemap-th-TH.xml").iterfind("s:url", SPACES):
        there = {link.get("hreflang"): link.get("href") for link in url.iterfind("x:link", SPACES)}
        here = url.findtext("s:loc", namespaces=SPACES) or ""
        assert there["th-TH"] == here
        assert there["en-TH"] == here.replace("/th-TH/", "/en-TH/")


def test_a_map_that_is_not_there_is_not_found(shopper: Client) -> None:
    assert shopper.get("/sitemap-xx-YY.xml").status_code == 404


def test_a_map_costs_the_same_statements_for_few_and_for_many(shopper: Client, shelf: None) -> None:
    def statements() -> int:
        clear_all()
        with CaptureQueriesContext(connection) as caught:
            shopper.get("/sitemap-en-US.xml")
        return len(caught)

    few = statements()
    for _ in range(5):
        make_product()
    assert statements() == few <= 4


def test_many_products_stand_in_files_of_a_bounded_size_each_read_by_itself(
    shopper: Client, shelf: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "PRODUCTS_A_FILE", 5)
    slugs = {make_product(title=f"Cup {number}").slug for number in range(17)}
    for number in range(6):  # whole spans that are sold elsewhere only
        make_product(title=f"Silk {number}", prices={"TH": 59_900})
    clear_all()
    with CaptureQueriesContext(connection) as caught:
        maps = addresses(read(shopper, "/sitemap.xml"))
    assert len(caught) == 1
    files = [address.removeprefix("http://testserver") for address in maps if "sitemap-en-US" in address]
    assert files == ["/sitemap-en-US.xml", *(f"/sitemap-en-US.xml?p={number}" for number in (2, 3, 4))]
    found: list[str] = []
    for path in files:
        with CaptureQueriesContext(connection) as caught:
            listed = [address for address in addresses(read(shopper, path)) if "/p/" in address]
        assert 1 <= len(listed) <= 5
        assert len(caught) <= 3
        found += [address.rpartition("/")[2] for address in listed]
    assert len(found) == len(set(found)) == 18
    assert slugs < set(found)
    with CaptureQueriesContext(connection) as caught:
        shopper.get("/sitemap.xml")
    assert len(caught) == 0
    assert {shopper.get(f"/sitemap-en-US.xml?p={wrong}").status_code for wrong in ("0", "5", "x", "9" * 30)} == {404}


@pytest.mark.parametrize(("path", "begins"), [("/favicon.ico", b"\x00\x00\x01\x00"), ("/favicon.svg", b"<svg")])
def test_the_icon_is_where_browsers_look_for_it(shopper: Client, path: str, begins: bytes) -> None:
    answer = shopper.get(path)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(begins)  # type: ignore[attr-defined]
