"""Ways into an account by code: opening it, signing in, and confirming an e-mail address or phone number.

Whoever asks learns nothing: a known and an unknown address get the same answer in the same time, and the message goes
to the owner of the address.
"""

from typing import Any
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from glocal.events.accounts import PersonSignedUp
from glocal.platform.accounts.errors import AddressTaken, CodeRefused, PersonNotFound, PhoneMalformed
from glocal.platform.accounts.jobs import send_text
from glocal.platform.accounts.models import OneTimeCode, Person
from glocal.platform.accounts.selectors import info_of
from glocal.platform.accounts.services import codes
from glocal.platform.accounts.services.checks import checked_email, checked_language, checked_name
from glocal.platform.accounts.services.passwords import check_password_rules
from glocal.platform.accounts.types import PersonInfo
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.mail import facade as mail
from glocal.platform.markets import facade as markets

Purpose = OneTimeCode.Purpose


@transactional
def begin_sign_up(*, email: str, password: str, name: str, language: str, market: str, place: str) -> UUID:
    """Send a code that opens an account; returns the id to redeem it by.

    For a taken address the mail tells its owner so, and no code fits. ``place`` is the IP address of who asks.
    Raises EmailMalformed, PasswordRefused, NameTooLong, LanguageNotOffered, UnknownMarket or TooManyCodes.
    """
    person = Person(email=checked_email(email), name=checked_name(name), language=checked_language(language))
    person.market = markets.get(market).code
    check_password_rules(password, person)
    data = {
        "name": person.name,
        "password": make_password(password),
        "language": person.language,
        "market": person.market,
    }
    to = str(person.email)
    taken = Person.objects.filter(email=to).exists()
    code_id, code = codes.issue(Purpose.SIGN_UP, to, place=place, data={} if taken else data, fits=not taken)
    page = f"/sign-up/code/{code_id}"
    _mail(to, "account_exists" if taken else "sign_up_code", person, code="" if taken else code, page=page)
    return code_id


def finish_sign_up(*, code_id: UUID, code: str, password: str | None = None) -> PersonInfo:
    """Open the account that the code was sent for; its address is confirmed thereby.

    ``password`` takes the place of the one given at the start: ask for it unless the same browser began, else somebody
    could begin with a stranger's address and know the password of the account that the stranger then opens.
    Raises PasswordRefused (before the code is used) or CodeRefused.
    """
    if password is not None:
        check_password_rules(password, Person())
    row = codes.redeem(Purpose.SIGN_UP, code_id, code)
    with transaction.atomic():
        person = Person(email=row.to, email_confirmed_at=clock.now(), created_at=clock.now(), **row.data)
        if password is not None:
            person.password = make_password(password)
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError as error:  # opened from another tab in the meantime
            raise CodeRefused(field="code") from error
        publish(PersonSignedUp(person_id=person.pk, market=person.market, language=person.language))
    return info_of(person)


def request_sign_in_code(*, to: str, market: str, place: str) -> UUID:
    """Send a code to sign in with to an e-mail address or a confirmed phone number, if somebody has an account by it.

    ``market`` is the page's, for a number without a country code. Returns the id to redeem it by.
    Raises EmailMalformed, PhoneMalformed or TooManyCodes.
    """
    if "@" in to:
        email = checked_email(to)
        person = Person.objects.filter(email=email, is_active=True).first()
        with transaction.atomic():
            code_id, code = codes.issue(Purpose.SIGN_IN, email, place=place, data=_whose(person), fits=bool(person))
            if person is not None:
                _mail(email, "sign_in_code", person, code=code, page=f"/sign-in/code/{code_id}")
        return code_id
    phone = checked_phone(to, market)
    person = Person.objects.filter(phone=phone, is_active=True).first()
    with transaction.atomic():
        code_id, code = codes.issue(Purpose.SIGN_IN, phone, place=place, data=_whose(person), fits=bool(person))
        if person is not None:
            _text(phone, code, person.language)
    return code_id


def person_of_code(*, code_id: UUID, code: str) -> Person:
    """Who may sign in with this code; an address that received it is confirmed. Raises CodeRefused."""
    row = codes.redeem(Purpose.SIGN_IN, code_id, code)
    person = Person.objects.filter(pk=row.data.get("person"), is_active=True).first()
    if person is None:
        raise CodeRefused(field="code")
    if person.email == row.to and person.email_confirmed_at is None:
        person.email_confirmed_at = clock.now()
        person.save(update_fields=["email_confirmed_at"])
    return person


