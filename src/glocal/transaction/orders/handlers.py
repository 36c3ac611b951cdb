"""What orders does when others tell something."""

from collections.abc import Sequence

from glocal.content.catalog import facade as catalog
from glocal.events.inventory import ReservationExpired
from glocal.events.orders import OrderPaid, OrderRefunded
from glocal.events.payments import PaymentCaptured, PaymentRefunded, RefundFailed
from glocal.events.shipping import ShipmentDelivered, ShipmentException, ShipmentPicking, ShipmentShipped
from glocal.platform.eventing import handles, handles_batch
from glocal.platform.kernel.money import Money
from glocal.transaction.orders.services import cancelling, delivering, elsewhere, paying, rollups


@handles_batch(PaymentCaptured)
def take_payment(events: Sequence[PaymentCaptured]) -> None:
    for event in events:
        if event.went_back:  # nobody paid: the order waits for another payment, or for its time to run out
            elsewhere.note_unpaid(event.order_id, event.payment_id, Money(event.captured_minor, event.currency))
    paying.mark_paid(
        [
            paying.Capture(event.order_id, event.payment_id, Money(event.captured_minor, event.currency))
            for event in events
            if not event.went_back
        ]
    )


@handles(PaymentRefunded)
def reflect_refund(event: PaymentRefunded) -> None:
    elsewhere.reflect(event.order_id, event.payment_id)


@handles(RefundFailed)
def owe_again(event: RefundFailed) -> None:
    cancelling.take_back_refund(
        order_id=event.order_id,
        payment_id=event.payment_id,
        key=event.refund_key,
        amount=Money(event.amount_minor, event.currency),
        code=event.code,
    )
    elsewhere.reflect(event.order_id, event.payment_id)  # perhaps refused since it had gone back already


@handles(ReservationExpired)
def close_unpaid(event: ReservationExpired) -> None:
    paying.expire(event.owner)


@handles(ShipmentPicking)
def note_picking(event: ShipmentPicking) -> None:
    delivering.follow_parcels(event.order_id)


@handles(ShipmentShipped)
def note_shipped(event: ShipmentShipped) -> None:
    delivering.follow_parcels(event.order_id)


@handles(ShipmentDelivered)
def note_delivered(event: ShipmentDelivered) -> None:
    delivering.follow_parcels(event.order_id)


@handles(ShipmentException)
def note_exception(event: ShipmentException) -> None:
    delivering.follow_parcels(event.order_id)


@handles_batch(OrderPaid)
def count_sales(events: Sequence[OrderPaid]) -> None:
    rollups.add_up(
        (
            rollups.local_day(event.paid_at, event.market),
            event.market,
            event.currency,
            1,
            sum(line.quantity for line in event.lines),
            event.total_minor,
            0,
        )
        for event in events
    )
    # One statement with its rows in order: order by order, two relays would lock popular products crosswise.
    catalog.count_sold([(line.product_id, event.market, line.quantity) for event in events for line in event.lines])


@handles_batch(OrderRefunded)
def count_refunds(events: Sequence[OrderRefunded]) -> None:
    rollups.add_up(
        (
            rollups.local_day(event.refunded_at, event.market),
            event.market,
            event.currency,
            0,
            0,
            0,
            event.amount_minor,
        )
        for event in events
    )
