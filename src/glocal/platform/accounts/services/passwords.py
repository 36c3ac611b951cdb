"""The rules for passwords, and choosing a new one with a link sent by e-mail."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from glocal.platform.accounts.errors import LinkExpired, PasswordRefused
from glocal.platform.accounts.models import OneTimeCode, Person
from glocal.platform.accounts.selectors import info_of
from glocal.platform.accounts.services import codes
from glocal.platform.accounts.services.checks import checked_email
from glocal.platform.accounts.types import PersonInfo
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.mail import facade as mail
from glocal.platform.markets import facade as markets


def check_password_rules(password: str, person: Person) -> None:
    """By Django's validators (settings), in our words: Django has no Thai for its own. Raises PasswordRefused."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        reasons = [_reason(one) for one in error.error_list]
        raise PasswordRefused(field="password", reasons=" ".join(reasons)) from error


def _reason(error: ValidationError) -> str:
    if error.code == "password_too_short":
        return _("A password needs at least {count} characters.").format(count=(error.params or {})["min_length"])
    words = {
        "password_too_common": _("Too many people use this password."),
        "password_entirely_numeric": _("A password needs more than digits."),
        "password_too_similar": _("A password must not be like your name or e-mail address."),
    }
    return words.get(error.code or "") or " ".join(error.messages)


@transactional
def request_new_password(*, email: str, page: str, place: str) -> None:
    """Send a link to whoever has an account with this address; the caller learns nothing either way.

    ``page`` is the path, without market prefix, of the page that takes the token after it (``/password/``), ``place``
    the IP address of who asks. Raises EmailMalformed, or TooManyCodes as for codes.
    """
    email = checked_email(email)
    codes.issue(OneTimeCode.Purpose.PASSWORD, email, place=place, fits=False)  # what the limits count
    person = Person.objects.filter(email=email, is_active=True).first()
    if person is None or person.email is None or not person.has_usable_password():
        return
    market = markets.get(person.market)
    language = person.language if person.language in market.languages else market.language
    token = f"{person.pk.hex}-{default_token_generator.make_token(person)}"
    context = {
        "name": person.name,
        "link": f"{settings.PUBLIC_URL}{markets.prefix_of(language, market.code)}{page}{token}",
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
    }
    mail.queue([mail.Message(person.email, "new_password", person.language, market.code, context)])


@transactional
def choose_new_password(*, token: str, password: str) -> PersonInfo:
    """Set the password of whoever got this token; it ends with its use, its time, or a sign-in in between.

    Every open session of the person ends. Raises LinkExpired or PasswordRefused.
    """
    person_id, _, secret = token.partition("-")
    try:
        person = Person.objects.select_for_update().filter(pk=UUID(hex=person_id), is_active=True).first()
    except ValueError:
        person = None
    if person is None or not default_token_generator.check_token(person, secret):
        raise LinkExpired(field="token")
    check_password_rules(password, person)
    person.set_password(password)
    person.email_confirmed_at = person.email_confirmed_at or clock.now()  # the link came by e-mail
    person.save(update_fields=["password", "email_confirmed_at"])
    audit.record(actor_id=person.pk, action="accounts.change_password", object_type="person", object_id=person.pk)
    return info_of(person)


@transactional
def change_password(*, person_id: UUID, password: str) -> None:
    """Set the password of somebody who has just proved who they are; audited. Raises PasswordRefused.

    Every other open session of the person ends: ``keep_session`` saves the caller's.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    check_password_rules(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.record(actor_id=person_id, action="accounts.change_password", object_type="person", object_id=person_id)
