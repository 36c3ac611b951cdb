"""Codes by mail and text: who gets one, what it opens, how often it may be tried."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail as sent
from django.test import Client

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.jobs import send_text
from glocal.platform.accounts.models import OneTimeCode, Person
from glocal.platform.accounts.services.codes import (
    FROM_ONE_PLACE,
    TO_ONE_ADDRESS,
    TO_ONE_ADDRESS_FROM_ONE_PLACE,
    TRIES,
    typed_code,
)
from glocal.platform.accounts.services.forgetting import forget_over
from glocal.platform.kernel import clock
from glocal.platform.mail.jobs import send_batch
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD, PLACE = "seven-green-lamps", "203.0.113.7"


def last_code() -> str:
    while send_batch():
        pass
    return re.search(r"^(\d{6})$", sent.outbox[-1].body, re.MULTILINE)[1]


def ask_to_sign_up(email="mali@example.com", **changes):
    given = {"password": PASSWORD, "name": "Mali", "language": "th", "market": "TH", "place": PLACE}
    return accounts.begin_sign_up(email=email, **given | changes)


def ask_to_sign_in(to, market="TH", place=PLACE):
    return accounts.request_sign_in_code(to=to, market=market, place=place)


def texted(monkeypatch):
    kept = []
    monkeypatch.setattr(send_text, "defer", lambda **message: kept.append(message))
    return kept


def test_a_sign_up_opens_the_account_only_when_its_mail_was_read():
    code_id = ask_to_sign_up(" Mali@Example.com")
    assert not Person.objects.exists()
    person = accounts.finish_sign_up(code_id=code_id, code=last_code())
    assert (person.email, person.email_confirmed, person.language) == ("mali@example.com", True, "th")
    assert Person.objects.get().check_password(PASSWORD)


def test_who_began_with_somebody_elses_address_does_not_know_the_password_of_their_account():
    Client().post("/en-US/sign-up", {"email": "mali@example.com", "password": PASSWORD, "name": "Mallory"})
    code = last_code()
    path = re.sub("^https?://[^/]+", "", re.search(r"http\S+/sign-up/code/\S+", sent.outbox[-1].body)[0])
    owner = Client()
    assert 'name="password"' in owner.get(path).content.decode()
    assert owner.post(path, {"code": code}).status_code == 422
    assert not Person.objects.exists()
    owner.post(path, {"code": code, "password": "a word of my own"})
    person = Person.objects.get()
    assert (person.check_password("a word of my own"), person.check_password(PASSWORD)) == (True, False)
    assert owner.session["_auth_user_id"] == str(person.pk)


def test_the_browser_that_began_chooses_no_password_again():
    browser = Client()
    page = browser.post("/en-US/sign-up", {"email": "mali@example.com", "password": PASSWORD, "name": "Mali"})
    assert 'name="password"' not in browser.get(page["Location"]).content.decode()
    browser.post(page["Location"], {"code": last_code()})
    assert Person.objects.get().check_password(PASSWORD)


def test_a_taken_address_gets_a_mail_instead_of_a_code_and_nothing_opens_it():
    owner = make_person(email="mali@example.com")
    code_id = ask_to_sign_up()
    send_batch()
    (letter,) = sent.outbox
    assert letter.to == ["mali@example.com"]
    assert not re.search(r"\d{6}", letter.body)
    with pytest.raises(accounts.CodeRefused):
        accounts.finish_sign_up(code_id=code_id, code="")
    assert Person.objects.get() == owner


def test_the_same_page_follows_a_free_and_a_taken_address():
    make_person(email="taken@example.com")
    shown = []
    for email in ("taken@example.com", "free@example.com"):
        browser = Client()
        answer = browser.post("/en-US/sign-up", {"email": email, "password": PASSWORD, "name": "X"})
        assert re.fullmatch(r"/en-US/sign-up/code/[0-9a-f-]{36}\?next=%2Fen-US%2Faccount", answer["Location"])
        page = browser.get(answer["Location"]).content.decode()
        wrong = browser.post(answer["Location"], {"code": "12345"}).content.decode()
        shown.append([re.sub(r"[0-9a-f-]{36}|value=\"\w{64}\"", "", text) for text in (page, wrong)])
    assert shown[0] == shown[1]


@pytest.mark.parametrize("how", ["used", "old", "other purpose", "too many tries"])
def test_a_code_that_is_over_opens_nothing(how):
    make_person(email="mali@example.com")
    code_id = ask_to_sign_in("mali@example.com")
    code = last_code()
    browser = Client()
    page = f"/en-US/sign-in/code/{code_id}"
    if how == "used":
        browser.post(page, {"code": code})
        browser = Client()
    elif how == "old":
        OneTimeCode.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    elif how == "other purpose":
        page = f"/en-US/sign-up/code/{code_id}"
    else:
        for _try in range(TRIES):
            assert browser.post(page, {"code": "x"}).status_code == 422
    answer = browser.post(page, {"code": code, "password": PASSWORD})
    assert answer.status_code == 422
    assert "wrong or too old" in answer.content.decode()
    assert "_auth_user_id" not in browser.session


def test_a_mailed_code_signs_in_and_confirms_the_address():
    person = make_person(email="mali@example.com")
    browser = Client()
    answer = browser.post("/en-US/sign-in/code", {"to": "MALI@example.com", "next": "/en-US/bag"})
    answer = browser.post(answer["Location"], {"code": f"{last_code()[:3]} {last_code()[3:]}", "next": "/en-US/bag"})
    assert (answer.status_code, answer["Location"]) == (302, "/en-US/bag")
    assert browser.session["_auth_user_id"] == str(person.pk)
    assert Person.objects.get().email_confirmed_at


def test_the_link_in_the_mail_fills_the_code_in_and_does_not_use_it():
    make_person(email="mali@example.com")
    ask_to_sign_in("mali@example.com")
    code = last_code()
    link = re.search(r"http\S+/sign-in/code/\S+", sent.outbox[-1].body)[0]
    path = re.sub("^https?://[^/]+", "", link)
    assert f'value="{code}"' in Client().get(path).content.decode()
    assert OneTimeCode.objects.get().used_at is None


def test_an_unknown_address_hears_the_same_and_gets_no_mail(monkeypatch):
    messages = texted(monkeypatch)
    make_person(email="closed@example.com", is_active=False)
    for to in ("nobody@example.com", "closed@example.com", "081 234 5678"):
        assert ask_to_sign_in(to)
    assert not send_batch()
    assert not messages


def test_a_confirmed_phone_signs_in_by_a_text_message(monkeypatch):
    messages = texted(monkeypatch)
    person = make_person(email="mali@example.com", language="th")
    code_id = accounts.request_phone(person_id=person.pk, phone="081 234 5678", market="TH", place=PLACE)
    code = re.search(r"\d{6}", messages[-1]["text"])[0]
    assert accounts.confirm_phone(person_id=person.pk, code_id=code_id, code=code).phone == "+66812345678"
    ask_to_sign_in("+66 81 234 5678", market="US")
    assert messages[-1]["phone"] == "+66812345678"
    assert re.search("[\u0e00-\u0e7f]", messages[-1]["text"])


def test_text_messages_lie_in_the_installations_folder(settings, tmp_path):
    settings.HOME = tmp_path
    send_text(phone="+66812345678", text="123456 ok")
    assert Path(tmp_path / "sms/66812345678.txt").read_text().endswith(" 123456 ok\n")


def test_a_code_for_one_persons_address_does_nothing_for_another():
    mali, ada = make_person(email="mali@example.com"), make_person(email="ada@example.com")
    code_id = accounts.request_email(person_id=mali.pk, email="new@example.com", place=PLACE)
    with pytest.raises(accounts.CodeRefused):
        accounts.confirm_email(person_id=ada.pk, code_id=code_id, code=last_code())
    assert Person.objects.get(pk=ada.pk).email == "ada@example.com"


def test_a_new_address_holds_once_confirmed_and_the_old_one_hears_of_it():
    mali = make_person(email="mali@example.com")
    code_id = accounts.request_email(person_id=mali.pk, email="New@example.com", place=PLACE)
    changed = accounts.confirm_email(person_id=mali.pk, code_id=code_id, code=last_code())
    assert (changed.email, changed.email_confirmed) == ("new@example.com", True)
    send_batch()
    assert sent.outbox[-1].to == ["mali@example.com"]


def test_codes_to_one_address_are_limited_with_or_without_an_account():
    make_person(email="known@example.com")
    for to in ("known@example.com", "unknown@example.com"):
        for number in range(TO_ONE_ADDRESS):
            ask_to_sign_in(to, place=f"198.51.100.{number // TO_ONE_ADDRESS_FROM_ONE_PLACE}")
        with pytest.raises(accounts.TooManyCodes) as refused:
            ask_to_sign_in(to, place="198.51.100.99")
        assert refused.value.retry_after


def test_who_asks_for_anothers_codes_does_not_keep_the_owner_from_theirs():
    make_person(email="known@example.com")
    for _time in range(TO_ONE_ADDRESS_FROM_ONE_PLACE):
        accounts.request_new_password(email="known@example.com", page="/password/", place=PLACE)
    with pytest.raises(accounts.TooManyCodes):
        ask_to_sign_in("known@example.com")
    assert ask_to_sign_in("known@example.com", place="198.51.100.1")


def test_codes_from_one_place_are_limited():
    for number in range(FROM_ONE_PLACE):
        ask_to_sign_in(f"mali{number}@example.com")
    with pytest.raises(accounts.TooManyCodes):
        ask_to_sign_in("another@example.com")
    assert ask_to_sign_in("another@example.com", place="198.51.100.1")


@pytest.mark.parametrize("typed", ["123456", "123 456", "١٢٣٤٥٦", "๑๒๓-๔๕๖", "\u200b123456"])
def test_figures_of_any_script_and_stray_marks_are_read(typed):
    assert typed_code(typed) == "123456"


@pytest.mark.parametrize("to", ["081", "not a phone", "", "9" * 10_000, "\u202e+66812345678", "mali@", "a\0@b.example"])
def test_what_is_neither_address_nor_number_is_refused_on_the_page(to):
    answer = Client().post("/th-TH/sign-in/code", {"to": to})
    assert answer.status_code in (302, 400, 422)
    if answer.status_code == 302:  # a mark that shows nothing does not hide the number
        assert OneTimeCode.objects.get().to == "+66812345678"


def test_what_is_over_is_forgotten_after_a_day():
    ask_to_sign_in("mali@example.com")
    forget_over()
    assert OneTimeCode.objects.exists()
    OneTimeCode.objects.update(expires_at=clock.now() - timedelta(days=1, seconds=1))
    forget_over()
    assert not OneTimeCode.objects.exists()
