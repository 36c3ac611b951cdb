"""Inviting operators by a mailed link."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from glocal.platform.accounts.errors import InvitationExpired, MarketOutsideUnit, UnknownRole
from glocal.platform.accounts.models import Invitation, Person
from glocal.platform.accounts.rules import OF_ROLE
from glocal.platform.accounts.selectors import info_of
from glocal.platform.accounts.services.checks import checked_email, checked_name, masked_email
from glocal.platform.accounts.services.passwords import check_password_rules
from glocal.platform.accounts.services.roles import check_in_hand, grant_role, unit_named
from glocal.platform.accounts.types import InvitationInfo, PersonInfo
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.mail import facade as mail

VALID = timedelta(days=7)


@transactional
def invite(*, email: str, business_unit: str, role: str, market: str | None = None, actor_id: UUID) -> UUID:
    """Mail somebody a link that gives them a role, within seven days, once; audited.

    ``market`` None means every market of the unit; the inviter must manage all that are concerned. Raises
    EmailMalformed, UnknownBusinessUnit, UnknownRole, MarketOutsideUnit or NotInYourHands.
    """
    to, unit = checked_email(email), unit_named(business_unit)
    if role not in OF_ROLE:
        raise UnknownRole(field="role", role=role, known=", ".join(OF_ROLE))
    if market is not None and market not in unit.markets:
        raise MarketOutsideUnit(field="market", market=market, business_unit=unit.code, known=", ".join(unit.markets))
    check_in_hand(actor_id, "people.edit", unit, market)
    token, now = secrets.token_urlsafe(32), clock.now()
    row = Invitation.objects.create(
        email=to,
        business_unit=unit,
        market=market or "",
        role=role,
        hash=_hash(token),
        invited_by_id=actor_id,
        created_at=now,
        expires_at=now + VALID,
    )
    after = {"email": masked_email(to), "business_unit": unit.code, "role": role, "market": market}
    audit.record(actor_id=actor_id, action="accounts.invite", object_type="invitation", object_id=row.pk, after=after)
    context = {
        "inviter": str(Person.objects.get(pk=actor_id)),
        "team": unit.name,
        "role": role,
        "link": f"{settings.PUBLIC_URL}/console/invitation/{token}/",
        "days": VALID.days,
    }
    mail.queue([mail.Message(to, "invitation", "en", market or unit.markets[0], context)])
    return row.pk


def invitation(token: str) -> InvitationInfo:
    """What a link promises, and whether its address has an account. Raises InvitationExpired."""
    row = _open(token)
    known = Person.objects.filter(email=row.email).exists()
    return InvitationInfo(row.email, row.business_unit.name, row.market or None, row.role, known)


@transactional
def accept_invitation(*, token: str, name: str = "", password: str = "") -> PersonInfo:
    """Take up the role; opens the account (``name`` and ``password`` are for that) if the address has none.

    The inviter must still be able to give the role. Raises InvitationExpired, NameTooLong, PasswordRefused or
    NotInYourHands.
    """
    row = _open(token, lock=True)
    person = Person.objects.select_for_update().filter(email=row.email).first()
    now = clock.now()
    if person is None:
        person = Person(email=row.email, name=checked_name(name), created_at=now)
        person.market = row.market or row.business_unit.markets[0]
        check_password_rules(password, person)
        person.set_password(password)
        person.email_confirmed_at = now
        person.save(force_insert=True)
    elif not person.is_active:
        raise InvitationExpired
    elif person.email_confirmed_at is None:
        person.email_confirmed_at = now
        person.save(update_fields=["email_confirmed_at"])
    row.accepted_at = now
    row.save(update_fields=["accepted_at"])
    if row.invited_by_id is None:
        raise InvitationExpired
    grant_role(
        person_id=person.pk,
        business_unit=row.business_unit_id,
        role=row.role,
        market=row.market or None,
        actor_id=row.invited_by_id,
    )
    return info_of(person)


def _open(token: str, *, lock: bool = False) -> Invitation:
    rows = Invitation.objects.select_related("business_unit")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    row = rows.filter(hash=_hash(token), accepted_at__isnull=True, expires_at__gt=clock.now()).first()
    if row is None:
        raise InvitationExpired
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
