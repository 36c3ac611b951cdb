"""Asking for a parcel to be handed to its carrier."""

from uuid import UUID

from glocal.platform.eventing import transactional
from glocal.supply.shipping.jobs import hand_over
from glocal.supply.shipping.models import Shipment
from glocal.supply.shipping.services import cannot, existing

Status = Shipment.Status
_GONE = frozenset({Status.SHIPPED, Status.DELIVERED, Status.EXCEPTION})


@transactional
def ship(shipment_id: UUID, *, actor_id: UUID | None) -> None:
    """Have a packed parcel handed to its carrier, by a job; it is *shipped* once the carrier has taken it on.

    A repeat asks again, which also mends a refusal that is shown as ``problem``; of a parcel that left it does nothing.
    Raises ShipmentNotFound, ShipmentCannotChange.
    """
    asked = Shipment.objects.filter(pk=shipment_id, status=Status.PACKED).update(problem="", shipper_id=actor_id)
    if asked:
        hand_over.defer(shipment_id=str(shipment_id))
        return
    shipment = existing(shipment_id)
    if shipment.status not in _GONE:
        raise cannot(shipment, Status.SHIPPED)
