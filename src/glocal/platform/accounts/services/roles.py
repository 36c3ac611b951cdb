"""Business units and the roles people hold in them."""

from uuid import UUID

from glocal.platform.accounts.errors import (
    MarketOutsideUnit,
    NotInYourHands,
    PersonNotFound,
    UnknownBusinessUnit,
    UnknownRole,
)
from glocal.platform.accounts.models import BusinessUnit, Person, Role
from glocal.platform.accounts.rules import OF_ROLE
from glocal.platform.accounts.selectors import markets_for
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.markets import facade as markets

# The units we start with; their markets come from the table of markets.
_UNITS = {
    "sea": "South-East Asia",
    "na": "North America",
    "eu": "Europe",
    "mena": "Middle East",
    "latam": "Latin America",
}


@transactional
def ensure_business_units() -> None:
    """Store the units of the table of markets that are not stored yet; ones that are keep their changes."""
    BusinessUnit.objects.bulk_create(
        [
            BusinessUnit(
                code=code,
                name=name,
                markets=[market.code for market in markets.all_markets() if market.business_unit == code],
            )
            for code, name in _UNITS.items()
        ],
        ignore_conflicts=True,
    )


def unit_named(code: str) -> BusinessUnit:
    """Raises UnknownBusinessUnit."""
    unit = BusinessUnit.objects.filter(pk=code).first()
    if unit is None and code in _UNITS:
        ensure_business_units()
        unit = BusinessUnit.objects.filter(pk=code).first()
    if unit is None:
        known = ", ".join(sorted({*_UNITS, *BusinessUnit.objects.values_list("pk", flat=True)}))
        raise UnknownBusinessUnit(field="business_unit", business_unit=code, known=known)
    return unit


def check_in_hand(actor_id: UUID | None, permission: str, unit: BusinessUnit, market: str | None = None) -> None:
    """Refuse an actor who lacks a permission in the market, or without one in any market of the unit.

    None is the system itself. Raises NotInYourHands.
    """
    concerned = {market} if market else set(unit.markets)
    if actor_id is not None and not concerned <= markets_for(actor_id, permission):
        raise NotInYourHands(business_unit=unit.name)


@transactional
def grant_role(
    *, person_id: UUID, business_unit: str, role: str, market: str | None = None, actor_id: UUID | None
) -> None:
    """Let somebody work in a business unit, in one market or (``market`` None) in all of its markets; audited.

    They may use the console from now on. Granting again changes nothing. ``actor_id`` None is the system itself;
    anybody else must manage every market concerned. Raises PersonNotFound, UnknownBusinessUnit, UnknownRole,
    MarketOutsideUnit or NotInYourHands.
    """
    unit = unit_named(business_unit)
    if role not in OF_ROLE:
        raise UnknownRole(field="role", role=role, known=", ".join(OF_ROLE))
    if market is not None and market not in unit.markets:
        raise MarketOutsideUnit(field="market", market=market, business_unit=unit.code, known=", ".join(unit.markets))
    check_in_hand(actor_id, "people.edit", unit, market)
    if not Person.objects.filter(pk=person_id).update(is_staff=True):
        raise PersonNotFound(person_id=person_id)
    _, granted = Role.objects.get_or_create(person_id=person_id, business_unit=unit, market=market or "", role=role)
    if granted:
        _audit("accounts.grant_role", person_id, unit.code, role, market, actor_id)


@transactional
def withdraw_role(
    *, person_id: UUID, business_unit: str, role: str, market: str | None = None, actor_id: UUID | None
) -> None:
    """Take a role away again; audited. Whoever holds none any more loses the console. Repeating changes nothing.

    Raises UnknownBusinessUnit or NotInYourHands.
    """
    check_in_hand(actor_id, "people.edit", unit_named(business_unit), market)
    removed, _ = Role.objects.filter(
        person_id=person_id, business_unit_id=business_unit, market=market or "", role=role
    ).delete()
    if not removed:
        return
    if not Role.objects.filter(person_id=person_id).exists():
        Person.objects.filter(pk=person_id, is_superuser=False).update(is_staff=False)
    _audit("accounts.withdraw_role", person_id, business_unit, role, market, actor_id)


def _audit(action: str, person_id: UUID, unit: str, role: str, market: str | None, actor_id: UUID | None) -> None:
    held = {"business_unit": unit, "role": role, "market": market}
    granted = action == "accounts.grant_role"
    audit.record(
        actor_id=actor_id,
        action=action,
        object_type="person",
        object_id=person_id,
        before=None if granted else held,
        after=held if granted else None,
        market=market,
    )
