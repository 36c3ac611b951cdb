"""Reports of letters that could not be delivered."""

import pytest

from glocal.platform.mail.bounces import note_bounce
from glocal.platform.mail.facade import Message, queue
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

REPORT = """From: MAILER-DAEMON@example.com
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; ada@example.com
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox
--b
Content-Type: {kind}

Subject: Order
Message-ID: <{id}@glocal>

--b--
"""


def letter(*, sent=True):
    context = {"number": "G7K3-92QF", "name": "Ada", "total": "$5", "link": "http://localhost/", "refunded": ""}
    queue([Message("ada@example.com", "order_cancelled", "en", "US", context)])
    if sent:
        send_batch()
    return OutgoingMail.objects.get()


def report(mail_id, action="failed", kind="message/rfc822"):
    return REPORT.format(id=mail_id, action=action, kind=kind).encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_marks_its_letter_and_says_why(kind):
    mail = letter()
    assert note_bounce(report(mail.pk.hex, kind=kind))
    mail.refresh_from_db()
    assert (mail.state, mail.error) == ("bounced", "550 5.1.1 no such mailbox")
    assert not note_bounce(report(mail.pk.hex))


@pytest.mark.parametrize("action", ["delayed", "delivered", ""])
def test_what_is_no_failure_changes_nothing(action):
    assert not note_bounce(report(letter().pk.hex, action=action))
    assert OutgoingMail.objects.get().state == "sent"


@pytest.mark.parametrize("wrong", [b"", b"\xff\xfe", b"Subject: hello\n\nhi", report("0" * 32), report("x' OR 1")])
def test_what_is_about_no_letter_of_ours_changes_nothing(wrong):
    letter()
    assert not note_bounce(wrong)
    assert OutgoingMail.objects.get().state == "sent"


def test_a_letter_that_was_not_sent_cannot_bounce():
    assert not note_bounce(report(letter(sent=False).pk.hex))
