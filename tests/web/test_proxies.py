"""Whose request it is when a proxy stands in front."""

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from glocal.platform.accounts.services import devices
from glocal.platform.http import rates
from glocal.web.wsgi import behind

PROXY, SHOPPER, OTHER = "10.0.0.2", "203.0.113.7", "203.0.113.8"


def arrived(
    peer: str, forwarded: str = "", scheme: str = "", proxies: tuple[str, ...] = ("10.0.0.0/24",)
) -> WSGIRequest:
    """The request as Django gets it."""
    headers = {"HTTP_X_FORWARDED_FOR": forwarded, "HTTP_X_FORWARDED_PROTO": scheme}
    environ = (
        RequestFactory()
        .get("/", REMOTE_ADDR=peer, HTTP_HOST="testserver", **{name: text for name, text in headers.items() if text})
        .environ
    )
    got: list[WSGIRequest] = []
    behind(proxies, lambda environ, start: got.append(WSGIRequest(environ)))(environ, None)
    return got[0]


def test_two_shoppers_behind_one_proxy_are_two_callers() -> None:
    one, other = arrived(PROXY, SHOPPER), arrived(PROXY, OTHER)
    assert (rates.address_of(one), rates.address_of(other)) == (SHOPPER, OTHER)
    assert devices.place_of(one) == SHOPPER
    assert [rates.allow(1, "proxied", rates.address_of(request)) for request in (one, one, other)] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("peer", ["198.51.100.1", "127.0.0.1", "10.0.1.2", ""])
def test_who_is_no_trusted_proxy_is_not_believed(peer: str) -> None:
    request = arrived(peer, SHOPPER, "https")
    assert rates.address_of(request) == peer
    assert not request.is_secure()
    assert rates.address_of(arrived(PROXY, SHOPPER, proxies=())) == PROXY


@pytest.mark.parametrize("forwarded", [f"1.1.1.1, {SHOPPER}", f"{SHOPPER}, 10.0.0.3", f" 8.8.8.8,{SHOPPER} ,10.0.0.3"])
def test_what_a_shopper_claims_and_what_proxies_pass_on_is_gone_past(forwarded: str) -> None:
    assert rates.address_of(arrived(PROXY, forwarded)) == SHOPPER


def test_a_page_behind_tls_knows_its_own_address() -> None:
    secure = arrived(PROXY, SHOPPER, "https")
    assert secure.is_secure()
    assert secure.build_absolute_uri("/") == "https://testserver/"
    assert not arrived(PROXY, SHOPPER, "http").is_secure()
    assert not arrived(PROXY, SHOPPER, "nonsense").is_secure()
