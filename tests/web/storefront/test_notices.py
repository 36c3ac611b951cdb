"""What a shopper is told in the shop, and the letters an address wants."""

import re

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person
from glocal.platform.mail import facade as mail
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.models import OutgoingMail
from glocal.platform.mail.purposes import token_of

pytestmark = pytest.mark.django_db

PASSWORD = "a long secret"
CONTEXT = {"name": "Ada", "total": "$5", "link": "http://localhost/", "refunded": ""}
BADGE = re.compile(r'href="/en-US/account/notices">.{0,200}<span class="count">(\d*)</span>', re.DOTALL)


@pytest.fixture
def news(monkeypatch):
    """A letter that is sent only on request; none of the packages has one yet."""
    from glocal.platform.mail import registry

    monkeypatch.setitem(registry._letters, "order_shipped", mail.Letter("order_shipped", "News", "news"))


def person(name="ada"):
    return accounts.open_account(
        email=f"{name}@example.com", password=PASSWORD, name=name.title(), language="en", market="US"
    )


def signed_in(one) -> Client:
    client = Client(headers={"accept-language": "en-US"})
    client.force_login(Person.objects.get(pk=one.id), backend="glocal.platform.accounts.backends.EmailBackend")
    return client


def tell(one, *numbers):
    mail.queue(
        [
            mail.Message(one.email, "order_cancelled", "en", "US", {**CONTEXT, "number": number}, one.id)
            for number in numbers
        ]
    )


def badge(client, page="/en-US/account/notices"):
    found = BADGE.search(client.get(page).content.decode())
    return found and found[1]


def statements(client, page):
    client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert client.get(page).status_code == 200
    return [row["sql"] for row in made.captured_queries]


def letter(template="order_cancelled", to="ada@example.com"):
    mail.queue([mail.Message(to, template, "en", "US", {**CONTEXT, "number": "G7K3-92QF"})])
    return OutgoingMail.objects.get(template=template)


def test_a_letter_and_its_notice_are_promised_in_one_statement():
    ada = person()
    with CaptureQueriesContext(connection) as made:
        tell(ada, "AAAA-1111", "BBBB-2222")
    assert len(made) == 1
    assert OutgoingMail.objects.count() == 2
    assert [one.text for one in mail.notices_of(ada.id)] == [
        "Order BBBB-2222 is cancelled",
        "Order AAAA-1111 is cancelled",
    ]


def test_somebody_without_an_address_still_gets_the_notice():
    ada = person()
    mail.queue([mail.Message("", "order_cancelled", "en", "US", {**CONTEXT, "number": "AAAA-1111"}, ada.id)])
    assert not OutgoingMail.objects.exists()
    assert mail.unread(ada.id) == 1


def test_the_bell_counts_what_is_new_and_clears():
    ada = person()
    client = signed_in(ada)
    tell(ada, "AAAA-1111", "BBBB-2222")
    assert badge(client) == "2"
    assert badge(client, "/en-US/") == "2"
    newest = mail.notices_of(ada.id)[0]
    opened = client.post("/en-US/account/notices/read", {"id": newest.id})
    assert opened.headers["Location"] == "/en-US/orders/BBBB-2222"
    assert badge(client, "/en-US/") == "1"
    client.post("/en-US/account/notices/read")
    assert badge(client, "/en-US/") == ""


def test_notices_speak_the_language_they_are_read_in():
    ada = person()
    tell(ada, "AAAA-1111")
    assert "คำสั่งซื้อ AAAA-1111 ถูกยกเลิกแล้ว" in signed_in(ada).get("/th-TH/account/notices").content.decode()


def test_the_bell_costs_one_statement_and_a_guest_none():
    guest, ada = Client(headers={"accept-language": "en-US"}), signed_in(person())
    ada.get("/en-US/account")  # where the browser learns whose bell it is
    with_bell, without = statements(ada, "/en-US/"), statements(guest, "/en-US/")
    assert len(with_bell) == len(without) + 1
    assert not [sql for sql in without if "mail_notice" in sql]
    assert badge(guest, "/en-US/") is None


