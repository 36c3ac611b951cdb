"""From a created payment to money, over a running sandbox."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments import jobs
from glocal.transaction.payments.errors import MethodNotOffered, NothingToPay, ProviderCalledInTransaction
from glocal.transaction.payments.models import Payment, ProviderWebhook
from glocal.transaction.payments.types import ProviderState
from tests.sandbox.server import RunningSandbox
from tests.transaction.payments.factories import AMOUNT, RETURN_URL, make_payment, published, said, start

pytestmark = pytest.mark.django_db


def state_of(payment_id) -> str:
    return payments.payment(payment_id).state


def test_creating_is_one_statement_and_the_same_key_means_the_same_payment():
    order_id = uuid7()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first = make_payment(order_id=order_id)
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 1
    assert make_payment(order_id=order_id) == first
    assert state_of(first) == "created"


def test_a_key_is_never_lent_to_another_order():
    make_payment(key="key-1")
    with pytest.raises(ValueError, match="another order"):
        make_payment(key="key-1")


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_is_not_paid(minor: int):
    with pytest.raises(NothingToPay):
        make_payment(amount=Money(minor, "THB"))


def test_an_unknown_method_is_refused():
    with pytest.raises(MethodNotOffered):
        make_payment(method="cash")


def test_markets_offer_their_own_wallets():
    assert payments.methods_for("ID") == ("card", "dana", "paypal")
    assert payments.methods_for("SG") == ("card", "grabpay", "paypal")
    assert payments.methods_for("DE") == ("card", "paypal")


def test_a_good_card_is_captured_and_told_once_although_the_webhook_tells_it_again(sandbox: RunningSandbox, hook):
    payment_id = make_payment()
    started = start(payment_id, token=sandbox.token())
    assert (started.state, started.action_url) == ("captured", "")
    assert hook(payment_id) == [204]
    drain()
    view = payments.payment(payment_id)
    assert (view.captured, view.brand, view.last4) == (AMOUNT, "visa", "4242")
    assert published() == ["PaymentCaptured"]
    assert ProviderWebhook.objects.get().state == "done"


def test_a_webhook_that_overtakes_the_answer_wins_and_the_answer_changes_nothing(sandbox: RunningSandbox, hook):
    payment_id = make_payment()
    start(payment_id, token=sandbox.token())
    Payment.objects.filter(pk=payment_id).update(state="created", captured_minor=0, reference="")
    hook(payment_id)
    drain()
    assert state_of(payment_id) == "captured"
    assert start(payment_id, token="spent").state == "captured"


def test_starting_costs_one_read_and_one_write(sandbox: RunningSandbox):
    payment_id, token = make_payment(), sandbox.token()
    with CaptureQueriesContext(connection) as queries:
        start(payment_id, token=token)
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 2
    assert published() == ["PaymentCaptured"]


def test_dying_between_the_providers_answer_and_our_writing_takes_the_money_once(sandbox: RunningSandbox):
    payment_id, token = make_payment(), sandbox.token()
    unheard = sandbox.pay(
        str(payment_id),
        token=token,
        amount=AMOUNT.minor,
        currency="THB",
        reference=str(payment_id),
        return_url=RETURN_URL,
        capture="automatic",
        lang="en",
        expires_in=900,
        save=False,
    )
    assert unheard.json()["status"] == "captured"
    assert start(payment_id, token=token).state == "captured"
    assert len(sandbox.api.get("/v1/payments", params={"reference": str(payment_id)}).json()["data"]) == 1
    assert published() == ["PaymentCaptured"]


def test_a_challenge_sends_the_shopper_away_and_the_return_finds_the_money(sandbox: RunningSandbox, answer):
    payment_id = make_payment()
    started = start(payment_id, token=sandbox.token("4000000000003220"))
    assert started.state == "action"
    assert start(payment_id).action_url == started.action_url
    answer(started.action_url)
    assert payments.look_up(payment_id).state == "captured"
    assert payments.payment(payment_id).action_url == ""
    assert published() == ["PaymentCaptured"]


def test_a_wallet_that_is_cancelled_is_a_decline_with_words(sandbox: RunningSandbox, answer):
    payment_id = make_payment(method="grabpay")
    answer(start(payment_id).action_url, "refuse")
    view = payments.look_up(payment_id)
    assert (view.state, view.decline_code) == ("declined", "cancelled")
    assert payments.decline_text("cancelled").startswith("You cancelled")
    assert payments.decline_text("something new").startswith("The payment was declined")
    assert published() == ["PaymentDeclined"]


def test_a_declined_card_is_over_and_another_attempt_is_another_payment(sandbox: RunningSandbox):
    order_id = uuid7()
    first = make_payment(order_id=order_id, key="try-1")
    assert start(first, token=sandbox.token("4000000000009995")).decline_code == "insufficient_funds"
    second = make_payment(order_id=order_id, key="try-2")
    assert start(second, token=sandbox.token()).state == "captured"
    assert [view.id for view in payments.of_order(order_id)] == [second, first]
    assert payments.latest_of(order_id).id == second
    captured = payments.captured_of(order_id)
    assert captured is not None
    assert captured.id == second


def test_a_spent_token_is_a_decline_not_a_crash(sandbox: RunningSandbox):
    token = sandbox.token()
    start(make_payment(), token=token)
    assert start(make_payment(), token=token).decline_code == "invalid_token"


def test_silence_after_success_ends_with_the_money_and_one_event(sandbox: RunningSandbox, monkeypatch):
    monkeypatch.setattr("glocal.transaction.payments.adapters.sandbox._READ_SECONDS", 0.3)
    payment_id, token = make_payment(), sandbox.token()
    sandbox.fault("timeout_after_success", ms=1500)
    assert start(payment_id, token=token).state == "pending"
    sandbox.calm()
    assert payments.ask_hanging() == 0
    with clock.shifted(timedelta(seconds=31)):
        assert payments.ask_hanging() == 1
    assert state_of(payment_id) == "captured"
    assert published() == ["PaymentCaptured"]


def test_a_provider_that_is_down_leaves_the_payment_to_be_tried_again(sandbox: RunningSandbox):
    payment_id, token = make_payment(), sandbox.token()
    sandbox.fault("outage")
    with pytest.raises(payments.ProviderUnavailable):
        start(payment_id, token=token)
    assert state_of(payment_id) == "created"
    sandbox.calm()
    assert start(payment_id, token=token).state == "captured"


def test_a_payment_the_provider_never_had_fails_and_says_so(sandbox: RunningSandbox):
    payment_id = make_payment()
    assert payments.look_up(payment_id).state == "created"
    with clock.shifted(timedelta(seconds=31)):
        assert payments.ask_hanging() == 1
    view = payments.payment(payment_id)
    assert (view.state, view.decline_code) == ("failed", "never_arrived")
    assert published() == ["PaymentDeclined"]


def failed_payment(**about):
    payment_id = make_payment(**about)
    with clock.shifted(timedelta(seconds=31)):
        payments.ask_hanging()
    assert state_of(payment_id) == "failed"
    return payment_id


def test_a_buyer_whose_shop_was_away_too_long_pays_by_repeating_the_request(sandbox: RunningSandbox):
    payment_id, token = failed_payment(), sandbox.token()
    assert start(payment_id, token=token).state == "captured"
    assert start(payment_id, token=token).state == "captured"
    assert payments.payment(payment_id).captured == AMOUNT
    assert published() == ["PaymentDeclined", "PaymentCaptured"]


def test_what_was_called_off_is_not_started_again(sandbox: RunningSandbox):
    order_id = uuid7()
    failed, unsent = failed_payment(order_id=order_id, key="a"), make_payment(order_id=order_id, key="b")
    payments.call_off(order_id)
    for payment_id in (failed, unsent):
        assert start(payment_id, token=sandbox.token()).state in {"failed", "created"}
    assert payments.ask_hanging() == 2
    for payment_id in (failed, unsent):
        assert start(payment_id, token=sandbox.token()).state == "voided"
    assert payments.captured_of(order_id) is None


def test_the_poller_waits_longer_each_time_and_leaves_settled_payments_alone(sandbox: RunningSandbox):
    waiting, done = make_payment(), make_payment()
    start(waiting, token=sandbox.token("4000000000003220"))
    start(done, token=sandbox.token())
    begin = clock.now()
    asked = []
    for seconds in range(0, 300, 15):
        with clock.at(begin + timedelta(seconds=seconds)):
            asked += [seconds] * payments.ask_hanging()
    assert asked == [30, 60, 120, 240]


def test_the_poller_stops_asking_a_provider_that_is_away(sandbox: RunningSandbox):
    for _ in range(3):
        make_payment()
    sandbox.fault("outage")
    with clock.shifted(timedelta(seconds=31)):
        assert payments.ask_hanging() == 0
    sandbox.calm()
    with clock.shifted(timedelta(seconds=65)):
        assert payments.ask_hanging() == 3


def test_money_that_comes_after_all_is_written_down():
    payment_id = make_payment()
    payments.apply(payment_id, ProviderState("failed", AMOUNT, decline_code="never_arrived"))
    payments.apply(payment_id, said("captured", captured=AMOUNT.minor))
    assert published() == ["PaymentDeclined", "PaymentCaptured"]


def test_a_saved_card_belongs_to_its_person_only(sandbox: RunningSandbox):
    person, stranger = uuid7(), uuid7()
    start(make_payment(person_id=person), token=sandbox.token(), save=True)
    (kept,) = payments.saved_methods(person)
    assert (kept.method, kept.brand, kept.last4) == ("card", "visa", "4242")
    again = make_payment(person_id=person, saved_method_id=kept.id)
    assert start(again).state == "captured"
    assert len(payments.saved_methods(person)) == 1
    with pytest.raises(payments.SavedMethodNotFound):
        make_payment(person_id=stranger, saved_method_id=kept.id)
    with pytest.raises(payments.SavedMethodNotFound):
        make_payment(person_id=person, saved_method_id=kept.id, method="paypal")
    with pytest.raises(payments.SavedMethodNotFound), transaction.atomic():
        payments.forget_method(person_id=stranger, saved_method_id=kept.id)
    payments.forget_method(person_id=person, saved_method_id=kept.id)
    assert payments.saved_methods(person) == ()
    at_provider = f"/v1/customers/{person}/methods"
    (there,) = sandbox.api.get(at_provider).json()["data"]
    for _ in range(2):
        jobs.forget_method(provider="sandbox", customer=str(person), reference=there["id"])
    assert sandbox.api.get(at_provider).json()["data"] == []


def test_a_guest_saves_nothing(sandbox: RunningSandbox):
    assert start(make_payment(), token=sandbox.token(), save=True).state == "captured"


def test_an_unknown_payment_is_not_found():
    for call in (payments.payment, payments.look_up, lambda pk: start(pk), payments.latest_of):
        with pytest.raises(payments.PaymentNotFound):
            call(uuid7())


@pytest.mark.django_db(transaction=True)
def test_no_provider_is_called_with_a_transaction_open(sandbox: RunningSandbox):
    payment_id = make_payment()
    with pytest.raises(ProviderCalledInTransaction), transaction.atomic():
        start(payment_id)
    assert sandbox.api.get("/v1/payments", params={"reference": str(payment_id)}).json()["data"] == []


@pytest.mark.django_db(transaction=True)
def test_two_taps_on_pay_at_once_ask_once_and_tell_once(sandbox: RunningSandbox):
    payment_id, token = make_payment(), sandbox.token()
    together, states = threading.Barrier(4, timeout=20), []

    def tap() -> None:
        try:
            together.wait()
            states.append(start(payment_id, token=token).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["captured"] * 4
    assert published() == ["PaymentCaptured"]
    assert len(sandbox.api.get("/v1/payments", params={"reference": str(payment_id)}).json()["data"]) == 1
