"""Money going back, being taken, being let go."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments import gateway, polling
from glocal.transaction.payments.errors import NotCapturable, NothingToPay, NotRefundable, PaymentNotFound
from glocal.transaction.payments.models import Refund
from tests.sandbox.server import RunningSandbox
from tests.transaction.payments.factories import AMOUNT, make_payment, published, said, start

pytestmark = pytest.mark.django_db


def back(payment_id, minor: int, key: str = "refund-1"):
    return payments.refund(payment_id=payment_id, amount=Money(minor, "THB"), reason="damaged", key=key)


@pytest.fixture
def paid(sandbox: RunningSandbox):
    payment_id = make_payment()
    start(payment_id, token=sandbox.token())
    return payment_id


def test_a_refund_is_promised_at_once_and_done_when_the_provider_says_so(paid):
    promised = back(paid, 1000)
    view = payments.payment(paid)
    assert (promised.state, view.refunded.minor, view.refundable.minor) == ("queued", 0, AMOUNT.minor - 1000)
    gateway.send_refund(promised.id)
    view = payments.payment(paid)
    assert (view.state, view.refunded.minor) == ("captured", 1000)
    assert [one.state for one in payments.refunds_of([paid])[paid]] == ["done"]
    assert published() == ["PaymentCaptured", "PaymentRefunded"]


def test_sending_a_refund_twice_gives_back_once(sandbox: RunningSandbox, paid):
    promised = back(paid, 1000)
    gateway.send_refund(promised.id)
    Refund.objects.update(state="queued")  # as if we had died before writing the answer down
    gateway.send_refund(promised.id)
    gateway.send_refund(promised.id)
    (at_provider,) = sandbox.api.get("/v1/payments", params={"reference": str(paid)}).json()["data"]
    assert at_provider["refunded"] == payments.payment(paid).refunded.minor == 1000


def test_the_same_key_promises_once(paid):
    assert back(paid, 1000).id == back(paid, 1000).id
    assert payments.payment(paid).refundable.minor == AMOUNT.minor - 1000


def test_refunds_in_parts_end_with_everything_back(paid):
    for number, minor in enumerate((1000, 4000, 990)):
        gateway.send_refund(back(paid, minor, f"part-{number}").id)
    view = payments.payment(paid)
    assert (view.state, view.refunded, view.refundable.minor) == ("refunded", AMOUNT, 0)


def test_more_than_is_left_is_refused_and_changes_nothing(paid):
    back(paid, 5000)
    with pytest.raises(NotRefundable) as refused, transaction.atomic():
        back(paid, 991, "refund-2")
    assert refused.value.details["left"] == 990
    assert Refund.objects.count() == 1
    assert payments.payment(paid).refundable.minor == 990


@pytest.mark.parametrize("amount", [Money(0, "THB"), Money(-1, "THB")])
def test_nothing_and_less_are_refused(paid, amount: Money):
    with pytest.raises(NothingToPay):
        payments.refund(payment_id=paid, amount=amount, reason="", key="k")


def test_another_currency_is_refused(paid):
    with pytest.raises(NotRefundable), transaction.atomic():
        payments.refund(payment_id=paid, amount=Money(1, "USD"), reason="", key="k")


def test_an_unpaid_payment_gives_nothing_back():
    with pytest.raises(NotRefundable), transaction.atomic():
        back(make_payment(), 1)
    with pytest.raises(PaymentNotFound):
        back(uuid7(), 1)


def test_a_refund_the_provider_refuses_is_taken_back_and_told(paid, sandbox: RunningSandbox):
    promised = back(paid, 1000)
    sandbox.api.post(f"/v1/payments/{payments.payment(paid).reference}/refunds", json={})  # by hand, all of it
    payments.look_up(paid)
    gateway.send_refund(promised.id)
    (failed,) = payments.refunds_of([paid])[paid]
    assert (failed.state, failed.error) == ("failed", "not_refundable")
    assert published()[-1] == "RefundFailed"


def test_a_refund_made_at_the_provider_itself_counts_too(paid, sandbox: RunningSandbox):
    sandbox.api.post(f"/v1/payments/{payments.payment(paid).reference}/refunds", json={"amount": 90})
    view = payments.look_up(paid)
    assert (view.refunded.minor, view.refundable.minor) == (90, AMOUNT.minor - 90)


def test_refunds_wait_out_an_outage(paid, sandbox: RunningSandbox):
    promised = back(paid, 1000)
    sandbox.fault("outage")
    with pytest.raises(payments.ProviderUnavailable):
        gateway.send_refund(promised.id)
    with clock.shifted(timedelta(minutes=2)):
        assert polling.send_waiting_refunds() == 0
        sandbox.calm()
        assert polling.send_waiting_refunds() == 1
    assert payments.payment(paid).refunded.minor == 1000


def test_what_is_held_is_taken_on_wish(sandbox: RunningSandbox):
    payment_id = make_payment(capture="manual")
    assert start(payment_id, token=sandbox.token()).state == "authorised"
    payments.capture(payment_id)
    assert payments.ask_hanging() == 1
    assert payments.payment(payment_id).captured == AMOUNT
    payments.capture(payment_id)
    assert payments.ask_hanging() == 0
    assert published() == ["PaymentAuthorised", "PaymentCaptured"]


def test_what_is_not_held_is_not_taken():
    with pytest.raises(NotCapturable):
        payments.capture(make_payment())


def test_what_is_held_is_let_go_on_wish(sandbox: RunningSandbox):
    payment_id = make_payment(capture="manual")
    start(payment_id, token=sandbox.token())
    payments.void(payment_id)
    payments.ask_hanging()
    assert payments.payment(payment_id).state == "voided"
    assert published() == ["PaymentAuthorised", "PaymentVoided"]


def test_an_order_called_off_can_not_be_paid_at_the_wallet_any_more(sandbox: RunningSandbox, answer):
    order_id = uuid7()
    waiting = make_payment(order_id=order_id, key="a", method="paypal")
    unsent = make_payment(order_id=order_id, key="b")
    url = start(waiting).action_url
    payments.call_off(order_id)
    assert payments.ask_hanging() == 2
    answer(url)
    assert payments.look_up(waiting).state == "voided"
    assert payments.payment(unsent).state == "voided"
    assert payments.captured_of(order_id) is None


def test_once_paid_an_order_calls_off_the_wallet_left_open_in_another_tab(sandbox: RunningSandbox, answer):
    order_id = uuid7()
    forgotten = make_payment(order_id=order_id, key="a", method="paypal")
    url = start(forgotten).action_url
    paid = make_payment(order_id=order_id, key="b")
    start(paid, token=sandbox.token())
    elsewhere = make_payment(method="paypal")
    start(elsewhere)
    drain()
    payments.ask_hanging()
    answer(url)
    assert payments.look_up(forgotten).state == "voided"
    assert payments.payment(paid).state == "captured"
    assert payments.look_up(elsewhere).state == "action"


def test_calling_off_too_late_finds_the_money(sandbox: RunningSandbox, answer):
    order_id = uuid7()
    payment_id = make_payment(order_id=order_id, method="paypal")
    url = start(payment_id).action_url
    payments.call_off(order_id)
    answer(url)
    payments.ask_hanging()
    assert payments.payment(payment_id).state == "captured"
    assert published() == ["PaymentCaptured"]


@pytest.mark.django_db(transaction=True)
def test_many_refunds_at_once_never_promise_more_than_was_paid():
    payment_id = make_payment()
    payments.apply(payment_id, said("captured", captured=AMOUNT.minor))
    together = threading.Barrier(8, timeout=20)
    answers = []

    def ask(number: int) -> None:
        together.wait()
        try:
            back(payment_id, 1000, f"key-{number}")
            answers.append("promised")
        except NotRefundable:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["promised"] * 5 + ["refused"] * 3
    assert payments.payment(payment_id).refundable.minor == 990
