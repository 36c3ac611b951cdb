"""Addresses under a market's prefix: every path has one, hostile ones too, and nobody is sent away from the shop."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "///evil.example",
        "/%2F%2Fevil.example",
        "/\\evil.example",
        "/en-US//evil.example/",
        "/zz-US/",
        "/en-ZZ/",
        "/th-US/",
        "/a%0d%0aSet-Cookie:%20x=1",
        "/en-US/a%0ab",
        "/en-US/%00",
        "/" + "a" * 4000,
        "/สินค้า?q=ผ้า&next=//evil.example",
        "/a%3Fb%23c%2525",
    ],
)
def test_a_strange_address_ends_in_a_page_of_ours_after_one_step(path):
    client = Client(headers={"accept-language": "en-US"})
    response = client.get(path)
    if response.status_code == 302:
        target = response.headers["Location"]
        parts = urlsplit(target)
        assert (parts.scheme, parts.netloc) == ("", "")
        assert target.startswith("/en-US/")
        assert not {"\r", "\n"} & set(target)
        response = client.get(target)
    assert response.status_code in {200, 400, 404}


def test_the_prefix_is_put_before_the_very_same_path():
    response = Client(headers={"accept-language": "th-TH"}).get("/a%3Fb%23c%2525/?q=1&q=2")
    assert response.headers["Location"] == "/th-TH/a%3Fb%23c%2525/?q=1&q=2"


@pytest.mark.parametrize("cookie", ["//evil.example", "xx-YY", "\x00", "en-US" * 500])
def test_a_made_up_market_cookie_is_no_market(cookie):
    client = Client(headers={"accept-language": "de-DE", "cookie": f"market={cookie}"})
    assert client.get("/nowhere").headers["Location"] in {"/de-DE/nowhere", "/en-DE/nowhere"}


@pytest.mark.parametrize("path", ["/en-US/bag", "/en-US/checkout", "/en-US/checkout/quote"])
def test_a_form_from_another_site_changes_nothing(path):
    assert Client(enforce_csrf_checks=True).post(path, {"variant": "x"}).status_code in {403, 405}


def test_no_other_site_may_frame_the_checkout():
    response = Client().get("/en-US/bag")
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("/th-th/", "/th-TH/"),
        ("/TH-th/p/x?sku=A%26B&q=1", "/th-TH/p/x?sku=A%26B&q=1"),
        ("/en-us", "/en-US/"),
        ("/ZH-HANS-sg/c/beauty", "/zh-Hans-SG/c/beauty"),
    ],
)
def test_a_prefix_in_another_case_leads_to_the_right_one_for_good(typed, right):
    response = Client().get(typed)
    assert (response.status_code, response.headers["Location"]) == (301, right)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("/th-US/p/x?sku=A%26B", "/en-US/p/x?sku=A%26B"),
        ("/pt-VN/", "/vi-VN/"),
        ("/zh-Hans-BR/c/beauty", "/pt-BR/c/beauty"),
        ("/PT-ae", "/ar-AE/"),
        ("/en-MX//evil.example/", "/en-MX//evil.example/"),
        ("/th-MX//evil.example/", "/es-MX//evil.example/"),
    ],
)
def test_a_language_that_the_market_is_not_offered_in_leads_to_its_own(asked, shown):
    response = Client(headers={"accept-language": "th"}).get(asked)
    if asked == shown:
        assert response.status_code == 404
    else:
        assert (response.status_code, response.headers["Location"]) == (302, shown)


@pytest.mark.parametrize("asked", ["/de-US/", "/zh-Hant-SG/", "/xx-VN/", "/th-ZZ/"])
def test_a_language_that_the_shop_does_not_speak_is_not_found(asked):
    response = Client(headers={"accept-language": "en-US"}).get(asked, follow=True)
    assert response.status_code == 404
    assert len(response.redirect_chain) == 1


@pytest.mark.parametrize("typed", ["/de-us/", "/EN-zz/", "/th-thailand/", "/EN-us//evil.example"])
def test_a_prefix_that_is_none_in_any_case_stays_here(typed):
    response = Client(headers={"accept-language": "en-US"}).get(typed)
    assert response.headers["Location"].startswith("/en-US/")
    assert urlsplit(response.headers["Location"]).netloc == ""
