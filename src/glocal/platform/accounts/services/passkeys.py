"""Passkeys (WebAuthn): kept in django-allauth's table, the ceremonies by fido2.

Allauth's own ceremonies accept either every origin or none but https; ours accept exactly the page's origin, so that an
assertion made for another site, or for another port of this machine, is worth nothing.
"""

import json
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn, get_credentials
from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from glocal.events.accounts import PersonSignedUp
from glocal.platform.accounts.errors import LastWayIn, PasskeyRefused
from glocal.platform.accounts.models import Person
from glocal.platform.accounts.services import warning
from glocal.platform.accounts.services.checks import checked_language, checked_name
from glocal.platform.accounts.services.waysin import ways_in
from glocal.platform.accounts.types import PasskeyInfo, PersonInfo
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets

MOST = 20
NAME_LIMIT = 60
_STATE = "passkey"
_VERIFIED = UserVerificationRequirement.REQUIRED


def _server(request: HttpRequest) -> Fido2Server:
    host = request.get_host()
    origin = f"{request.scheme}://{host}"
    entity = PublicKeyCredentialRpEntity(id=host.rpartition(":")[0] if ":" in host else host, name="glocal")
    return Fido2Server(entity, verify_origin=lambda given: given == origin)


def registration_options(request: HttpRequest, *, person_id: UUID | None, name: str) -> dict[str, Any]:
    """What the browser makes a passkey by, for somebody signed in or (None) for an account still to be opened."""
    person = Person.objects.filter(pk=person_id).first() if person_id else None
    handle = person.pk if person else uuid7()
    shown = (person.email or person.name if person else name) or "glocal"
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(id=handle.bytes, name=shown, display_name=(person.name if person else name)),
        credentials=get_credentials(person) if person else [],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
        extensions={"credProps": True},
    )
    request.session[_STATE] = {"state": state, "make": str(handle), "is_new": person is None}
    return dict(options)


def _credential(text: str) -> dict[str, Any]:
    try:
        credential = json.loads(text[:20_000])
    except ValueError as error:
        raise PasskeyRefused from error
    if not isinstance(credential, dict):
        raise PasskeyRefused
    return credential


def _complete(request: HttpRequest, kept: dict[str, Any], credential: dict[str, Any]) -> None:
    try:
        _server(request).register_complete(kept["state"], RegistrationResponse.from_dict(credential))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error


@transactional
def add_passkey(request: HttpRequest, *, person_id: UUID, credential: str, name: str) -> None:
    """Keep the passkey that the browser has made for this person; audited and mailed. Raises PasskeyRefused."""
    kept = request.session.pop(_STATE, None) or {}
    if kept.get("make") != str(person_id) or kept.get("is_new"):
        raise PasskeyRefused
    given = _credential(credential)
    _complete(request, kept, given)
    person = Person.objects.select_for_update().get(pk=person_id)
    if Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.WEBAUTHN).count() >= MOST:
        raise PasskeyRefused
    WebAuthn.add(person, _named(name), given)
    audit.record(actor_id=person_id, action="accounts.add_passkey", object_type="person", object_id=person_id)
    warning.warn_of_change(person_id, warning.PASSKEY_ADDED)


@transactional
def sign_up_by_passkey(
    request: HttpRequest, *, credential: str, key_name: str, name: str, language: str, market: str
) -> PersonInfo:
    """Open an account that the passkey just made opens; it has no e-mail address until one is confirmed.

    Raises PasskeyRefused.
    """
    kept = request.session.pop(_STATE, None) or {}
    if not kept.get("is_new"):
        raise PasskeyRefused
    given = _credential(credential)
    _complete(request, kept, given)
    person = Person(pk=UUID(kept["make"]), name=checked_name(name), language=checked_language(language))
    person.market, person.created_at = markets.get(market).code, clock.now()
    person.set_unusable_password()
    person.save(force_insert=True)
    WebAuthn.add(person, _named(key_name), given)
    publish(PersonSignedUp(person_id=person.pk, market=person.market, language=person.language))
    return PersonInfo(person.pk, None, person.name, person.language, person.market, is_staff=False)


def _named(name: str) -> str:
    return checked_name(name[:NAME_LIMIT]) or "glocal"


def sign_in_options(request: HttpRequest) -> dict[str, Any]:
    """What the browser finds a passkey by; for whom, only the answer says."""
    options, state = _server(request).authenticate_begin(user_verification=_VERIFIED)
    request.session[_STATE] = {"state": state}
    return dict(options)


def person_of_passkey(request: HttpRequest, credential: str) -> Person:
    """Whose passkey has signed this session's challenge; a challenge serves once, right or wrong.

    Raises PasskeyRefused, the same for a replayed, foreign, forged or unknown one.
    """
    kept = request.session.pop(_STATE, None) or {}
    given = _credential(credential)
    try:
        person_id = UUID(bytes=websafe_decode(given["response"]["userHandle"]))
        person = Person.objects.filter(pk=person_id, is_active=True).first()
        if person is None or "make" in kept:
            raise PasskeyRefused
        answer = AuthenticationResponse.from_dict(given)
        used = _server(request).authenticate_complete(kept["state"], get_credentials(person), answer)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error
    for row in Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.WEBAUTHN):
        if row.wrap().authenticator_data.credential_data.credential_id == used.credential_id:
            row.record_usage()
    return person


def passkeys_of(person_id: UUID) -> tuple[PasskeyInfo, ...]:
    """Somebody's passkeys, the newest first; one statement."""
    rows = Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.WEBAUTHN).order_by("-pk")
    return tuple(PasskeyInfo(row.pk, row.data["name"], row.created_at, row.last_used_at) for row in rows)


@transactional
def rename_passkey(*, person_id: UUID, passkey_id: int, name: str) -> None:
    """Call a passkey otherwise; one that is not the person's stays as it is."""
    row = _own(person_id, passkey_id)
    if row is not None:
        row.data["name"] = _named(name)
        row.save(update_fields=["data"])


@transactional
def remove_passkey(*, person_id: UUID, passkey_id: int) -> None:
    """Take a passkey away; audited, and mailed to the owner. Raises LastWayIn for the only way into the account."""
    person = Person.objects.select_for_update().get(pk=person_id)
    row = _own(person_id, passkey_id)
    if row is None:
        return
    if ways_in(person) <= 1:
        raise LastWayIn
    row.delete()
    audit.record(actor_id=person_id, action="accounts.remove_passkey", object_type="person", object_id=person_id)
    warning.warn_of_change(person_id, warning.PASSKEY_REMOVED)


def _own(person_id: UUID, passkey_id: int) -> Authenticator | None:
    found: Authenticator | None = (
        Authenticator.objects.select_for_update()
        .filter(pk=passkey_id, user_id=person_id, type=Authenticator.Type.WEBAUTHN)
        .first()
    )
    return found
