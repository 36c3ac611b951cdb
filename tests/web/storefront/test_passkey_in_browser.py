"""A guest has bought, keeps the order by a passkey, signs out and in again, with Chromium's virtual authenticator."""

import os
import re
from contextlib import suppress

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, TimeoutError, expect

from glocal.platform.accounts.models import Person
from glocal.transaction.orders.models import Order
from tests.factories.sale import open_shop
from tests.web.console.conftest import paid_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_guest_keeps_the_order_by_a_passkey_and_comes_back_by_it(live_server, browser: Browser):
    open_shop()
    order = paid_order()
    host = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    context.set_default_timeout(20_000)
    wire = context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    made = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    wire.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**made, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    with override_settings(ALLOWED_HOSTS=["*"]):
        page.goto(f"{host}/en-US/sign-up")
        assert not page.get_by_role("button", name="passkey").count()  # never before a purchase
        page.goto(f"{host}/en-US/orders/{order.number}?t={order.token}")
        page.get_by_role("button", name="Save it with a passkey").click()
        expect(page.get_by_text("This order is in your account now.")).to_be_visible(timeout=20_000)
        person = Person.objects.get()
        assert person.email is None
        assert Order.objects.get().person_id == person.pk
        page.goto(f"{host}/en-US/account/security")
        if folder := os.environ.get("GLOCAL_PICTURES"):
            page.screenshot(path=f"{folder}/security-390.png", full_page=True)
        page.goto(f"{host}/en-US/account")
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{host}/en-US/sign-in")  # the authenticator answers the field's own question, or the button
        button = page.get_by_role("button", name="Sign in with a passkey")
        with suppress(TimeoutError):  # the page may be gone before the button is found
            button.click(timeout=3_000)
        expect(page).to_have_url(re.compile("/en-US/account$"), timeout=20_000)
    context.close()
