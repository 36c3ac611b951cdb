"""Speaking with carriers. Nothing here runs inside a transaction, but for ``intake``, which stores and asks nobody."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q

from glocal.events.shipping import CarrierNewsReceived, CarrierStep
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.currencies import minor_digits
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import services
from glocal.supply.shipping.errors import CarrierRefused, CarrierUnavailable
from glocal.supply.shipping.models import Shipment
from glocal.supply.shipping.ports import Consignment, CustomsLine, News, Party, carrier

log = logging.getLogger(__name__)

NEWS_EVERY = timedelta(minutes=10)


def hand_over(shipment_id: UUID) -> None:
    """Give a packed parcel to its carrier. A repeat, also after a crash half-way, makes no second parcel.

    Raises CarrierUnavailable; a refusal is kept on the shipment for a person to mend.
    """
    if not services.record_offered(shipment_id):
        return
    shipment = _whole(shipment_id)
    adapter = carrier(shipment.service.carrier)
    try:
        accepted = adapter.create_shipment(consignment(shipment))
        label = adapter.label(accepted.label_url)
    except CarrierRefused as refusal:
        services.record_refused(shipment_id, str(refusal.details.get("reason", refusal.code)))
        return
    except CarrierUnavailable as outage:
        services.record_problem(shipment_id, f"No answer from the carrier yet ({outage.details.get('reason', '')})")
        raise
    if not services.record_handed_over(shipment_id, accepted, label):
        log.warning("parcel %s changed while it was handed over", shipment.number)
        call_off_label(shipment_id)


def hand_over_late(limit: int = 50) -> int:
    """Hand over parcels whose own job has given up, or never ran; returns how many carriers answered for."""
    answered = 0
    for pk in services.to_hand_over(limit):
        try:
            hand_over(pk)
        except CarrierUnavailable:
            log.warning("a carrier does not answer; its parcels are handed over in a later round")
            break
        answered += 1
    return answered


def call_off_label(shipment_id: UUID) -> None:
    """Cancel the label that a carrier made, or may have made, for a parcel that was cancelled; safe to repeat.

    Where its answer never came the carrier is asked by the same reference again, which names the label it has made.
    Raises CarrierUnavailable; a refusal is kept on the parcel for a person to settle.
    """
    shipment = _whole(shipment_id)
    if shipment.status != Shipment.Status.CANCELLED or shipment.offered_at is None or shipment.called_off_at:
        return
    adapter, number, problem = carrier(shipment.service.carrier), shipment.tracking_number, ""
    try:
        number = number or adapter.create_shipment(consignment(shipment)).tracking_number
        adapter.call_off(number)
    except CarrierRefused as refusal:
        problem = str(refusal.details.get("reason", refusal.code))
    services.record_called_off(shipment_id, number, problem)


def call_off_labels(limit: int = 50) -> int:
    """Cancel the labels of cancelled parcels that are still open at their carriers; returns how many were settled."""
    settled = 0
    for pk in services.to_call_off(limit):
        try:
            call_off_label(pk)
        except CarrierUnavailable:
            log.warning("a carrier does not answer; its labels are called off in the next round")
            break
        settled += 1
    return settled


def _whole(shipment_id: UUID) -> Shipment:
    return Shipment.objects.select_related("service").defer("label").get(pk=shipment_id)


def consignment(shipment: Shipment) -> Consignment:
    """The parcel in the words of the port."""
    warehouse = inventory.warehouse(shipment.warehouse_id)
    address = markets.Address.from_dict(shipment.address)
    units = dict(shipment.lines)
    return Consignment(
        reference=shipment.number,
        service=shipment.service.carrier_service,
        sender=party_of_warehouse(warehouse),
        receiver=party_of(address),
        weight_g=max(shipment.weight_g, 1),
        currency=shipment.currency,
        lines=tuple(
            CustomsLine(
                content["description"][:200],
                content["hs_code"],
                content["origin"],
                units[content["variant_id"]],
                str(Decimal(content["unit_minor"]).scaleb(-minor_digits(shipment.currency))),
            )
            for content in shipment.contents
        ),
        language=markets.get(shipment.market).language,
    )


def party_of_warehouse(warehouse: inventory.WarehouseInfo) -> Party:
    return Party(f"Glocal {warehouse.code}", (warehouse.name,), warehouse.name, "", "", warehouse.country)


def party_of(address: markets.Address) -> Party:
    return Party(
        address.name,
        tuple(line for line in (address.company, address.line1, address.line2, address.district) if line),
        address.city,
        address.region,
        address.postcode,
        address.country,
        address.phone,
    )


@transactional
def intake(name: str, headers: Mapping[str, str], body: bytes) -> None:
    """Store a carrier's signed message, to be worked by a handler. Raises UnknownCarrier, SignatureInvalid."""
    news = carrier(name).read_message({key.lower(): value for key, value in headers.items()}, body)
    publish(
        CarrierNewsReceived(
            carrier=name,
            tracking_number=news.tracking_number,
            body=body.decode(),
            steps=tuple(CarrierStep(**asdict(event)) for event in news.events),
        )
    )


def ask_for_news(limit: int = 50) -> int:
    """Ask carriers about parcels under way that were not asked about for a while; returns how many had an answer."""
    due = Q(asked_at=None) | Q(asked_at__lte=clock.now() - NEWS_EVERY)
    under_way = Shipment.objects.filter(due, status__in=["shipped", "exception"])
    answered = 0
    batch = under_way.order_by(F("asked_at").asc(nulls_first=True)).values_list(
        "pk", "tracking_number", "service__carrier"
    )
    for pk, number, name in list(batch[:limit]):
        Shipment.objects.filter(pk=pk).update(asked_at=clock.now())
        try:
            events = carrier(name).events(number)
        except CarrierUnavailable:
            log.warning("carrier %s does not answer", name)
            return answered
        except CarrierRefused:
            log.warning("carrier %s does not know %s", name, number)
            continue
        services.take_news(name, News(number, events))
        answered += 1
    return answered
