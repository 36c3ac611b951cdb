"""What the accounts package hands out and takes in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from glocal.platform.markets.facade import Address


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """``email`` is None for somebody imported without a name."""

    id: UUID
    email: str | None
    name: str
    language: str
    market: str
    is_staff: bool
    email_confirmed: bool = False
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class PasskeyInfo:
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A browser with a living session; ``name`` is empty when it does not say what it is."""

    id: UUID
    name: str
    place: str
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class LinkedLogin:
    """An account elsewhere that opens this one; ``provider`` is its id in the settings."""

    id: int
    provider: str
    name: str
    shown: str


@dataclass(frozen=True, slots=True)
class LoginProvider:
    """``start`` is the path that a form posts to."""

    id: str
    name: str
    start: str


@dataclass(frozen=True, slots=True)
class InvitationInfo:
    """``has_account``: whether the address can sign in already."""

    email: str
    team: str
    market: str | None
    role: str
    has_account: bool


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """A customer of another system; nothing but the pseudonym is needed."""

    external_id: str
    market: str
    language: str = "en"
    name: str = ""


@dataclass(frozen=True, slots=True)
class SavedAddress:
    id: UUID
    address: Address
    is_default: bool


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """``market`` None means every market of the business unit."""

    business_unit: str
    market: str | None
    role: str


@dataclass(frozen=True, slots=True)
class ApiTokenInfo:
    """A token as its owner may see it; ``prefix`` tells tokens apart, the secret is never shown again."""

    id: UUID
    name: str
    person_id: UUID | None
    business_unit: str
    prefix: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """Who calls with a token: what it may do (``scopes``) and in which markets."""

    id: UUID
    person_id: UUID | None
    business_unit: str
    scopes: frozenset[str]
    markets: frozenset[str]
