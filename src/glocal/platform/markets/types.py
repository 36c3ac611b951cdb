"""What the markets package hands out: frozen, plain, safe to keep."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Literal, Self

from glocal.platform.kernel.money import Money

Theme = Literal["spare", "dense", "elegant"]


@dataclass(frozen=True, slots=True)
class Market:
    """A country we know the ways of. ``sells`` is False for the home country, which has no shop."""

    code: str
    name: str
    currency: str
    languages: tuple[str, ...]
    """Offered now, best first."""
    language: str
    """Shown when the person's own is not offered."""
    local_language: str
    """What most people there speak, offered or not; its conventions write money and dates."""
    time_zone: str
    """IANA name of the zone most people there live in."""
    theme: Theme
    prices_include_tax: bool
    business_unit: str
    first_day_of_week: int
    """0 is Monday, 6 Sunday, as ``date.weekday()`` counts."""
    default_region: str | None = None
    """Stands in for the address's region until one is known, where tax depends on it."""
    sells: bool = True


@dataclass(frozen=True, slots=True)
class Address:
    """A place a parcel can reach, as its country writes it. ``region`` is a code (ISO 3166-2 without the country)
    where the country has a closed list, ``phone`` is E.164; what the country does not use is empty.
    """

    country: str
    name: str
    company: str
    line1: str
    line2: str
    district: str
    city: str
    region: str
    postcode: str
    phone: str

    def as_dict(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, kept: Mapping[str, str]) -> Self:
        """The address that ``as_dict`` gave; unknown keys are ignored and missing ones empty."""
        return cls(**{field.name: kept.get(field.name, "") for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a country something goes, as far as it is known; ``name`` is the region's, to be shown."""

    country: str
    region: str
    postcode: str
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class AddressField:
    """One input of an address form. ``autocomplete`` is the HTML token; ``choices`` empty means free text."""

    name: str
    label: str
    required: bool
    autocomplete: str
    choices: tuple[Choice, ...]
    max_length: int
    example: str = ""


@dataclass(frozen=True, slots=True)
class AddressForm:
    """The inputs of a country's addresses in the order people there fill them in."""

    country: str
    fields: tuple[AddressField, ...]


@dataclass(frozen=True, slots=True)
class Holiday:
    on: date
    name: str


@dataclass(frozen=True, slots=True)
class NewRate:
    """One major unit of ``base`` is worth ``rate`` of ``quote`` on that date, says ``source``."""

    base: str
    quote: str
    on: date
    rate: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Rate:
    """What one major unit of the base is worth; ``on`` is the date of the oldest figure it rests on."""

    rate: Decimal
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """An amount in its new currency with the rate, its date and its source, to be kept with whatever used it."""

    money: Money
    rate: Decimal
    on: date
    source: str
