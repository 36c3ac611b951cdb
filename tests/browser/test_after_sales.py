"""Care after the sale in a browser: a return with exchange, and the claim of a parcel that never came."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from glocal.content.catalog import facade as catalog
from glocal.supply.shipping.models import Shipment
from glocal.transaction.returns.models import LostParcel, Return
from tests.factories.catalog import make_product
from tests.factories.inventory import stock
from tests.factories.sale import open_shop, sell
from tests.transaction.invoices.conftest import paid_order
from tests.transaction.returns.conftest import delivered_order, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(transactional_db: None) -> None:
    open_shop()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_guest_exchanges_a_size_by_the_order_s_link(
    page: Page, live_server: LiveServer, shop: None, width: int
) -> None:
    size = catalog.AttributeInput(
        "size", {"en": "Size"}, [catalog.ValueInput("s", {"en": "Small"}), catalog.ValueInput("l", {"en": "Large"})]
    )
    catalog.save_attributes([size])
    shirt = make_product(title="Shirt", skus={"SHIRT-S": {"size": "s"}, "SHIRT-L": {"size": "l"}})
    for variant_id in shirt.variants.values():
        stock(2, code="US-LAX", variant_id=variant_id)
    order = delivered_order(shirt.variants["SHIRT-S"])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/en-US/orders/{order.number}?t={order.token}")
    page.get_by_role("link", name="Send something back").click()
    page.get_by_label("How many").select_option("1")
    page.get_by_label("For it I would like").select_option(index=1)
    page.get_by_label("Why?").select_option("too_small")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_role("heading", name="Sent back")).to_be_visible()
    expect(page.locator("#returns [aria-current=step]")).to_have_text("Approved")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert Return.objects.get().want == "exchange"


def test_a_guest_tells_of_a_parcel_that_never_came(page: Page, live_server: LiveServer, shop: None) -> None:
    order = paid_order(sell(5))
    send(order)
    parcel = Shipment.objects.get()
    long_ago = parcel.promised_to - timedelta(days=60)
    Shipment.objects.update(promised_from=long_ago, promised_to=long_ago)
    page.goto(f"{live_server.url}/en-US/orders/{order.number}?t={order.token}")
    page.get_by_text("It never came").click()
    page.get_by_label("My money back").check()
    page.get_by_role("button", name="Tell us").click()
    expect(page.get_by_text("We answer within a day.")).to_be_visible()
    assert LostParcel.objects.get().want == "refund"
