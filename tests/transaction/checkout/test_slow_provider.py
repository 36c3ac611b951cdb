"""A provider that takes its time holds a few threads of the shop, and the shop stays open."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders.models import Order
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments.models import Payment
from tests.factories.api import Caller, code_of
from tests.factories.inventory import free
from tests.factories.sale import SAN_FRANCISCO, request_for, sell, wanted
from tests.sandbox.server import RunningSandbox, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]

SLOW_MS = 2500


def paying(sandbox: RunningSandbox, variant_id):
    return request_for(wanted(variant_id), start_payment=True, token=sandbox.token())


def buy(request):
    try:
        return checkout.buy(request)
    finally:
        connection.close()


def test_who_finds_no_place_keeps_the_order_is_told_at_once_and_pays_with_the_next_try(sandbox, settings):
    settings.PROVIDER_CALLS = 2
    variant_id = sell(10)
    requests = [paying(sandbox, variant_id) for _ in range(3)]
    sandbox.fault("delay", ms=SLOW_MS)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(buy, request) for request in requests[:2]]
        eventually(lambda: Payment.objects.count() == 2)
        time.sleep(0.3)
        begun = time.monotonic()
        with pytest.raises(payments.ProviderUnavailable) as refused:
            checkout.buy(requests[2])
        assert time.monotonic() - begun < SLOW_MS / 1000 / 2
        assert (refused.value.code, refused.value.retry_after) == ("provider_busy", 2)
        assert sorted(Order.objects.values_list("status", flat=True)) == ["placed"] * 3
        assert free(variant_id) == 7
        assert [one.result(20).payment_state for one in waiting] == ["captured"] * 2
    sandbox.calm()
    assert checkout.buy(requests[2]).payment_state == "captured"
    assert Order.objects.count() == 3


def test_a_program_is_told_503_and_when_to_come_again_and_pages_that_need_no_provider_are_served(sandbox, settings):
    settings.PROVIDER_CALLS = 1
    variant_id, caller, key = sell(10), Caller(), str(uuid4())
    lines = [{"variant_id": str(variant_id), "quantity": 1}]
    quote = {"market": "US", "lines": lines, "address": SAN_FRANCISCO | {"country": "US"}}
    total = caller.post("/quotes", quote).json()
    order = quote | {
        "email": "ada@example.com",
        "delivery": total["delivery"]["code"],
        "expected_total_minor": total["total"]["minor"],
        "token": sandbox.token(),
    }
    request = paying(sandbox, variant_id)
    sandbox.fault("delay", ms=SLOW_MS)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(buy, request)
        eventually(lambda: Payment.objects.exists())
        time.sleep(0.3)
        refused = caller.post("/orders", order, key=key)
        assert code_of(refused) == (503, "provider_busy")
        assert int(refused.headers["Retry-After"]) >= 1
        assert caller.get("/products?market=US").status_code == 200
        assert not waiting.done()
        waiting.result(20)
    sandbox.calm()
    again = caller.post("/orders", order, key=key)
    assert (again.status_code, again.json()["payment_state"]) == (201, "captured")
    assert Order.objects.count() == 2
