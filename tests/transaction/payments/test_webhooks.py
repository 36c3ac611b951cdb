"""The webhook door: checked, stored raw, read once, and never lost."""

import json
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.sandbox.webhooks import signature
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments import webhooks
from glocal.transaction.payments.models import ProviderWebhook
from glocal.transaction.payments.types import ProviderState
from tests.sandbox.server import Receiver, RunningSandbox, eventually
from tests.transaction.payments.factories import AMOUNT, make_payment, published, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client, sandbox: RunningSandbox):
    """Send a body to our door, signed by the provider unless another signature is given."""

    def send(body: bytes | dict, *, signed: str | None = None, provider: str = "sandbox"):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        header = signed if signed is not None else signature(sandbox.webhook_secret, raw, int(time.time()))
        headers = {"Sandbox-Signature": header} if header else {}
        return client.post(f"/hooks/payments/{provider}", raw, content_type="application/json", headers=headers)

    return send


def event(payment_id, status: str = "captured", *, event_id: str = "evt_1", **changes) -> dict:
    told = {
        "id": "pay_1",
        "status": status,
        "reference": str(payment_id),
        "amount": AMOUNT.minor,
        "currency": "THB",
        "exponent": 2,
        "captured": AMOUNT.minor if status == "captured" else 0,
        "refunded": 0,
    }
    return {"id": event_id, "type": f"payment.{status}", "created": 1, "data": told | changes}


def test_a_webhook_is_stored_and_queued_in_one_statement(sandbox: RunningSandbox):
    body = json.dumps(event(make_payment())).encode()
    headers = {"Sandbox-Signature": signature(sandbox.webhook_secret, body, int(time.time()))}
    with CaptureQueriesContext(connection) as queries:
        payments.intake("sandbox", headers, body)
    assert len(queries) == 1
    assert bytes(ProviderWebhook.objects.get().body) == body
    assert published(webhooks=True) == ["WebhookStored"]


def test_a_wrong_signature_is_refused_and_nothing_is_stored(post):
    body = event(make_payment())
    for signed in ("", "t=1,v1=00", signature("another secret", json.dumps(body).encode(), int(time.time()))):
        answer = post(body, signed=signed)
        assert (answer.status_code, answer.json()["code"]) == (403, "bad_signature")
    assert not ProviderWebhook.objects.exists()


