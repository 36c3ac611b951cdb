"""What people type about themselves, brought into the form it is kept in."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from glocal.platform.accounts.errors import EmailMalformed, LanguageNotOffered, NameTooLong
from glocal.platform.accounts.rules import EMAIL_LIMIT

NAME_LIMIT = 120


def checked_email(text: str) -> str:
    """In lower case. Raises EmailMalformed."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise EmailMalformed(field="email", value=text[:EMAIL_LIMIT]) from error
    if len(email) > EMAIL_LIMIT:
        raise EmailMalformed(field="email", value=email[:EMAIL_LIMIT])
    return email


def masked_email(email: str) -> str:
    """Enough to know one's own again, too little to write to: for records that outlive the address."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def checked_name(text: str) -> str:
    """On one line. Raises NameTooLong."""
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(name) > NAME_LIMIT:
        raise NameTooLong(field="name", limit=NAME_LIMIT)
    return name


def checked_language(language: str) -> str:
    """Raises LanguageNotOffered."""
    known = dict(settings.LANGUAGES)
    if language not in known:
        raise LanguageNotOffered(field="language", language=language, known=", ".join(known))
    return language
