"""A letter in MIME. All of them have the same shape, so it is written down here: the email package would fold every
header of every part and go through each line of a text, which costs several times what rendering does."""

from base64 import encodebytes
from email.utils import formatdate
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import RFC5322_EMAIL_LINE_LENGTH_LIMIT, forbid_multi_line_headers


class Letter(EmailMultiAlternatives):
    """Text and HTML for one reader; ``boundary`` is a line that neither holds."""

    def __init__(self, subject: str, text: str, html: str, *, to: str, boundary: str, **options: Any) -> None:
        super().__init__(subject, text, to=[to], **options)
        self.attach_alternative(html, "text/html")
        self.boundary = boundary

    def message(self) -> "Written":  # type: ignore[override]  # mail backends ask for no more of it
        """Raises BadHeaderError for a line break in a header."""
        headers = {
            "Subject": self.subject,
            "From": self.from_email,
            "To": ", ".join(self.to),
            "Date": formatdate(localtime=settings.EMAIL_USE_LOCALTIME),
            **self.extra_headers,
        }
        lines = [": ".join(forbid_multi_line_headers(name, value, "utf-8")) for name, value in headers.items()]
        kind = f'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="{self.boundary}"'
        parts = [_part("plain", str(self.body)), *(_part("html", str(html)) for html, _kind in self.alternatives)]
        line = f"\n--{self.boundary}".encode()
        head = "\n".join([kind, *lines, ""]).encode("ascii")
        return Written(head + b"".join(line + part for part in parts) + line + b"--\n")


class Written:
    """A message that was written out; its lines end as the asker wants."""

    def __init__(self, lines: bytes) -> None:
        self._lines = lines

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        return self._lines if linesep == "\n" else self._lines.replace(b"\n", linesep.encode())

    def get_charset(self) -> None:
        return None


def _part(kind: str, text: str) -> bytes:
    """As it is, or in base64 where it has a line that is too long for that (RFC 5322, 2.1.1)."""
    body, encoding = text.replace("\r\n", "\n").replace("\r", "\n").encode(), "8bit"
    if max(map(len, body.split(b"\n"))) > RFC5322_EMAIL_LINE_LENGTH_LIMIT:
        body, encoding = encodebytes(body), "base64"
    head = f'\nContent-Type: text/{kind}; charset="utf-8"\nMIME-Version: 1.0\nContent-Transfer-Encoding: {encoding}\n\n'
    return head.encode() + body
