"""What a person can do about a delivery that does not get through."""

from django.db import transaction

from glocal.platform.eventing.models import Delivery
from glocal.platform.kernel import clock

HEADS = (Delivery.State.FAILED, Delivery.State.STOPPED)


def retry_now(delivery_id: int) -> bool:
    """Have a delivery, and what waits behind it, tried when the relay comes round next; False when it is not open."""
    heads = Delivery.objects.filter(pk=delivery_id, state__in=HEADS)
    return bool(heads.update(state=Delivery.State.FAILED, attempts=0, next_try_at=clock.now()))


@transaction.atomic
def skip(delivery_id: int) -> bool:
    """Let a delivery go for good: its effect never takes place, and what waits behind it is tried next.

    False when it is not open.
    """
    head = Delivery.objects.select_for_update().filter(pk=delivery_id, state__in=HEADS).first()
    if head is None:
        return False
    head.state = Delivery.State.SKIPPED
    head.save(update_fields=["state"])
    behind = Delivery.objects.filter(handler=head.handler, key=head.key, state=Delivery.State.WAITING)
    following = behind.order_by("event_id").values_list("pk", flat=True).first()
    if following is not None:
        Delivery.objects.filter(pk=following).update(state=Delivery.State.FAILED, next_try_at=clock.now())
    return True
