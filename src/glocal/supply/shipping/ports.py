"""What a carrier must be able to do. Every adapter passes tests/adapters/carrier_suite.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from glocal.settings.wiring import PORTS, adapter
from glocal.supply.shipping.errors import UnknownCarrier
from glocal.supply.shipping.types import CarrierEvent

_PREFIX = "supply.shipping."


@dataclass(frozen=True, slots=True)
class CustomsLine:
    """A line of the customs declaration; ``unit_value`` in major units of the consignment's currency, as text."""

    description: str
    hs_code: str
    origin: str
    quantity: int
    unit_value: str


@dataclass(frozen=True, slots=True)
class Party:
    """Sender or receiver; ``lines`` is the street part."""

    name: str
    lines: tuple[str, ...]
    city: str
    region: str
    postcode: str
    country: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Consignment:
    """A parcel as a carrier wants to hear of it. ``reference`` makes a repeat harmless."""

    reference: str
    service: str
    sender: Party
    receiver: Party
    weight_g: int
    currency: str
    lines: tuple[CustomsLine, ...]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took the parcel on."""

    tracking_number: str
    label_url: str
    tracking_url: str


@dataclass(frozen=True, slots=True)
class News:
    """What a carrier's message says of a parcel."""

    tracking_number: str
    events: tuple[CarrierEvent, ...]


class Carrier(Protocol):
    """A carrier. All calls but ``read_message`` go over the network: never with a transaction open.

    They raise CarrierUnavailable when a repeat may succeed and CarrierRefused when it cannot.
    """

    def create_shipment(self, parcel: Consignment) -> Accepted:
        """Hand a parcel over. The same reference again gives the same answer."""
        ...

    def call_off(self, tracking_number: str) -> None:
        """Cancel a label before the parcel is picked up; one that is cancelled already is no error.

        CarrierRefused: it has gone, or the number is unknown.
        """
        ...

    def label(self, label_url: str) -> bytes:
        """The label, a PDF."""
        ...

    def events(self, tracking_number: str) -> tuple[CarrierEvent, ...]:
        """All steps so far; an unknown number raises CarrierRefused."""
        ...

    def read_message(self, headers: Mapping[str, str], body: bytes) -> News:
        """Check and read a message the carrier sent us; header names in lower case. Raises SignatureInvalid."""
        ...


def carrier(name: str) -> Carrier:
    """The adapter of a carrier by the wiring table. Raises UnknownCarrier."""
    if _PREFIX + name not in PORTS:
        raise UnknownCarrier(carrier=name)
    module, _, factory = adapter(_PREFIX + name).rpartition(".")
    made: Any = getattr(import_module(module), factory)()
    found: Carrier = made
    return found
