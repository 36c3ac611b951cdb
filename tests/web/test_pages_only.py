"""A program's call goes past what only pages need, and loses nothing by it."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

LETTERS = {"th": range(0xE00, 0xE80), "ar": range(0x600, 0x700), "en": range(0x41, 0x5B)}


def test_a_programs_call_knows_no_session_and_leaves_no_cookie() -> None:
    answer = Client().get("/api/v1/markets")
    assert answer.status_code == 200
    assert not hasattr(answer.wsgi_request, "session")
    assert not answer.cookies


def test_a_page_has_its_session() -> None:
    assert hasattr(Client().get("/en-US/").wsgi_request, "session")


@pytest.mark.parametrize("path", ["/en-US/bag/add", "/en-US/sign-in", "/console/login/"])
def test_a_form_without_its_token_is_still_refused(path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path, {}).status_code == 403


@pytest.mark.parametrize(("wish", "language"), [("th-TH,th;q=0.9", "th"), ("ar", "ar"), ("en-GB", "en")])
def test_a_programs_refusal_is_in_the_language_it_asked_for(wish: str, language: str) -> None:
    answer = Client().get("/api/v1/products/none?market=US", headers={"Accept-Language": wish})
    assert answer.status_code == 404
    assert any(ord(letter) in LETTERS[language] for letter in answer.json()["title"])


def test_a_program_that_asks_a_strange_host_is_told_so_as_a_problem() -> None:
    answer = Client(headers={"host": "elsewhere.example"}).get("/api/v1/markets")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("language", ["en", "th"])
def test_a_refused_address_is_named_in_the_callers_language_whatever_the_orders(language: str) -> None:
    place = {"country": "US", "name": "", "line1": "1 Market Street"}
    body = {"market": "US", "language": language, "lines": [], "address": place}
    answer = Client().post("/api/v1/quotes", body, content_type="application/json", headers={"Accept-Language": "ar"})
    assert answer.status_code == 422
    assert "Full name" not in answer.json()["title"]
    assert any(ord(letter) in LETTERS["ar"] for letter in answer.json()["title"])
