"""What orders does when others tell something."""

from glocal.events.inventory import ReservationExpired
from glocal.events.payments import PaymentCaptured
from glocal.events.shipping import ShipmentDelivered, ShipmentException, ShipmentShipped
from glocal.platform.eventing import handles
from glocal.platform.kernel.money import Money
from glocal.transaction.orders.services import delivering, paying


@handles(PaymentCaptured)
def take_payment(event: PaymentCaptured) -> None:
    paying.mark_paid(
        order_id=event.order_id,
        payment_id=event.payment_id,
        captured=Money(event.captured_minor, event.currency),
    )


@handles(ReservationExpired)
def close_unpaid(event: ReservationExpired) -> None:
    paying.expire(event.owner)


@handles(ShipmentShipped)
def note_shipped(event: ShipmentShipped) -> None:
    delivering.follow_parcels(event.order_id)


@handles(ShipmentDelivered)
def note_delivered(event: ShipmentDelivered) -> None:
    delivering.follow_parcels(event.order_id)


@handles(ShipmentException)
def note_exception(event: ShipmentException) -> None:
    delivering.follow_parcels(event.order_id)
