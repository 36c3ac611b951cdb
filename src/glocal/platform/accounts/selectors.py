"""Reading people, their addresses, roles and tokens. Each function is one statement."""

from collections.abc import Iterable
from uuid import UUID

from glocal.platform.accounts.errors import PersonNotFound
from glocal.platform.accounts.models import ApiToken, BookedAddress, Person, Role
from glocal.platform.accounts.rules import OF_ROLE, PERMISSIONS, roles_with
from glocal.platform.accounts.types import ApiTokenInfo, PersonInfo, RoleInfo, SavedAddress
from glocal.platform.markets import facade as markets
from glocal.platform.markets.facade import Address


def info_of(person: Person) -> PersonInfo:
    return PersonInfo(
        id=person.pk,
        email=person.email,
        name=person.name,
        language=person.language,
        market=person.market,
        is_staff=person.is_staff,
        email_confirmed=person.email_confirmed_at is not None,
        phone=person.phone,
    )


def person(person_id: UUID) -> PersonInfo:
    """Raises PersonNotFound."""
    found = Person.objects.filter(pk=person_id).first()
    if found is None:
        raise PersonNotFound(person_id=person_id)
    return info_of(found)


def people(person_ids: Iterable[UUID]) -> dict[UUID, PersonInfo]:
    """Those that exist, by id."""
    return {found.pk: info_of(found) for found in Person.objects.filter(pk__in=set(person_ids))}


def people_from(source: str, external_ids: Iterable[str]) -> dict[str, UUID]:
    """Our ids of the people imported from ``source`` under these pseudonyms; unknown ones drop out."""
    rows = Person.objects.filter(external_source=source, external_id__in=set(external_ids))
    return dict(rows.values_list("external_id", "pk"))


def addresses_of(person_id: UUID) -> list[SavedAddress]:
    """The person's book, the default first, then the newest."""
    book = BookedAddress.objects.filter(person_id=person_id).order_by("-is_default", "-created_at", "-pk")
    return [SavedAddress(entry.pk, Address.from_dict(entry.address), entry.is_default) for entry in book]


def may(person_id: UUID | None, permission: str, market: str) -> bool:
    """Whether somebody may do this in a market; nobody may for None, and a superuser may everything.

    Raises ValueError for a permission that does not exist.
    """
    return market in markets_for(person_id, permission)


def markets_for(person_id: UUID | None, permission: str) -> frozenset[str]:
    """The markets in which somebody may do this; never cached, so that a role taken away ends at once.

    Raises ValueError for a permission that does not exist.
    """
    sufficient = roles_with(permission)
    if person_id is None:
        return frozenset()
    held = Person.objects.filter(pk=person_id, is_active=True).values_list(
        "is_superuser", "roles__role", "roles__market", "roles__business_unit__markets"
    )
    allowed: set[str] = set()
    for is_superuser, role, market, of_unit in held:
        if is_superuser:
            return frozenset(row.code for row in markets.all_markets())
        if role in sufficient:
            # A market that has left the unit takes the roles in it along.
            allowed.update(code for code in of_unit if market in {"", code})
    return frozenset(allowed)


def permissions_of(person_id: UUID) -> dict[str, frozenset[str]]:
    """Everything somebody may do, with the markets they may do it in: ``markets_for`` of all permissions at once."""
    held = Person.objects.filter(pk=person_id, is_active=True).values_list(
        "is_superuser", "roles__role", "roles__market", "roles__business_unit__markets"
    )
    found: dict[str, set[str]] = {}
    for is_superuser, role, market, of_unit in held:
        if is_superuser:
            everywhere = frozenset(row.code for row in markets.all_markets())
            return dict.fromkeys(PERMISSIONS, everywhere)
        for permission in OF_ROLE.get(role, ()):
            found.setdefault(permission, set()).update(code for code in of_unit if market in {"", code})
    return {permission: frozenset(codes) for permission, codes in found.items()}


def roles_of(person_id: UUID) -> tuple[RoleInfo, ...]:
    rows = Role.objects.filter(person_id=person_id).order_by("business_unit_id", "market", "role")
    return tuple(RoleInfo(row.business_unit_id, row.market or None, row.role) for row in rows)


def token_info_of(token: ApiToken) -> ApiTokenInfo:
    return ApiTokenInfo(
        id=token.pk,
        name=token.name,
        person_id=token.person_id,
        business_unit=token.business_unit_id,
        prefix=token.prefix,
        scopes=tuple(token.scopes),
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
    )


def tokens_of(business_unit: str) -> tuple[ApiTokenInfo, ...]:
    """A business unit's tokens, newest first."""
    return tuple(token_info_of(token) for token in ApiToken.objects.filter(business_unit=business_unit).order_by("-pk"))