@transactional
def request_email(*, person_id: UUID, email: str, place: str) -> UUID:
    """Send a code to an address that somebody wants for their account. Returns the id to redeem it by.

    The owner of a taken address hears of it; who asks does not. Raises EmailMalformed, PersonNotFound or TooManyCodes.
    """
    email, person = checked_email(email), _person(person_id)
    taken = Person.objects.filter(email=email).exclude(pk=person_id).exists()
    code_id, code = codes.issue(Purpose.EMAIL, email, place=place, data=_whose(person), fits=not taken)
    page = f"/account/email/{code_id}"
    _mail(email, "account_exists" if taken else "email_code", person, code="" if taken else code, page=page)
    return code_id


def confirm_email(*, person_id: UUID, code_id: UUID, code: str) -> PersonInfo:
    """Take the address that the code was sent to; the old one hears of it. Raises CodeRefused or AddressTaken."""
    row = _redeemed_by(Purpose.EMAIL, person_id, code_id, code)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        before = person.email
        person.email, person.email_confirmed_at = row.to, clock.now()
        _save_unique(person, ["email", "email_confirmed_at"])
        if before != person.email:
            _note(person_id, "accounts.change_email")
            if before:
                _mail(before, "email_changed", person, page="/account/security")
    return info_of(person)


@transactional
def request_phone(*, person_id: UUID, phone: str, market: str, place: str) -> UUID:
    """Send a code to a phone that somebody wants to sign in with. Returns the id to redeem it by.

    Raises PhoneMalformed, PersonNotFound or TooManyCodes.
    """
    number, person = checked_phone(phone, market), _person(person_id)
    code_id, code = codes.issue(Purpose.PHONE, number, place=place, data=_whose(person))
    _text(number, code, person.language)
    return code_id


def confirm_phone(*, person_id: UUID, code_id: UUID, code: str) -> PersonInfo:
    """Take the number that the code was sent to. Raises CodeRefused or AddressTaken."""
    row = _redeemed_by(Purpose.PHONE, person_id, code_id, code)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        person.phone = row.to
        _save_unique(person, ["phone"])
        _note(person_id, "accounts.change_phone")
    return info_of(person)


@transactional
def remove_phone(*, person_id: UUID) -> None:
    """Forget the number; repeating changes nothing."""
    if Person.objects.filter(pk=person_id, phone__isnull=False).update(phone=None):
        _note(person_id, "accounts.change_phone")


def checked_phone(text: str, market: str) -> str:
    """E.164. Raises PhoneMalformed."""
    try:
        number = phonenumbers.parse(text[:40], market)
    except phonenumbers.NumberParseException as error:
        raise PhoneMalformed(field="to") from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneMalformed(field="to")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _whose(person: Person | None) -> dict[str, Any]:
    return {"person": str(person.pk)} if person else {}


def _person(person_id: UUID) -> Person:
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise PersonNotFound(person_id=person_id)
    return person


def _redeemed_by(purpose: OneTimeCode.Purpose, person_id: UUID, code_id: UUID, code: str) -> OneTimeCode:
    row = codes.redeem(purpose, code_id, code)
    if row.data.get("person") != str(person_id):
        raise CodeRefused(field="code")
    return row


def _save_unique(person: Person, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            person.save(update_fields=fields)
    except IntegrityError as error:
        raise AddressTaken(field="code") from error


def _note(person_id: UUID, action: str) -> None:
    audit.record(actor_id=person_id, action=action, object_type="person", object_id=person_id)


def _mail(to: str, template: str, person: Person, *, page: str, code: str = "") -> None:
    """With a link to ``page`` of the shop as the person knows it; it fills the code in: mail filters follow links."""
    market = markets.get(person.market)
    language = person.language if person.language in market.languages else market.language
    shop = f"{settings.PUBLIC_URL}{markets.prefix_of(language, market.code)}"
    context = {
        "name": person.name,
        "code": code,
        "link": f"{shop}{page}?code={code}" if code else f"{shop}{page}",
        "sign_in": f"{shop}/sign-in",
        "minutes": int(codes.VALID.total_seconds() // 60),
    }
    mail.queue([mail.Message(to, template, person.language, market.code, context)])


def _text(phone: str, code: str, language: str) -> None:
    with override(language):
        text = _("{code} is your glocal code. Tell it to nobody.").format(code=code)
    send_text.defer(phone=phone, text=text)
