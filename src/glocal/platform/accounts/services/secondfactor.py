"""Authenticator app (TOTP, RFC 6238) and recovery codes, on django-allauth's."""

import time
from urllib.parse import quote, urlencode
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db import transaction
from django.utils.crypto import constant_time_compare

from glocal.platform.accounts.errors import AppCodeRefused, TooManyTries
from glocal.platform.accounts.models import Person
from glocal.platform.accounts.services import warning
from glocal.platform.accounts.services.codes import typed_code
from glocal.platform.accounts.types import PersonInfo
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional

Type = Authenticator.Type
WRONG_AN_HOUR = 20
"""Wrong codes of one person, from wherever; django-axes counts by place besides."""

new_secret = generate_totp_secret


def has_second_factor(person_id: UUID) -> bool:
    """Whether an authenticator app is set up; one statement."""
    return bool(Authenticator.objects.filter(user_id=person_id, type=Type.TOTP).exists())


def setup_link(person: PersonInfo, secret: str) -> str:
    """``otpauth:`` address that authenticator apps read (Google's key URI format)."""
    label = quote(f"glocal:{person.email or person.name}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': 'glocal'})}"


def setup_picture(link: str) -> str:
    """The same as a QR code, an ``svg`` element."""
    drawn = str(get_adapter().build_totp_svg(link))
    return drawn[drawn.index("<svg") :]


@transactional
def enrol(*, person_id: UUID, secret: str, code: str) -> tuple[str, ...]:
    """Set up the app that shows ``code`` for ``secret``, in place of an earlier one; audited, and mailed to the owner.

    Returns new recovery codes, to be shown once. Raises CodeRefused.
    """
    counter = _counter_of(secret, typed_code(code), after=0) if secret else None
    if counter is None:
        raise AppCodeRefused(field="code")
    Authenticator.objects.filter(user_id=person_id, type__in=[Type.TOTP, Type.RECOVERY_CODES]).delete()
    app = TOTP.activate(Person.objects.get(pk=person_id), secret).instance
    app.data["last"] = counter
    app.save(update_fields=["data"])
    audit.record(actor_id=person_id, action="accounts.add_second_factor", object_type="person", object_id=person_id)
    warning.warn_of_change(person_id, warning.APP_ADDED)
    return _new_codes(person_id)


@transactional
def recovery_codes(*, person_id: UUID) -> tuple[str, ...]:
    """Ten new recovery codes in place of all earlier ones; audited, and mailed to the owner that they were made."""
    warning.warn_of_change(person_id, warning.CODES_RENEWED)
    return _new_codes(person_id)


def _new_codes(person_id: UUID) -> tuple[str, ...]:
    Authenticator.objects.filter(user_id=person_id, type=Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(Person.objects.get(pk=person_id)).generate_codes()
    audit.record(actor_id=person_id, action="accounts.renew_recovery_codes", object_type="person", object_id=person_id)
    return tuple(codes)


def recovery_codes_left(person_id: UUID) -> int:
    row = Authenticator.objects.filter(user_id=person_id, type=Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


@transactional
def remove_second_factor(*, person_id: UUID) -> None:
    """Take app and recovery codes away; audited, and mailed to the owner. Repeating changes nothing."""
    removed, _ = Authenticator.objects.filter(user_id=person_id, type__in=[Type.TOTP, Type.RECOVERY_CODES]).delete()
    if removed:
        audit.record(
            actor_id=person_id, action="accounts.remove_second_factor", object_type="person", object_id=person_id
        )
        warning.warn_of_change(person_id, warning.APP_REMOVED)


def check_second_factor(*, person_id: UUID, code: str) -> None:
    """Take a code of the app, or a recovery code, once. Raises CodeRefused or TooManyTries.

    Call it with no transaction open: a wrong try must count even though it raises.
    """
    typed = typed_code(code)
    with transaction.atomic():
        app = Authenticator.objects.select_for_update().filter(user_id=person_id, type=Type.TOTP).first()
        if app is None:
            raise AppCodeRefused(field="code")
        wrong = [moment for moment in app.data.get("wrong", []) if moment > time.time() - 3600]
        locked = len(wrong) >= WRONG_AN_HOUR
        right = not locked and (_take_totp(app, typed) or _take_recovery(person_id, typed))
        if not locked:
            app.data["wrong"] = [] if right else [*wrong, time.time()]
            app.save(update_fields=["data"])
    if locked:
        raise TooManyTries(retry_after=3600, field="code", minutes=60)
    if not right:
        raise AppCodeRefused(field="code")
    Authenticator.objects.get(pk=app.pk).record_usage()


def _take_totp(app: Authenticator, code: str) -> bool:
    """Allauth remembers used codes in the cache of one process; the row's own counter holds for all of them."""
    counter = _counter_of(TOTP(app).instance.data["secret"], code, after=app.data.get("last", 0))
    if counter is None:
        return False
    app.data["last"] = counter
    return True


def _counter_of(secret: str, code: str, after: int) -> int | None:
    """The time step whose code this is, if it is later than ``after``."""
    for counter in yield_hotp_counters_from_time():
        if counter > after and constant_time_compare(format_hotp_value(hotp_value(secret, counter)), code):
            return int(counter)
    return None


def _take_recovery(person_id: UUID, code: str) -> bool:
    row = Authenticator.objects.filter(user_id=person_id, type=Type.RECOVERY_CODES).first()
    return bool(row and RecoveryCodes(row).validate_code(code))
