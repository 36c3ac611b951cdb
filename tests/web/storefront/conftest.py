"""A shopper without script, and a shop with something in it."""

import pytest
from django.test import Client

from glocal.web.storefront import cards, shell


@pytest.fixture(autouse=True)
def _nothing_rendered() -> None:
    """Rendered pieces of one test must not reach the next, whose categories are others."""
    shell.shell.cache_clear()
    cards._html.cache_clear()
    cards._mould.cache_clear()


@pytest.fixture
def shopper() -> Client:
    return Client(headers={"accept-language": "en-US"})


@pytest.fixture
def htmx() -> Client:
    return Client(headers={"hx-request": "true"})
