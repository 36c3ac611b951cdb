"""The letters in the console: who sees them, how they look, and one to oneself."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail as outbox

from glocal.platform.accounts.models import Person
from glocal.platform.console.records import list_url, record_url
from glocal.platform.kernel import clock
from glocal.platform.mail import facade as mail
from glocal.platform.mail import registry
from glocal.platform.mail.jobs import KEPT, forget_secrets, message_of, send_batch
from glocal.platform.mail.models import OutgoingMail
from glocal.platform.mail.registry import MASK, letter_named, letters
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


OPEN_TO_ALL = {"/en-US/account/security", "/en-US/sign-in"}
"""Pages that letters lead to and that open nothing by themselves."""


def opening(text: str) -> set[str]:
    """Whatever in a letter could open something: six figures, and every link but those to known pages."""
    links = {link for link in re.findall(r"https?://[^\s<>\"]+", text) if urlsplit(link).path not in OPEN_TO_ALL}
    return links | set(re.findall(r"\b\d{6}\b", text))


def kept(letter):
    mail.queue([mail.Message("ada@example.com", letter.name, "en", "US", dict(letter.sample("en", "US")))])
    return OutgoingMail.objects.get()


def test_letters_with_codes_and_links_are_found_to_have_some():
    assert {letter.name for letter in letters() if letter.secrets} >= {
        *("sign_in_code", "sign_up_code", "email_code", "new_password", "invitation", "order_paid", "order_link"),
        *("return_approved", "question_confirm", "question_answered"),
    }


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.name)
def test_the_log_shows_nobody_what_opens_something(letter, callers):
    row = kept(letter)
    written = message_of(row)
    secrets = opening(f"{written.subject}\n{written.body}")
    assert bool(secrets) <= bool(letter.secrets)
    secrets |= {row.context[name] for name in letter.secrets if row.context.get(name)} - {"example"}
    page = callers["right"].get(record_url("mail.outgoingmail", row.pk)).content.decode()
    assert not [secret for secret in secrets if secret in page]
    if opening(written.body):
        assert MASK in page


def test_the_log_masks_the_link_that_ends_news(callers, monkeypatch):
    shipped = letter_named("order_shipped")
    monkeypatch.setitem(registry._letters, "order_shipped", replace(shipped, purpose="news"))
    row = kept(letter_named("order_shipped"))
    assert "/letters/" in message_of(row).body
    page = callers["right"].get(record_url("mail.outgoingmail", row.pk)).content.decode()
    assert f"Unsubscribe: {MASK}" in page
    assert "/letters/" not in page


@pytest.mark.parametrize("letter", [one for one in letters() if one.secrets], ids=lambda letter: letter.name)
def test_what_opens_something_leaves_the_row_when_the_letter_is_sent(letter):
    row = kept(letter)
    secrets = {row.context[name] for name in letter.secrets if row.context.get(name)}
    send_batch()
    assert opening(outbox.outbox[0].body) or letter.name == "account_exists"
    row.refresh_from_db()
    assert row.state == "sent"
    assert not secrets & {value for value in row.context.values() if isinstance(value, str)}


def test_a_letter_given_up_can_be_sent_again_for_a_week_and_then_says_that_it_cannot(callers):
    mail.queue(
        [mail.Message("ada@example.com", "new_password", "en", "US", {"name": "", "link": "http://x/1", "hours": 1})]
    )
    OutgoingMail.objects.update(state="failed")
    letter = OutgoingMail.objects.get()
    address = record_url("mail.outgoingmail", letter.pk)
    with clock.shifted(KEPT - timedelta(hours=1)):
        forget_secrets(0)
    assert "Send again" in callers["right"].get(address).content.decode()
    with clock.shifted(KEPT + timedelta(hours=1)):
        forget_secrets(0)
    letter.refresh_from_db()
    assert letter.context["link"] == MASK
    page = callers["right"].get(address).content.decode()
    assert "it cannot be sent again, a new one has to be asked for" in page
    assert 'value="resend"' not in page
    for where, step in ((address, "resend"), (list_url("mail.outgoingmail"), "resend_all")):
        answer = callers["right"].post(where, {"step": step}, follow=True).content.decode()
        assert "kept no longer" in answer
    send_batch()
    assert not outbox.outbox