def test_an_unknown_provider_is_not_found(post):
    answer = post({}, provider="nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "provider_unknown")


def test_signed_nonsense_is_refused_by_name(post):
    for body in (
        b"",
        b"{",
        b'{"id": "evt_1"}',
        b'"text"',
        event("p", event_id="evt\0"),
        event("p", decline_code="a\0"),
    ):
        answer = post(body)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_webhook")


def test_only_post_is_taken(client):
    assert client.get("/hooks/payments/sandbox").status_code == 405


def test_a_repeat_of_a_done_webhook_is_not_even_queued(post):
    payment_id = make_payment()
    for _ in range(3):
        assert post(event(payment_id)).status_code == 204
        drain()
    assert published(webhooks=True) == ["WebhookStored", "PaymentCaptured"]


def test_news_that_the_call_itself_has_told_is_noted_and_queued_for_nobody(post):
    payment_id = make_payment()
    payments.apply(payment_id, ProviderState("captured", AMOUNT, captured=AMOUNT.minor, reference="pay_1"))
    assert post(event(payment_id)).status_code == 204
    stored = ProviderWebhook.objects.get()
    assert (stored.state, stored.attempts) == ("done", 0)
    assert stored.done_at == stored.received_at
    assert published(webhooks=True) == ["PaymentCaptured"]


@pytest.mark.parametrize(
    "changes",
    [
        {"refunded": 100},
        {"id": "pay_2"},
        {"amount": AMOUNT.minor + 1},
        {"captured": AMOUNT.minor - 1},
        {"saved_method": "pm_1"},
        {"instrument": {"kind": "card", "brand": "visa", "last4": "4242"}},
    ],
)
def test_news_that_differs_in_anything_is_read(post, changes):
    payment_id = make_payment()
    payments.apply(payment_id, ProviderState("captured", AMOUNT, captured=AMOUNT.minor, reference="pay_1"))
    post(event(payment_id, **changes))
    assert published(webhooks=True) == ["PaymentCaptured", "WebhookStored"]
    assert ProviderWebhook.objects.get().state == "received"


def test_a_repeat_of_one_not_yet_read_is_queued_again_and_read_once(post):
    payment_id = make_payment()
    for _ in range(3):
        post(event(payment_id))
    drain()
    assert published() == ["PaymentCaptured"]
    assert ProviderWebhook.objects.get().state == "done"


def test_reordered_webhooks_end_right(post):
    payment_id = make_payment()
    post(event(payment_id, "captured", event_id="evt_2"))
    drain()
    post(event(payment_id, "authorised", event_id="evt_1"))
    drain()
    assert payments.payment(payment_id).state == "captured"
    assert published() == ["PaymentCaptured"]
    assert set(ProviderWebhook.objects.values_list("state", flat=True)) == {"done"}


def test_one_about_an_unknown_payment_fails_alone_and_is_read_once_the_payment_is_there(post):
    unknown, known = uuid7(), make_payment()
    post(event(unknown, event_id="evt_1"))
    post(event(known, event_id="evt_2"))
    drain()
    assert payments.payment(known).state == "captured"
    failed = ProviderWebhook.objects.get(event_id="evt_1")
    assert (failed.state, failed.error, failed.attempts) == ("failed", "payment unknown", 1)
    make_payment()
    from glocal.transaction.payments.models import Payment

    Payment.objects.filter(pk=make_payment(key="late")).update(id=unknown)
    assert webhooks.retry_failed() == 0
    with clock.shifted(timedelta(seconds=60)):
        assert webhooks.retry_failed() == 1
    assert payments.payment(unknown).state == "captured"


def test_one_that_never_fits_is_left_to_a_person_after_ten_tries(post):
    post(event(uuid7()))
    drain()
    begin = clock.now()
    for hour in range(1, 20):
        with clock.at(begin + timedelta(hours=3 * hour)):
            webhooks.retry_failed()
    failed = ProviderWebhook.objects.get()
    assert (failed.state, failed.attempts, failed.try_at) == ("failed", 10, None)


def test_the_provider_sending_a_failed_one_again_gives_it_another_try(post):
    payment_id = make_payment()
    post(event(payment_id, amount=1))
    drain()
    assert ProviderWebhook.objects.get().state == "failed"
    post(event(payment_id, amount=1))
    drain()
    assert ProviderWebhook.objects.get().attempts == 2
    assert payments.payment(payment_id).state == "created"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "exploded"},
        {"reference": "no uuid"},
        {"exponent": 0},
        {"amount": "12"},
        {"captured": 10**20},
        {"id": "p" * 101},
    ],
)
def test_one_that_can_not_be_read_is_kept_and_marked(post, changes):
    post(event(make_payment(), **changes))
    drain()
    assert ProviderWebhook.objects.get().state == "failed"


def test_a_card_of_a_long_name_has_paid_like_any_other(post):
    payment_id = make_payment()
    shown = {"kind": "card", "brand": "a brand with a very long name", "last4": "00004242", "label": "x" * 200}
    post(event(payment_id, instrument=shown))
    drain()
    paid = payments.payment(payment_id)
    assert (paid.state, paid.brand, paid.last4) == ("captured", "a brand with a very ", "4242")


@pytest.mark.parametrize("currency", ["XYZ", "thb", ""])
def test_one_in_money_that_nobody_knows_is_stored_and_left_to_a_person(post, currency):
    assert post(event(make_payment(), currency=currency)).status_code == 204
    drain()
    assert ProviderWebhook.objects.get().state == "failed"


@pytest.mark.parametrize("event_id", ["", "e" * 121])
def test_an_id_that_could_be_taken_for_another_is_refused(post, event_id):
    assert post(event(make_payment(), event_id=event_id)).status_code == 422
    assert not ProviderWebhook.objects.exists()


def test_one_of_a_kind_we_do_not_know_is_done_with(post):
    post({"id": "evt_9", "type": "dispute.opened", "created": 1, "data": {}})
    drain()
    assert ProviderWebhook.objects.get().state == "done"


def test_duplicated_and_reordered_by_the_running_provider(sandbox: RunningSandbox, receiver: Receiver, hook):
    sandbox.fault("duplicate_webhooks")
    sandbox.fault("reorder_webhooks", ms=200)
    ids = [make_payment() for _ in range(5)]
    for payment_id in ids:
        start(payment_id, token=sandbox.token())
    eventually(lambda: len(receiver.taken) == 10)
    for payment_id in ids:
        assert hook(payment_id, 2) == [204, 204]
    drain()
    assert published() == ["PaymentCaptured"] * 5