def test_a_bell_of_another_session_or_a_made_up_one_rings_for_nobody():
    ada, bo = person(), person("bo")
    tell(ada, "AAAA-1111")
    adas, bos = signed_in(ada), signed_in(bo)
    adas.get("/en-US/account")
    bos.get("/en-US/account")
    assert badge(adas, "/en-US/") == "1"
    bos.cookies["bell"] = adas.cookies["bell"].value
    assert badge(bos, "/en-US/") is None
    adas.post("/en-US/sign-out")
    assert badge(adas, "/en-US/") is None


def test_nobody_reads_or_opens_the_notices_of_another():
    ada, bo = person(), person("bo")
    tell(ada, "AAAA-1111")
    (notice,) = mail.notices_of(ada.id)
    assert b"AAAA-1111" not in signed_in(bo).get("/en-US/account/notices").content
    answer = signed_in(bo).post("/en-US/account/notices/read", {"id": notice.id})
    assert answer.headers["Location"] == "/en-US/account/notices"
    assert mail.unread(ada.id) == 1


@pytest.mark.parametrize("page", ["notices", "letters"])
def test_pages_of_an_account_ask_a_guest_to_sign_in(shopper, page):
    answer = shopper.get(f"/en-US/account/{page}")
    assert answer.headers["Location"] == f"/en-US/sign-in?next=/en-US/account/{page}"


@pytest.mark.parametrize("wrong", ["x", "", "' OR 1", "0" * 32])
def test_a_made_up_notice_leads_back(wrong):
    answer = signed_in(person()).post("/en-US/account/notices/read", {"id": wrong})
    assert answer.headers["Location"] == "/en-US/account/notices"


def test_nothing_is_ticked_beforehand_and_a_choice_is_kept():
    client = signed_in(person())
    page = client.get("/en-US/account/letters").content.decode()
    assert re.findall(r'name="purpose" value="(\w+)" checked', page) == []
    client.post("/en-US/account/letters", {"purpose": ["news", "orders", "made-up"]})
    assert mail.chosen_by("ADA@example.com") == {"news"}
    client.post("/en-US/account/letters", {})
    assert mail.chosen_by("ada@example.com") == frozenset()


def test_a_letter_that_needs_a_yes_is_not_sent_without_one(news):
    letter("order_shipped")
    send_batch()
    assert outbox.outbox == []
    assert OutgoingMail.objects.get().state == "withheld"


def test_a_no_said_after_a_letter_was_promised_still_counts(news):
    mail.choose(address="ada@example.com", wanted=["news"], source="page")
    letter("order_shipped", to="Ada@Example.com")
    mail.stop(address="ada@example.com", purpose="news", source="link")
    send_batch()
    assert outbox.outbox == []


def test_one_click_ends_a_purpose_without_cookie_or_secret(news):
    mail.choose(address="ada@example.com", wanted=["news", "stock"], source="page")
    letter("order_shipped")
    send_batch()
    (sent,) = outbox.outbox
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = sent.extra_headers["List-Unsubscribe"].strip("<>").partition("8000")[2]
    assert address in sent.body
    program = Client(enforce_csrf_checks=True)
    assert program.get(address).status_code == 200
    assert mail.chosen_by("ada@example.com") == {"news", "stock"}  # scanners open links
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert mail.chosen_by("ada@example.com") == {"stock"}


def test_a_letter_about_an_order_always_comes_and_cannot_be_ended(shopper):
    promised = letter()
    answer = shopper.post(f"/en-US/letters/{token_of(promised.pk)}/stop/orders")
    assert answer.status_code == 404
    send_batch()
    (sent,) = outbox.outbox
    assert "List-Unsubscribe" not in sent.extra_headers


def test_the_link_in_a_letter_opens_the_choices_of_its_address(shopper):
    link = f"/en-US/letters/{token_of(letter().pk)}"
    assert b"ada@example.com" in shopper.get(link).content
    assert shopper.post(link, {"purpose": "stock"}).status_code == 302
    assert mail.chosen_by("ada@example.com") == {"stock"}


def test_a_made_up_link_opens_nothing(shopper):
    token = token_of(letter().pk)
    for wrong in (token[:-1], "x", token.partition(".")[0], token_of(person().id)):
        answer = shopper.get(f"/en-US/letters/{wrong}")
        assert answer.status_code == 404
        assert b"ada@example.com" not in answer.content
        assert shopper.post(f"/en-US/letters/{wrong}/stop/news").status_code == 404
