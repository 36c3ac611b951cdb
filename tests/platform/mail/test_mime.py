"""Our own MIME says what the email package would say, and mail programs can read it."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError
from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.mail.mime import Letter

HEADERS = {
    "Message-ID": "<1@glocal>",
    "Content-Language": "th",
    "List-Unsubscribe": f"<https://shop.example/{'x' * 200}>",
}
TEXTS = ["", "Hello,\n\nthank you.\n", "สวัสดี\r\nคุณมาลี\n", "From here\n.\n--part\n", "长" * 700 + "\nمرحبا\n"]


def letter(subject="Order", text="Hello\n", html="<p>Hello</p>\n", to="ada@example.com"):
    return Letter(subject, text, html, to=to, boundary="part-1", headers=HEADERS)


def read(message, linesep="\r\n"):
    return message_from_bytes(message.message().as_bytes(linesep=linesep), policy=policy.default)


def parts(message):
    return [
        (part.get_content_type(), part.get_content().replace("\r\n", "\n").rstrip("\n"))
        for part in message.iter_parts()
    ]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "subject", ["Order G7K3 is confirmed", "ยืนยันคำสั่งซื้อ G7K3 แล้ว" * 6, "word" + " word" * 60, "=?utf-8?q?x?="]
)
def test_what_a_mail_program_reads_is_what_the_email_package_would_have_said(subject, text):
    ours = letter(subject, text, f"<p>{text}</p>")
    theirs = EmailMultiAlternatives(subject, text, to=["ada@example.com"], headers=HEADERS)
    theirs.attach_alternative(f"<p>{text}</p>", "text/html")
    mine, built = read(ours), read(theirs)
    for name in ("Subject", "From", "To", *HEADERS):
        assert mine[name] == built[name].strip()  # theirs folds even what may stay on one line
    assert mine["Date"].datetime
    if text:
        assert parts(mine) == parts(built)
    assert not mine.defects


@pytest.mark.parametrize("linesep", ["\n", "\r\n"])
@pytest.mark.parametrize("text", TEXTS)
def test_no_line_is_longer_than_the_law_of_mail_allows(text, linesep):
    wire = letter("ก" * 400, text, f"<p>{text}</p>").message().as_bytes(linesep=linesep)
    assert max(map(len, wire.split(linesep.encode()))) <= 998
    assert wire.count(b"\r\n") == (wire.count(b"\n") if linesep == "\r\n" else 0)


def test_a_text_with_a_line_that_is_too_long_arrives_whole():
    (plain, page) = read(letter(text="长" * 4000)).iter_parts()
    assert (plain["Content-Transfer-Encoding"], page["Content-Transfer-Encoding"]) == ("base64", "8bit")
    assert plain.get_content().strip() == "长" * 4000


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_arrives_as_it_was_written(text):
    ((_plain, got), (_html, page)) = parts(read(letter(text=text, html=f"<p>{text}</p>"), linesep="\n"))
    written = text.replace("\r\n", "\n").replace("\r", "\n")
    assert (got, page) == (written.rstrip("\n"), f"<p>{written}</p>")


@pytest.mark.parametrize("field", ["subject", "to"])
def test_a_header_cannot_be_broken_out_of(field):
    with pytest.raises(BadHeaderError):
        letter(**{field: "a@example.com\r\nBcc: all@example.com"}).message()
