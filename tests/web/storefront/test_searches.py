"""The search page and the suggestions under its box."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.content.search import facade as search
from glocal.content.search.models import Asked
from glocal.platform.kernel.cache import clear_all
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    make_product(title={"en": "Tide Line Mug", "th": "แก้วมัค"}, slug="mug", category="home/cups")
    make_product(title="Mushroom <b>Lamp</b>", slug="lamp", category="home/light")
    search.rebuild()


def names(page):
    return re.findall(r'class="card__link"[^>]*><bdi>([^<]*)', page.decode())


@pytest.mark.usefixtures("shelf")
def test_a_mistyped_search_shows_what_was_meant_and_says_so(shopper):
    page = shopper.get("/en-US/search?q=tide+line+mgu").content
    assert names(page) == ["Tide Line Mug"]
    assert "Nothing here for “tide line mgu”. This is for “tide line mug”." in page.decode()


@pytest.mark.usefixtures("shelf")
def test_a_search_that_nothing_meets_whole_shows_the_nearest(shopper):
    page = shopper.get("/en-US/search?q=purple+mug").content
    assert names(page) == ["Tide Line Mug"]
    assert b"These come nearest." in page


@pytest.mark.usefixtures("shelf")
def test_a_search_without_any_find_shows_what_sells(shopper):
    page = shopper.get("/en-US/search?q=zeppelin").content
    assert b"Nothing matches that." in page
    assert len(names(page)) == 2


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("query", ["m" * 10_000, "mug%E2%80%8B", "%F0%9F%A7%B4", "mug%E6%9D%AF%D9%83%D9%88%D8%A8"])
@pytest.mark.parametrize("place", ["/th-TH/search", "/ar-AE/search", "/en-US/search/suggestions"])
def test_whatever_is_typed_is_answered(shopper, place, query):
    assert shopper.get(f"{place}?q={query}").status_code == 200


@pytest.mark.usefixtures("shelf")
def test_suggestions_are_options_that_lead_somewhere_and_are_never_markup(shopper):
    page = shopper.get("/en-US/search/suggestions?q=mush").content.decode()
    assert page.count('role="option"') == 1
    assert 'data-href="/en-US/p/lamp"' in page
    assert "<b>" not in page
    assert shopper.get("/en-US/search/suggestions?q=").content.strip() == b""
    assert 'role="option"' not in shopper.get("/en-US/search/suggestions?q=<script>").content.decode()


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(("path", "most"), [("/en-US/search?q=mug", 2), ("/en-US/search/suggestions?q=mug", 0)])
def test_a_warm_search_costs_one_statement_and_its_note(shopper, path, most):
    shopper.get(path)
    with CaptureQueriesContext(connection) as captured:
        shopper.get(path)
    assert len(captured) <= most


@pytest.mark.usefixtures("shelf")
def test_a_first_look_is_noted_once_without_the_person(shopper, htmx):
    shopper.get("/en-US/search?q=MUG")
    shopper.get("/en-US/search?q=MUG&sort=price")
    htmx.get("/en-US/search?q=MUG")
    shopper.get("/th-TH/search?q=mgu")
    rows = list(Asked.objects.order_by("id").values_list("market", "language", "query", "found", "helped"))
    assert rows == [("US", "en", "mug", 1, False), ("TH", "th", "mgu", 1, True)]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_search_is_only_read(shopper, method):
    for path in ("/en-US/search", "/en-US/search/suggestions"):
        assert getattr(shopper, method)(path).status_code == 405


@pytest.mark.usefixtures("shelf")
def test_a_product_of_another_market_is_not_suggested():
    make_product(title="Mugwort tea", prices={"TH": 100})
    clear_all()
    assert b"Mugwort" not in Client().get("/en-US/search/suggestions?q=mugw").content
    assert b"Mugwort" in Client().get("/th-TH/search/suggestions?q=mugw").content
