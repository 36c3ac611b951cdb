"""What returns do when others tell something."""

from glocal.events.shipping import ShipmentDelivered
from glocal.platform.eventing import handles
from glocal.transaction.returns import claims


@handles(ShipmentDelivered)
def note_arrival(event: ShipmentDelivered) -> None:
    claims.close_arrived(event.shipment_id)
