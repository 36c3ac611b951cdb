"""The letters in the console: who sees them, how they look, and one to oneself."""

import pytest
from django.core import mail as outbox

from glocal.platform.accounts.models import Person
from glocal.platform.console.records import list_url, record_url
from glocal.platform.mail import facade as mail
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.models import OutgoingMail
from tests.web.console.conftest import PASSWORD, operator, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

LETTER = "order_paid"


@pytest.fixture
def callers():
    return {
        "anonymous": signed_in(None),
        "shopper": signed_in(Person.objects.create_user("ada@example.test", PASSWORD)),
        "wrong role": signed_in(operator("cato@glocal.test", ("na", "catalogue"))),
        "right": signed_in(operator("orla@glocal.test", ("na", "orders", "US"))),
    }


def test_letters_are_for_those_who_may_see_people(callers):
    frame = f"/console/mail/letterkind/{LETTER}/frame/"
    for page in (list_url("mail.letterkind"), record_url("mail.letterkind", LETTER), frame):
        found = {who: client.get(page).status_code for who, client in callers.items()}
        assert found == {"anonymous": 302, "shopper": 302, "wrong role": 404, "right": 200}, page


def test_the_list_reads_no_letter_of_anybody(callers):
    page = callers["right"].get(list_url("mail.letterkind")).content.decode()
    assert "Order on its way" in page
    assert record_url("mail.letterkind", LETTER) in page


def test_a_preview_is_in_the_places_language_and_of_its_own_markets_only(callers):
    address = record_url("mail.letterkind", LETTER)
    assert b"Order G7K3-92QF is confirmed" in callers["right"].get(address).content
    assert callers["right"].get(address, {"place": "th-TH"}).status_code == 404
    everywhere = signed_in(Person.objects.create_superuser("root@glocal.test", PASSWORD))
    assert "تأكد الطلب G7K3-92QF" in everywhere.get(address, {"place": "ar-AE"}).content.decode()
    assert everywhere.get(record_url("mail.letterkind", "nowhere")).status_code == 404


def test_the_previews_frame_may_load_only_pictures(callers):
    answer = callers["right"].get(f"/console/mail/letterkind/{LETTER}/frame/")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert b"<h1" in answer.content


def test_a_test_letter_goes_to_who_asked_and_to_nobody_else(callers):
    sent = {"place": "en-US", "to": "victim@example.com"}
    assert callers["wrong role"].post(record_url("mail.letterkind", LETTER), sent).status_code == 404
    assert callers["right"].post(record_url("mail.letterkind", LETTER), sent).status_code == 302
    send_batch()
    (message,) = outbox.outbox
    assert message.to == ["orla@glocal.test"]


def test_the_log_says_why_a_letter_did_not_arrive_and_sends_it_again(callers):
    context = {"number": "G7K3-92QF", "name": "Ada", "total": "$5", "link": "http://localhost/", "refunded": ""}
    mail.queue([mail.Message("ada@example.com", "order_cancelled", "en", "US", context)])
    OutgoingMail.objects.update(state="refused", error="550 nobody here")
    letter = OutgoingMail.objects.get()
    page = callers["right"].get(list_url("mail.outgoingmail"), {"state__exact": "refused"}).content.decode()
    assert "550 nobody here" in page
    assert callers["right"].get(list_url("mail.outgoingmail"), {"purpose": "news"}).status_code == 200
    assert callers["right"].post(record_url("mail.outgoingmail", letter.pk), {"step": "resend"}).status_code == 302
    send_batch()
    letter.refresh_from_db()
    assert letter.state == "sent"
