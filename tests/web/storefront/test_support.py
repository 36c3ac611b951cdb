"""Where a shopper can write to: in the foot of every page, by market."""

import pytest
from django.test import Client

from glocal.web.storefront import shell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("place", "address"), [("th-TH", "thai@example.com"), ("en-US", "help@example.com")])
def test_the_foot_says_where_to_write(client: Client, settings, place: str, address: str) -> None:
    settings.SUPPORT_EMAILS = {"": "help@example.com", "TH": "thai@example.com"}
    shell.shell.cache_clear()
    page = client.get(f"/{place}/bag").content.decode()
    shell.shell.cache_clear()
    assert f'href="mailto:{address}"' in page
