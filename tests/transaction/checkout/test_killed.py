"""kill -9 between two steps of a purchase: the same key goes on from there, and nothing is lost or done twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders.models import Order
from glocal.transaction.payments.models import Payment
from tests.factories.inventory import free
from tests.factories.sale import address, sell, wanted

ROOT = Path(__file__).resolve().parents[3]


def purchase(variant_id, visitor_id, total):
    return checkout.BuyRequest(
        key="killed-in-between",
        buyer=checkout.Buyer(UUID(visitor_id)),
        market="US",
        language="en",
        email="ada@example.com",
        address=address(),
        delivery_code="standard",
        method="card",
        expected_total=int(total),
        return_url="http://localhost:8000/return",
        lines=wanted(UUID(variant_id), 2),
    )


@pytest.mark.django_db(transaction=True)
def test_killed_between_order_and_provider_the_same_key_finds_the_order_and_asks_once(shop, sandbox):
    variant_id, visitor_id = sell(10), "01900000-0000-7000-8000-000000000001"
    quote = checkout.quote_for(markets.get("US"), "en", wanted(variant_id, 2), address=address())
    asked = (str(variant_id), visitor_id, str(quote.total.minor))
    done = subprocess.run(
        [sys.executable, "-m", "tests.transaction.checkout.killed_buyer", connection.settings_dict["NAME"], *asked],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "glocal.settings.test"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    (left,) = Order.objects.all()
    assert (left.status, free(variant_id), Payment.objects.get().state) == ("placed", 8, "created")

    answers = [checkout.buy(purchase(*asked)) for _ in range(2)]
    assert {answer.number for answer in answers} == {left.number}
    assert (Order.objects.count(), Payment.objects.count(), free(variant_id)) == (1, 1, 8)
    assert Payment.objects.get().state != "created"
    assert inventory.discrepancies() == ()
