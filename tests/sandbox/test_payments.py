"""The payment provider over HTTP, as a shop and a shopper's browser meet it."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.sandbox.server import RunningSandbox, eventually


def test_a_good_card_is_captured_at_once(sandbox: RunningSandbox):
    answer = sandbox.pay(token=sandbox.token())
    assert answer.status_code == 201
    payment = answer.json()
    assert (payment["status"], payment["captured"], payment["refunded"]) == ("captured", 1234, 0)
    assert payment["instrument"] == {
        "kind": "card",
        "brand": "visa",
        "last4": "4242",
        "exp_month": 12,
        "exp_year": 2039,
    }
    assert sandbox.api.get(f"/v1/payments/{payment['id']}").json() == payment


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4000000000009995", "insufficient_funds"),
        ("4000000000000069", "expired_card"),
        ("4000000000000002", "card_declined"),
    ],
)
def test_a_bad_card_is_declined_with_its_reason(sandbox: RunningSandbox, number: str, code: str):
    payment = sandbox.pay(token=sandbox.token(number)).json()
    assert (payment["status"], payment["decline_code"], payment["captured"]) == ("declined", code, 0)


def test_a_slow_card_is_pending_and_comes_through_by_itself(sandbox: RunningSandbox):
    payment = sandbox.pay(token=sandbox.token("4000000000000077")).json()
    assert payment["status"] == "pending"
    eventually(lambda: sandbox.api.get(f"/v1/payments/{payment['id']}").json()["status"] == "captured")


def test_a_token_pays_once(sandbox: RunningSandbox):
    token = sandbox.token()
    assert sandbox.pay(token=token).status_code == 201
    again = sandbox.pay(token=token)
    assert (again.status_code, again.json()["error"]["field"]) == (422, "token")


def test_the_same_key_gets_the_same_answer_and_one_payment(sandbox: RunningSandbox):
    key, reference, token = str(uuid4()), str(uuid4()), sandbox.token()
    first = sandbox.pay(key, token=token, reference=reference)
    second = sandbox.pay(key, token=token, reference=reference)
    assert first.json() == second.json()
    assert second.status_code == 201
    assert len(sandbox.api.get("/v1/payments", params={"reference": reference}).json()["data"]) == 1


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(sandbox: RunningSandbox):
    key, reference = str(uuid4()), str(uuid4())
    sandbox.pay(key, reference=reference)
    assert sandbox.pay(key, reference=reference, amount=1).status_code == 409
    found = sandbox.api.get("/v1/payments", params={"reference": reference}).json()["data"]
    assert [one["amount"] for one in found] == [1234]


def test_a_challenged_card_waits_for_its_owner(sandbox: RunningSandbox):
    payment = sandbox.pay(token=sandbox.token("4000000000003220"), lang="th").json()
    assert payment["status"] == "requires_action"
    path = urlsplit(payment["action"]["url"]).path
    assert path == f"/challenge/{payment['id']}"
    shown = sandbox.browser.get(path)
    assert 'lang="th"' in shown.text
    assert "3220" in shown.text
    answer = sandbox.browser.post(path, data={"answer": "approve"})
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"x": ["1"], "payment": [payment["id"]]}
    assert sandbox.api.get(f"/v1/payments/{payment['id']}").json()["status"] == "captured"


def test_a_refused_challenge_declines_and_a_later_approval_changes_nothing(sandbox: RunningSandbox):
    payment = sandbox.pay(token=sandbox.token("4000000000003220")).json()
    path = urlsplit(payment["action"]["url"]).path
    sandbox.browser.post(path, data={"answer": "refuse"})
    sandbox.browser.post(path, data={"answer": "approve"})
    after = sandbox.api.get(f"/v1/payments/{payment['id']}").json()
    assert (after["status"], after["decline_code"]) == ("declined", "authentication_failed")


@pytest.mark.parametrize("method", ["paypal", "grabpay", "dana"])
def test_a_wallet_is_approved_on_its_own_page(sandbox: RunningSandbox, method: str):
    payment = sandbox.pay(method=method).json()
    path = urlsplit(payment["action"]["url"]).path
    assert path == f"/wallet/{payment['id']}"
    assert sandbox.browser.get(path).status_code == 200
    sandbox.browser.post(path, data={"answer": "approve"})
    after = sandbox.api.get(f"/v1/payments/{payment['id']}").json()
    assert (after["status"], after["instrument"]["kind"]) == ("captured", method)


@pytest.mark.parametrize("method", ["card", "paypal"])
def test_pages_show_the_shops_description_and_not_its_own_reference(sandbox: RunningSandbox, method: str):
    payment = sandbox.pay(method=method, reference="0190-internal", description="US-1234-5678").json()
    page = sandbox.browser.get(urlsplit(payment["action"]["url"]).path).text
    assert "US-1234-5678" in page
    assert "0190-internal" not in page


def test_the_hosted_form_takes_a_card_without_any_script(sandbox: RunningSandbox):
    payment = sandbox.pay(lang="ar").json()
    path = urlsplit(payment["action"]["url"]).path
    assert path == f"/pay/{payment['id']}"
    shown = sandbox.browser.get(path)
    assert 'dir="rtl"' in shown.text
    wrong = sandbox.browser.post(path, data={"number": "4242424242424241", "expiry": "12/39", "cvc": "123"})
    assert wrong.status_code == 422
    assert "4242424242424241" not in wrong.text
    right = sandbox.browser.post(path, data={"number": "4242 4242 4242 4242", "expiry": "12/39", "cvc": "123"})
    assert right.status_code == 303
    assert sandbox.api.get(f"/v1/payments/{payment['id']}").json()["status"] == "captured"


def test_cancelling_on_the_hosted_form_goes_back_to_the_shop(sandbox: RunningSandbox):
    payment = sandbox.pay().json()
    answer = sandbox.browser.post(f"/pay/{payment['id']}", data={"answer": "cancel"})
    assert answer.headers["location"].startswith("http://shop.test/back")
    assert sandbox.api.get(f"/v1/payments/{payment['id']}").json()["decline_code"] == "cancelled"


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"number": "4242424242424241"}, "number", "invalid_number"),
        ({"number": "4111111111111111"}, "number", "test_cards_only"),
        ({"number": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"}, "number", "invalid_number"),
        ({"expiry": "01/20"}, "expiry", "card_expired"),
        ({"expiry": "13/39"}, "expiry", "invalid_expiry"),
        ({"cvc": "12"}, "cvc", "invalid_cvc"),
    ],
)
def test_a_badly_typed_card_is_refused_by_field(sandbox: RunningSandbox, typed: dict[str, str], field: str, code: str):
    card = {"number": "4242424242424242", "expiry": "12/39", "cvc": "123", **typed}
    key = {"Authorization": f"Bearer {sandbox.publishable_key}"}
    error = sandbox.browser.post("/v1/tokens", json=card, headers=key).json()["error"]
    assert (error["field"], error["code"]) == (field, code)


def test_no_card_number_is_kept_in_the_file(sandbox: RunningSandbox):
    sandbox.pay(token=sandbox.token("5555555555554444"))
    sandbox.browser.post("/pay/" + sandbox.pay().json()["id"], data={"number": "5555555555554444"})
    kept = b"".join(path.read_bytes() for path in sandbox.folder.glob("sandbox.sqlite3*"))
    assert b"5555555555554444" not in kept


def test_an_authorised_payment_is_captured_in_part_and_only_once(sandbox: RunningSandbox):
    payment = sandbox.pay(token=sandbox.token(), capture="manual").json()
    assert (payment["status"], payment["captured"]) == ("authorised", 0)
    url = f"/v1/payments/{payment['id']}/capture"
    assert sandbox.api.post(url, json={"amount": 1235}).status_code == 422
    assert sandbox.api.post(url, json={"amount": 1000}).json()["captured"] == 1000
    assert sandbox.api.post(url, json={"amount": 1}).status_code == 409


def test_a_void_lets_the_money_go_and_may_be_repeated(sandbox: RunningSandbox):
    payment = sandbox.pay(token=sandbox.token(), capture="manual").json()
    url = f"/v1/payments/{payment['id']}"
    assert [sandbox.api.post(url + "/void").json()["status"] for _ in range(2)] == ["voided", "voided"]
    assert sandbox.api.post(url + "/capture").status_code == 409


def test_a_captured_payment_is_not_voided(sandbox: RunningSandbox):
    payment = sandbox.pay(token=sandbox.token()).json()
    assert sandbox.api.post(f"/v1/payments/{payment['id']}/void").status_code == 409


def test_refunds_come_in_parts_and_never_exceed_what_was_captured(sandbox: RunningSandbox):
    payment = sandbox.pay(token=sandbox.token()).json()
    url = f"/v1/payments/{payment['id']}/refunds"
    assert sandbox.api.post(url, json={"amount": 1000}).json()["amount"] == 1000
    assert sandbox.api.post(url, json={"amount": 235}).status_code == 422
    assert sandbox.api.post(url, json={}).json()["amount"] == 234
    assert sandbox.api.post(url, json={"amount": 1}).status_code == 409
    assert sandbox.api.get(f"/v1/payments/{payment['id']}").json()["refunded"] == 1234


def test_a_repeated_refund_gives_back_once(sandbox: RunningSandbox):
    payment = sandbox.pay(token=sandbox.token()).json()
    for _ in range(2):
        headers = {"Idempotency-Key": "refund-" + payment["id"]}
        sandbox.api.post(f"/v1/payments/{payment['id']}/refunds", json={"amount": 100}, headers=headers)
    assert sandbox.api.get(f"/v1/payments/{payment['id']}").json()["refunded"] == 100


def test_a_saved_card_pays_again_without_being_typed_and_can_be_forgotten(sandbox: RunningSandbox):
    customer = str(uuid4())
    saved = sandbox.pay(token=sandbox.token(), save=True, customer=customer).json()["saved_method"]
    methods = sandbox.api.get(f"/v1/customers/{customer}/methods").json()["data"]
    assert [(one["id"], one["last4"]) for one in methods] == [(saved, "4242")]
    assert sandbox.pay(saved_method=saved, customer=customer).json()["status"] == "captured"
    assert sandbox.pay(saved_method=saved, customer="somebody-else").status_code == 422
    assert sandbox.api.delete(f"/v1/customers/{customer}/methods/{saved}").status_code == 200
    assert sandbox.pay(saved_method=saved, customer=customer).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 12.5}, "amount"),
        ({"amount": 10**15}, "amount"),
        ({"currency": "euro"}, "currency"),
        ({"method": "cash"}, "method"),
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"return_url": "http://shop.test;evil"}, "return_url"),
        ({"return_url": "http://[::1"}, "return_url"),
        ({"save": True}, "customer"),
    ],
)
def test_a_senseless_request_is_refused_by_field(sandbox: RunningSandbox, changes: dict[str, object], field: str):
    answer = sandbox.pay(**changes)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


def test_a_call_without_the_secret_key_is_refused(sandbox: RunningSandbox):
    assert sandbox.browser.get("/v1/payments", params={"reference": "order-1"}).status_code == 401
    wrong = {"Authorization": f"Bearer {sandbox.publishable_key}"}
    assert sandbox.browser.post("/v1/payments", json={}, headers=wrong).status_code == 401


def test_an_unknown_payment_is_not_found_in_api_and_pages(sandbox: RunningSandbox):
    assert sandbox.api.get("/v1/payments/pay_unknown").status_code == 404
    assert sandbox.browser.get("/pay/pay_unknown").status_code == 404


def test_card_fields_speak_only_to_the_page_that_shows_them(sandbox: RunningSandbox):
    asked = {
        "key": sandbox.publishable_key,
        "origin": "https://shop.test",
        "lang": "zh-Hans",
        "theme": "spare,radius:4",
    }
    shown = sandbox.browser.get("/v1/fields", params=asked)
    assert 'data-origin="https://shop.test"' in shown.text
    assert "frame-ancestors 'self' https://shop.test" in shown.headers["content-security-policy"]
    assert "--radius:4px" in shown.text
    for origin in ("javascript:x", "http://[::1", "https://shop.test;script-src *", "https://shop.test/path"):
        assert sandbox.browser.get("/v1/fields", params={**asked, "origin": origin}).status_code == 422
    assert sandbox.browser.get("/v1/fields", params={**asked, "key": "pk_other"}).status_code == 401


def test_a_theme_cannot_smuggle_in_other_rules(sandbox: RunningSandbox):
    asked = {
        "key": sandbox.publishable_key,
        "origin": "https://shop.test",
        "theme": "accent:red}</style><script>,ink:000000",
    }
    shown = sandbox.browser.get("/v1/fields", params=asked).text
    assert "<script>," not in shown
    assert "--ink:#000000;" in shown
