"""Tokens of programs that use the API."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from glocal.platform.accounts.errors import ExpiryPast, PersonNotFound, TokenNotFound, UnknownScope
from glocal.platform.accounts.models import ApiToken, Person
from glocal.platform.accounts.rules import SCOPES
from glocal.platform.accounts.selectors import token_info_of
from glocal.platform.accounts.services.roles import check_in_hand, unit_named
from glocal.platform.accounts.types import ApiTokenInfo, TokenInfo
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock

_MARK = "glocal_"
_USE_NOTED_EVERY = timedelta(minutes=1)


@transactional
def issue_token(
    *,
    name: str,
    business_unit: str,
    scopes: Iterable[str],
    actor_id: UUID | None,
    person_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiTokenInfo, str]:
    """A new token and its secret, which nobody can read again; audited.

    ``actor_id`` None is the system itself; anybody else must manage every market of the unit.
    Raises UnknownBusinessUnit, NotInYourHands, UnknownScope, ExpiryPast or PersonNotFound.
    """
    unit = unit_named(business_unit)
    check_in_hand(actor_id, "tokens.edit", unit)
    wanted = sorted(set(scopes))
    for scope in wanted:
        if scope not in SCOPES:
            raise UnknownScope(field="scopes", scope=scope, known=", ".join(sorted(SCOPES)))
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        raise ExpiryPast(field="expires_at")
    if person_id is not None and not Person.objects.filter(pk=person_id, is_active=True).exists():
        raise PersonNotFound(field="person_id", person_id=person_id)
    secret = _MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name[:80],
        person_id=person_id,
        business_unit=unit,
        prefix=secret[len(_MARK) :][:6],
        hash=_hash(secret),
        scopes=wanted,
        created_at=now,
        expires_at=expires_at,
    )
    after = {"name": token.name, "business_unit": business_unit, "scopes": wanted, "expires_at": expires_at}
    audit.record(actor_id=actor_id, action="accounts.issue_token", object_type="token", object_id=token.pk, after=after)
    return token_info_of(token), secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def check_token(secret: str) -> TokenInfo | None:
    """Who calls with this secret; None for one that is unknown, expired, revoked or of somebody shut out.

    One statement, and a second one at most once a minute to note the use.
    """
    now = clock.now()
    token = (
        ApiToken.objects.select_related("business_unit", "person")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), hash=_hash(secret))
        .first()
    )
    if token is None or (token.person is not None and not token.person.is_active):
        return None
    if token.last_used_at is None or token.last_used_at < now - _USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return TokenInfo(
        id=token.pk,
        person_id=token.person_id,
        business_unit=token.business_unit_id,
        scopes=frozenset(token.scopes),
        markets=frozenset(token.business_unit.markets),
    )


@transactional
def revoke_token(*, token_id: UUID, actor_id: UUID | None) -> None:
    """End a token at once; audited. Raises TokenNotFound or NotInYourHands."""
    token = ApiToken.objects.select_for_update(of=["self"]).select_related("business_unit").filter(pk=token_id).first()
    if token is None:
        raise TokenNotFound(token_id=token_id)
    check_in_hand(actor_id, "tokens.edit", token.business_unit)
    before = {"name": token.name, "business_unit": token.business_unit_id, "scopes": token.scopes}
    token.delete()
    audit.record(
        actor_id=actor_id, action="accounts.revoke_token", object_type="token", object_id=token_id, before=before
    )
