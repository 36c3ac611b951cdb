"""Webhooks arrive signed and at least once; faults do what their names say."""

import hashlib
import hmac
import json
import time
from uuid import uuid4

import httpx
import pytest

from tests.sandbox.server import Receiver, RunningSandbox, eventually


def paid(sandbox: RunningSandbox) -> str:
    return sandbox.pay(token=sandbox.token()).json()["id"]


def test_a_webhook_carries_the_payment_and_a_signature_that_checks(sandbox: RunningSandbox, receiver: Receiver):
    payment = paid(sandbox)
    headers, body = eventually(lambda: receiver.about(payment))[0]
    stamp, given = (part.split("=", 1)[1] for part in headers["sandbox-signature"].split(","))
    wanted = hmac.new(sandbox.webhook_secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(given, wanted)
    assert abs(int(stamp) - time.time()) < 60
    event = json.loads(body)
    assert (event["type"], event["data"]["id"], event["data"]["captured"]) == ("payment.captured", payment, 1234)


def test_a_webhook_that_is_not_taken_comes_again(sandbox: RunningSandbox, receiver: Receiver):
    receiver.answers[:] = [500, 404, 200]
    payment = paid(sandbox)
    eventually(lambda: len(receiver.about(payment)) == 3)
    assert len({json.loads(body)["id"] for _, body in receiver.about(payment)}) == 1
    (kept,) = eventually(
        lambda: [
            one
            for one in sandbox.api.get("/sandbox/webhooks", params={"subject": payment}).json()["data"]
            if one["delivered"]
        ]
    )
    assert kept["attempts"] == 3


def test_a_webhook_waiting_at_a_restart_is_sent_afterwards(
    sandbox: RunningSandbox, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
):
    other = RunningSandbox(
        tmp_path_factory.mktemp("restart"), receiver.url, {"GLOCAL_SANDBOX_RETRY_SECONDS": "1"}
    ).start()
    try:
        receiver.answers[:] = [500]
        payment = paid(other)
        eventually(lambda: receiver.about(payment))
        other.kill()
        other.start()
        eventually(lambda: len(receiver.about(payment)) >= 2)
        assert other.api.get(f"/v1/payments/{payment}").json()["status"] == "captured"
    finally:
        other.stop()


def test_duplicates_are_the_same_event_twice(sandbox: RunningSandbox, receiver: Receiver):
    sandbox.fault("duplicate_webhooks")
    payment = paid(sandbox)
    eventually(lambda: len(receiver.about(payment)) == 2)
    assert len({body for _, body in receiver.about(payment)}) == 1


def test_dropped_webhooks_never_come_but_can_be_sent_by_hand(sandbox: RunningSandbox, receiver: Receiver):
    sandbox.fault("drop_webhooks")
    payment = paid(sandbox)
    (dropped,) = sandbox.api.get("/sandbox/webhooks", params={"subject": payment}).json()["data"]
    assert dropped["outcome"] == "dropped by fault"
    time.sleep(0.3)
    assert not receiver.about(payment)
    assert sandbox.browser.post(f"/panel/webhooks/{dropped['id']}").status_code == 303
    eventually(lambda: receiver.about(payment))


def test_reordered_webhooks_arrive_in_another_order(sandbox: RunningSandbox, receiver: Receiver):
    sandbox.fault("reorder_webhooks", ms=400)
    made = [paid(sandbox) for _ in range(12)]
    eventually(lambda: len(receiver.taken) >= 12)
    arrived = [json.loads(body)["data"]["id"] for _, body in receiver.taken]
    assert sorted(arrived) == sorted(made)
    assert arrived != made


def test_a_timeout_after_success_has_made_the_payment(sandbox: RunningSandbox):
    key, reference, token = str(uuid4()), str(uuid4()), sandbox.token()
    sandbox.fault("timeout_after_success", ms=2_000)
    sandbox.api.timeout = httpx.Timeout(0.5)
    with pytest.raises(httpx.ReadTimeout):
        sandbox.pay(key, token=token, reference=reference)
    sandbox.api.timeout = httpx.Timeout(10)
    sandbox.calm()
    again = sandbox.pay(key, token=token, reference=reference)
    assert (again.status_code, again.json()["status"]) == (201, "captured")
    assert len(sandbox.api.get("/v1/payments", params={"reference": reference}).json()["data"]) == 1


def test_an_outage_makes_nothing(sandbox: RunningSandbox):
    reference = str(uuid4())
    sandbox.fault("outage")
    assert sandbox.pay(reference=reference).status_code == 503
    sandbox.calm()
    assert sandbox.api.get("/v1/payments", params={"reference": reference}).json()["data"] == []


def test_a_delay_is_a_delay(sandbox: RunningSandbox):
    sandbox.fault("delay", ms=300)
    start = time.monotonic()
    assert sandbox.pay().status_code == 201
    assert time.monotonic() - start >= 0.3


def test_unknown_faults_and_senseless_numbers_are_refused(sandbox: RunningSandbox):
    assert sandbox.api.post("/sandbox/faults", json={"fire": {}}).status_code == 422
    assert sandbox.api.post("/sandbox/faults", json={"delay": {"probability": 2}}).status_code == 422
    assert sandbox.browser.post("/sandbox/faults", json={"delay": {}}).status_code == 401


def test_the_panel_sets_faults_and_lists_what_happened(sandbox: RunningSandbox):
    payment = paid(sandbox)
    sandbox.browser.post("/panel/faults", data={"delay.percent": "25", "delay.ms": "40"})
    assert sandbox.api.get("/sandbox/faults").json()["delay"] == {"probability": 0.25, "ms": 40}
    assert payment in sandbox.browser.get("/").text
    other = sandbox.browser.post("/panel/faults", data={}, headers={"Origin": "https://evil.test"})
    assert other.status_code == 403
