"""In whatever order news comes, however often, from however many sides: the row ends right, each event is told once."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments.models import Payment
from glocal.transaction.payments.services import record
from tests.transaction.payments.factories import AMOUNT, make_payment, published, said

pytestmark = pytest.mark.django_db

FULL = AMOUNT.minor
HISTORIES = [
    [said("captured", captured=FULL)],
    [said("action"), said("captured", captured=FULL)],
    [said("action"), said("pending"), said("declined", decline_code="expired")],
    [said("action"), said("authorised"), said("captured", captured=FULL)],
    [said("authorised"), said("captured", captured=1000), said("captured", captured=1000, refunded=400)],
    [said("authorised"), said("voided")],
    [
        said("captured", captured=FULL),
        said("captured", captured=FULL, refunded=90),
        said("refunded", captured=FULL, refunded=FULL),
    ],
]


@st.composite
def news(draw):
    """A provider's true history of a payment, and the same told late, twice and out of order, its end at least once."""
    history = draw(st.sampled_from(HISTORIES))
    heard = draw(st.lists(st.integers(0, len(history) - 1), max_size=8))
    heard.insert(draw(st.integers(0, len(heard))), len(history) - 1)
    return history, [history[index] for index in heard]


@settings(max_examples=80, deadline=None)
@given(told=news(), together=st.booleans())
def test_news_in_any_order_ends_where_the_provider_ended(told, together: bool):
    history, heard = told
    with transaction.atomic():
        payment_id = make_payment(key=str(uuid7()))
        before = len(published())
        if together:
            record([(payment_id, item) for item in heard])
        else:
            for item in heard:
                payments.apply(payment_id, item)
        view = payments.payment(payment_id)
        end = history[-1]
        assert (view.state, view.captured.minor, view.refunded.minor) == (end.state, end.captured, end.refunded)
        events = published()[before:]
        assert events.count("PaymentCaptured") == (1 if end.captured else 0)
        assert events.count("PaymentDeclined") == (1 if end.state == "declined" else 0)
        assert events.count("PaymentVoided") == (1 if end.state == "voided" else 0)
        assert events.count("PaymentAuthorised") <= 1
        assert ("PaymentRefunded" in events) == bool(end.refunded)
        transaction.set_rollback(True)


def test_refunded_amounts_add_up_whatever_was_missed():
    payment_id = make_payment()
    for refunded in (100, 100, 250):
        payments.apply(payment_id, said("captured", captured=FULL, refunded=refunded))
    from glocal.platform.eventing.models import OutboxEvent

    amounts = (
        OutboxEvent.objects.filter(name="payments.PaymentRefunded").order_by("id").values_list("payload", flat=True)
    )
    assert [(one["amount_minor"], one["refunded_minor"]) for one in amounts] == [(100, 100), (150, 250)]


@pytest.mark.parametrize(
    "wrong",
    [
        said("captured", captured=5991, amount=Money(5991, "THB")),
        said("captured", captured=FULL, amount=Money(FULL, "USD")),
        said("captured", captured=FULL + 1),
        said("captured", captured=10, refunded=11),
    ],
)
def test_news_of_another_amount_or_currency_changes_nothing_and_is_named(wrong):
    payment_id = make_payment()
    assert record([(payment_id, wrong)])[0].fault == "amount, currency or provider id differ from the payment's own"
    assert payments.payment(payment_id).state == "created"
    assert published() == []


def test_news_of_another_provider_payment_changes_nothing():
    payment_id = make_payment()
    payments.apply(payment_id, said("action"))
    assert record([(payment_id, said("captured", captured=FULL, reference="pay_2"))])[0].fault
    assert payments.payment(payment_id).state == "action"


def test_one_unknown_payment_does_not_hold_up_the_others():
    known = make_payment()
    answers = record([(uuid7(), said("voided")), (known, said("captured", captured=FULL))])
    assert [answer.fault for answer in answers] == ["payment unknown", ""]
    assert payments.payment(known).state == "captured"


def test_a_hundred_news_cost_two_statements():
    ids = [make_payment() for _ in range(100)]
    with CaptureQueriesContext(connection) as queries:
        record([(payment_id, said("captured", captured=FULL, reference=f"pay_{payment_id}")) for payment_id in ids])
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"captured_minor": FULL + 1, "state": "captured"},
        {"captured_minor": 10},
        {"state": "captured"},
        {"refunded_minor": 1},
        {"promised_minor": 1},
        {"amount_minor": 0},
    ],
)
def test_the_database_itself_refuses_senseless_rows(change):
    payment_id = make_payment()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment_id).update(**change)


@pytest.mark.django_db(transaction=True)
def test_browser_webhook_and_poller_at_once_tell_the_others_once():
    payment_id = make_payment()
    together = threading.Barrier(8, timeout=20)
    faults = []

    def tell() -> None:
        try:
            together.wait()
            payments.apply(payment_id, said("captured", captured=FULL))
            together.wait()
            payments.apply(payment_id, said("refunded", captured=FULL, refunded=FULL))
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [str(fault) for fault in faults] == []
    assert published() == ["PaymentCaptured", "PaymentRefunded"]
