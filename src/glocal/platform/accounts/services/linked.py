"""Signing in by an account elsewhere (OpenID Connect and the like). Allauth speaks with the provider; whose account it
opens is decided here.

An address is never enough to open an account that exists: whoever holds it signs in there once, and the two are linked
then. An address that the provider has not verified counts for nothing.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.urls import get_script_prefix

from glocal.events.accounts import PersonSignedUp
from glocal.platform.accounts.errors import LastWayIn, LoginTaken
from glocal.platform.accounts.models import Person
from glocal.platform.accounts.rules import EMAIL_LIMIT
from glocal.platform.accounts.services.checks import NAME_LIMIT, checked_language, checked_name
from glocal.platform.accounts.services.waysin import ways_in
from glocal.platform.accounts.types import LinkedLogin, LoginProvider
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider says of whoever has signed in there. ``email`` is empty unless the provider has verified it."""

    provider: str
    uid: str
    name: str = ""
    email: str = ""
    shown: str = ""


def login_providers() -> tuple[LoginProvider, ...]:
    """Those that the settings hold keys for; no statement."""
    before = get_script_prefix().rstrip("/")  # providers know one address for all markets
    return tuple(
        LoginProvider(one.sub_id, one.name, one.get_login_url(None).removeprefix(before))
        for one in get_adapter().list_providers(None)
    )


def vouched_by(login: Any) -> Vouched:
    """From allauth's ``SocialLogin``."""
    verified = [one.email.strip().lower() for one in login.email_addresses if one.verified is True]
    given = login.provider.extract_common_fields(login.account.extra_data) or {}
    name = given.get("name") or " ".join(filter(None, (given.get("first_name"), given.get("last_name"))))
    email = next((one for one in verified if len(one) <= EMAIL_LIMIT), "")
    return Vouched(
        provider=login.account.provider,
        uid=str(login.account.uid)[:191],
        name=str(name or "")[:NAME_LIMIT],
        email=email,
        shown=str(given.get("email") or name or "")[:120],
    )


def person_linked(vouched: Vouched) -> Person | None:
    """Whose account this login is linked to."""
    row = SocialAccount.objects.select_related("user").filter(provider=vouched.provider, uid=vouched.uid).first()
    return row.user if row and row.user.is_active else None


def is_closed(vouched: Vouched) -> bool:
    """Whether it is linked to an account that is closed."""
    return bool(
        SocialAccount.objects.filter(provider=vouched.provider, uid=vouched.uid, user__is_active=False).exists()
    )


def holder_of(vouched: Vouched) -> UUID | None:
    """Who has an account by the verified address already."""
    found: UUID | None = (
        Person.objects.filter(email=vouched.email).values_list("pk", flat=True).first() if vouched.email else None
    )
    return found


@transactional
def sign_up_linked(vouched: Vouched, *, language: str, market: str) -> Person:
    """Open an account that this login opens. Raises LoginTaken when two tabs do it at once."""
    now = clock.now()
    person = Person(name=checked_name(vouched.name), language=checked_language(language), created_at=now)
    person.market = markets.get(market).code
    person.set_unusable_password()
    if vouched.email:
        person.email, person.email_confirmed_at = vouched.email, now
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            _link(person.pk, vouched)
    except IntegrityError as error:
        raise LoginTaken(provider=_name_of(vouched.provider)) from error
    publish(PersonSignedUp(person_id=person.pk, market=person.market, language=person.language))
    return person


@transactional
def link(*, person_id: UUID, vouched: Vouched) -> None:
    """Let this login open the person's account; audited. Repeating changes nothing. Raises LoginTaken."""
    held = SocialAccount.objects.filter(provider=vouched.provider, uid=vouched.uid).first()
    if held is not None and held.user_id == person_id:
        return
    try:
        if held is not None:
            raise LoginTaken(provider=_name_of(vouched.provider))
        with transaction.atomic():
            _link(person_id, vouched)
    except IntegrityError as error:
        raise LoginTaken(provider=_name_of(vouched.provider)) from error
    _note(person_id, "accounts.link_login", vouched.provider)


def _link(person_id: UUID, vouched: Vouched) -> None:
    SocialAccount.objects.create(
        user_id=person_id, provider=vouched.provider, uid=vouched.uid, extra_data={"shown": vouched.shown}
    )


@transactional
def unlink(*, person_id: UUID, linked_id: int) -> None:
    """Take the link away; audited. Repeating changes nothing. Raises LastWayIn for the only way into the account."""
    person = Person.objects.select_for_update().get(pk=person_id)
    row = SocialAccount.objects.filter(pk=linked_id, user_id=person_id).first()
    if row is None:
        return
    if ways_in(person) <= 1:
        raise LastWayIn
    row.delete()
    _note(person_id, "accounts.unlink_login", row.provider)


def linked_to(person_id: UUID) -> tuple[LinkedLogin, ...]:
    """Somebody's linked logins; one statement."""
    rows = SocialAccount.objects.filter(user_id=person_id).order_by("pk")
    names = {one.id: one.name for one in login_providers()}
    return tuple(
        LinkedLogin(row.pk, row.provider, names.get(row.provider, row.provider), row.extra_data.get("shown", ""))
        for row in rows
    )


def _name_of(provider_id: str) -> str:
    return next((one.name for one in login_providers() if one.id == provider_id), provider_id)


def _note(person_id: UUID, action: str, provider: str) -> None:
    after = {"provider": provider}
    audit.record(actor_id=person_id, action=action, object_type="person", object_id=person_id, after=after)
