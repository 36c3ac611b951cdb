"""Home, categories and search: what they show, where they lead, what they cost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.content.catalog import facade as catalog
from glocal.content.media import facade as media
from glocal.platform.kernel.cache import clear_all
from glocal.platform.markets import facade as markets
from tests.factories.catalog import make_product
from tests.factories.media import image_bytes

pytestmark = pytest.mark.django_db

COLOURS = catalog.AttributeInput(
    "colour",
    {"en": "Colour"},
    [catalog.ValueInput("red", {"en": "Red"}, "#cc0000"), catalog.ValueInput("tan", {"en": "Tan"})],
)


@pytest.fixture
def shelf() -> None:
    catalog.save_categories([catalog.CategoryInput("home", {"en": "Home", "th": "บ้าน"})])
    catalog.save_categories([catalog.CategoryInput("home/cups", {"en": "Cups"})])
    catalog.save_attributes([COLOURS])
    make_product(title="Red cup", category="home/cups", attributes={"colour": ["red"]})
    make_product(title="Tan cup", category="home/cups", attributes={"colour": ["tan"]})


def names(page: bytes) -> list[str]:
    return re.findall(r'class="card__link"[^>]*><bdi>([^<]*)', page.decode())


def test_the_root_leads_to_the_market_the_browser_speaks_of() -> None:
    answer = Client(headers={"accept-language": "th-TH"}).get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/th-TH/"


def test_home_leads_with_one_product_and_shelves_the_others(shopper: Client, shelf: None) -> None:
    page = shopper.get("/en-US/").content
    assert b'class="lead__name"' in page
    assert len(names(page)) == 1


def test_home_leads_with_a_product_that_has_a_photo(shopper: Client) -> None:
    photo = media.store_images(images=[media.NewImage(image_bytes(80, 100))])[0]
    for number in range(12):
        make_product(title=f"Without a photo {number}", category="home/cups")
    make_product(title="Photographed", category="beauty/face", pictures=[photo])
    lead = re.search(r'class="lead__name"[^>]*><bdi>([^<]*)', shopper.get("/en-US/").content.decode())
    assert lead
    assert lead[1] == "Photographed"


def test_an_empty_shop_offers_another_country(shopper: Client) -> None:
    page = shopper.get("/en-US/")
    assert page.status_code == 200
    assert b'href="/en-US/places"' in page.content
    assert b"The shelves are still empty here." in page.content


def test_a_page_is_written_in_the_direction_of_its_language(shopper: Client) -> None:
    page = shopper.get("/ar-AE/").content.decode()
    assert '<html lang="ar-AE" dir="rtl" data-theme="elegant" data-market="AE"' in page or 'lang="ar" dir="rtl"' in page


def test_a_category_shows_what_stands_in_it_and_below_it(shopper: Client, shelf: None) -> None:
    assert sorted(names(shopper.get("/en-US/c/home").content)) == ["Red cup", "Tan cup"]


def test_an_unknown_category_is_not_found_and_says_where_to_go(shopper: Client) -> None:
    page = shopper.get("/en-US/c/moon")
    assert page.status_code == 404
    assert b"There is nothing on this shelf here." in page.content
    assert b'href="/en-US/"' in page.content


def test_a_facet_is_a_link_that_narrows_and_narrows_no_more(shopper: Client, shelf: None) -> None:
    page = shopper.get("/en-US/c/home").content.decode()
    assert 'href="/en-US/c/home?colour=red"' in page
    narrowed = shopper.get("/en-US/c/home?colour=red").content
    assert names(narrowed) == ["Red cup"]
    assert b'href="/en-US/c/home" hx-get="/en-US/c/home" aria-current="true"' in narrowed


def test_htmx_gets_the_list_only(htmx: Client, shelf: None) -> None:
    page = htmx.get("/en-US/c/home?colour=red").content
    assert page.lstrip().startswith(b'<div class="list"')
    assert names(page) == ["Red cup"]


@pytest.mark.parametrize(
    "query", ["page=0", "page=-3", "page=99999999", "page=x", "sort=evil", "colour=nope&x=1", "q=" + "a" * 5000]
)
def test_a_made_up_address_still_answers(shopper: Client, shelf: None, query: str) -> None:
    assert shopper.get(f"/en-US/c/home?{query}").status_code == 200


def test_sorting_keeps_the_filters(shopper: Client, shelf: None) -> None:
    page = shopper.get("/en-US/c/home?colour=red").content.decode()
    assert "/en-US/c/home?colour=red&amp;sort=price" in page


def test_search_finds_and_keeps_what_was_typed(shopper: Client, shelf: None) -> None:
    page = shopper.get("/en-US/search?q=red").content
    assert names(page) == ["Red cup"]
    assert b'value="red"' in page


def test_a_search_without_a_find_says_what_to_do(shopper: Client, shelf: None) -> None:
    page = shopper.get("/en-US/search?q=zeppelin").content
    assert b"Nothing matches that." in page
    assert b'<a class="button"' in page


def test_what_is_typed_is_never_markup(shopper: Client, shelf: None) -> None:
    page = shopper.get("/en-US/search?q=<script>alert(1)</script>").content
    assert b"<script>alert" not in page


@pytest.mark.parametrize("path", ["/en-US/", "/en-US/c/home", "/en-US/search?q=cup"])
def test_a_list_costs_at_most_eight_statements_however_long_it_is(shopper: Client, shelf: None, path: str) -> None:
    few = _statements(shopper, path)
    for number in range(20):
        make_product(title=f"Cup {number}", category="home/cups", attributes={"colour": ["red"]})
    many = _statements(shopper, path)
    assert many <= few <= 8


def _statements(shopper: Client, path: str) -> int:
    clear_all()
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert shopper.get(path).status_code == 200
    return len(caught)


def test_a_list_page_is_small(shopper: Client, shelf: None) -> None:
    import gzip

    for number in range(24):
        make_product(title=f"A cup with a rather long name, number {number}", category="home/cups")
    for path in ("/en-US/", "/en-US/c/home"):
        assert len(gzip.compress(shopper.get(path).content, 6)) < 14_000


def test_the_country_changes_in_one_tap_and_keeps_the_page_it_can(shopper: Client) -> None:
    to = shopper.get("/go/th-TH", headers={"referer": "http://testserver/en-US/search?q=cup"})
    assert to.headers["Location"] == "/th-TH/search?q=cup"
    to = shopper.get("/go/th-TH", headers={"referer": "http://testserver/en-US/p/only-here"})
    assert to.headers["Location"] == "/th-TH/"
    to = shopper.get("/go/en-TH", headers={"referer": "http://testserver/en-US/places"})
    assert to.headers["Location"] == "/en-TH/"


@pytest.mark.parametrize("locale", ["xx", "//evil.example", "en-US@evil.example", "javascript:"])
def test_a_country_link_never_leads_away(shopper: Client, locale: str) -> None:
    answer = shopper.get(f"/go/{locale}", headers={"referer": "http://evil.example/en-US/"})
    assert answer.status_code == 404 or answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("country", ["US", "GB", "AE", "PH"])
def test_a_country_whose_name_wants_an_article_stands_alone(country: str) -> None:
    """“In United States” is no English, and articles differ from country to country: names are not woven in."""
    page = Client().get(f"/en-{country}/").content.decode()
    name = markets.country_name(country, "en")
    assert f"Deliver to: {name}<" in page
    assert not re.search(rf"\b(in|to|from|of) {name}", page)


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-Hans-SG", "送至：新加坡"), ("th-TH", "จัดส่งไปที่: ไทย"), ("ar-AE", "التوصيل إلى: الإمارات")],
)
def test_the_place_of_delivery_is_said_in_the_readers_language(language: str, said: str) -> None:
    assert said in Client().get(f"/{language}/").content.decode()


def shelf_with(facets: list[tuple[str, str]], values: list[list[str]]) -> None:
    """Products that differ in the named facets (code, label); each row of ``values`` is one product's."""
    catalog.save_categories([catalog.CategoryInput("home", {"en": "Home"})])
    for place, (code, label) in enumerate(facets):
        choices = [catalog.ValueInput(value, {"en": value.title()}) for value in sorted({row[place] for row in values})]
        catalog.save_attributes([catalog.AttributeInput(code, {"en": label}, choices, True, place)])
    for row in values:
        given = {code: [value] for (code, _label), value in zip(facets, row, strict=True)}
        make_product(category="home", attributes=given)


def facets_of(page: bytes) -> list[str]:
    return re.findall(r'<details class="facet"[^>]*><summary>([^<]*)', page.decode())


def test_a_facet_that_does_not_divide_the_list_is_left_out(shopper: Client) -> None:
    shelf_with([("made", "Made of"), ("shape", "Shape")], [["clay", "round"], ["clay", "square"]])
    assert facets_of(shopper.get("/en-US/c/home").content) == ["Shape"]


def test_a_facet_that_was_chosen_in_stays_to_be_left_again(shopper: Client) -> None:
    shelf_with([("shape", "Shape")], [["round"], ["square"]])
    page = shopper.get("/en-US/c/home?shape=round").content
    assert facets_of(page) == ["Shape"]
    assert b'href="/en-US/c/home"' in page


def test_there_are_at_most_six_facets_and_no_two_of_one_name(shopper: Client) -> None:
    named = [("size", "Size"), ("measure", "Size"), *((f"f{n}", f"Facet {n}") for n in range(7))]
    shelf_with(named, [["a"] * len(named), ["b"] * len(named)])
    assert facets_of(shopper.get("/en-US/c/home").content) == ["Size", *(f"Facet {n}" for n in range(5))]
