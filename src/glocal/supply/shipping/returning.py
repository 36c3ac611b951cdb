"""Parcels that come back: a label from the shopper's door to a warehouse. Nothing here writes; the caller keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from glocal.platform.kernel.currencies import minor_digits
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping.carriers import party_of, party_of_warehouse
from glocal.supply.shipping.models import Service
from glocal.supply.shipping.ports import Consignment, CustomsLine, carrier
from glocal.supply.shipping.types import Content, TrackedStep


@dataclass(frozen=True, slots=True)
class ReturnParcel:
    """What comes back, by the carrier that brought it; ``reference`` makes a repeat harmless."""

    reference: str
    service_code: str
    warehouse_id: UUID
    address: Mapping[str, str]
    currency: str
    language: str
    contents: Sequence[tuple[Content, int]]


@dataclass(frozen=True, slots=True)
class ReturnLabel:
    """The carrier's answer; ``pdf`` names a person."""

    tracking_number: str
    tracking_url: str
    pdf: bytes


def return_label(parcel: ReturnParcel) -> ReturnLabel:
    """Ask the carrier for a label, over the network: never with a transaction open.

    Raises CarrierUnavailable, CarrierRefused.
    """
    service = Service.objects.get(pk=parcel.service_code)
    adapter = carrier(service.carrier)
    accepted = adapter.create_shipment(
        Consignment(
            reference=parcel.reference,
            service=service.carrier_service,
            sender=party_of(markets.Address.from_dict(parcel.address)),
            receiver=party_of_warehouse(inventory.warehouse(parcel.warehouse_id)),
            weight_g=max(sum(content.weight_g * units for content, units in parcel.contents), 1),
            currency=parcel.currency,
            lines=tuple(
                CustomsLine(
                    content.description[:200],
                    content.hs_code,
                    content.origin,
                    units,
                    str(Decimal(content.unit_minor).scaleb(-minor_digits(parcel.currency))),
                )
                for content, units in parcel.contents
            ),
            language=parcel.language,
        )
    )
    return ReturnLabel(accepted.tracking_number, accepted.tracking_url, adapter.label(accepted.label_url))


def call_off_return(service_code: str, tracking_number: str) -> None:
    """Have the carrier cancel a label that nobody will use, over the network; a repeat changes nothing.

    Raises CarrierUnavailable; CarrierRefused when the parcel is on its way.
    """
    carrier(Service.objects.get(pk=service_code).carrier).call_off(tracking_number)


def return_steps(service_code: str, tracking_number: str) -> tuple[TrackedStep, ...]:
    """Where a parcel is that comes back, asked of its carrier over the network. Raises as ``return_label``."""
    service = Service.objects.get(pk=service_code)
    events = carrier(service.carrier).events(tracking_number)
    return tuple(TrackedStep(event.code, event.at, event.place, event.note) for event in events)
