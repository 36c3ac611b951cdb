"""Letters are promised in a transaction, sent after it, and not sent again and again."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend

from glocal.platform.kernel import clock
from glocal.platform.mail.facade import Message, queue
from glocal.platform.mail.jobs import LEASE, MOST_ATTEMPTS, send_batch
from glocal.platform.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


class Crashes(EmailBackend):
    """A mail server during whose third letter our process dies."""

    def send_messages(self, messages):
        if "dies" in messages[0].to[0]:
            raise KeyboardInterrupt
        return super().send_messages(messages)


class Refuses(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("no mail server")


def letters(*names):
    context = {"number": "G7K3-92QF", "name": "Ada", "total": "$5", "link": "http://localhost/", "refunded": ""}
    queue([Message(f"{name}@example.com", "order_cancelled", "en", "US", context) for name in names])


def sent_to():
    return [message.to[0].partition("@")[0] for message in outbox.outbox]


def test_a_crash_in_the_middle_repeats_none_of_the_letters_that_were_sent(settings):
    for minutes, name in enumerate(["first", "second", "dies", "fourth"]):
        with clock.shifted(timedelta(minutes=minutes - 60)):
            letters(name)
    settings.EMAIL_BACKEND = f"{__name__}.Crashes"
    with pytest.raises(KeyboardInterrupt):
        send_batch()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_batch() == 0  # leased by the one that died
    with clock.shifted(LEASE + timedelta(seconds=1)):
        send_batch()
    assert sorted(sent_to()) == ["dies", "first", "fourth", "second"]


def test_a_letter_sent_twice_is_one_to_the_mail_programs_that_get_it():
    letters("ada")
    send_batch()
    OutgoingMail.objects.update(state="queued", next_try_at=clock.now())
    send_batch()
    first, second = outbox.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_letter_no_server_takes_is_tried_with_growing_pauses_and_then_left_to_a_person(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refuses"
    letters("ada")
    for hours in range(MOST_ATTEMPTS + 2):
        with clock.shifted(timedelta(hours=hours)):
            send_batch()
    (letter,) = OutgoingMail.objects.all()
    assert (letter.state, letter.attempts) == ("failed", MOST_ATTEMPTS)
    assert "no mail server" in letter.error


def test_a_batch_costs_one_statement_and_one_more_for_each_letter(django_assert_num_queries):
    letters("ada", "bo", "cy")
    with django_assert_num_queries(4):
        send_batch()
