"""Speaking with carriers about returns, never inside a transaction."""

import logging
from uuid import UUID

from glocal.platform.eventing import transactional
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import facade as orders
from glocal.transaction.returns import letters, rules
from glocal.transaction.returns.models import Return

log = logging.getLogger(__name__)
_UNDER_WAY = frozenset({"picked_up", "departed", "customs", "out_for_delivery", "delivered"})


def fetch(return_id: UUID) -> None:
    """Have the carrier make the label of an approved return; a repeat makes no second one.

    Raises CarrierUnavailable; a refusal is kept as the answer for a person to mend.
    """
    returned = Return.objects.filter(pk=return_id, status=rules.APPROVED, tracking_number="").first()
    if returned is None:
        return
    order = orders.order_by_id(returned.order_id)
    contents = orders.contents_of(order.id)
    parcel = shipping.ReturnParcel(
        reference=returned.number,
        service_code=returned.service_code,
        warehouse_id=returned.warehouse_id,
        address=order.address,
        currency=returned.currency,
        language=order.language,
        contents=[(contents[line.variant_id], line.quantity) for line in returned.lines.order_by("pk")],
    )
    try:
        label = shipping.return_label(parcel)
    except shipping.CarrierRefused as refusal:
        reason = str(refusal.details.get("reason", refusal.code))[:280]
        Return.objects.filter(pk=return_id).update(answer=f"No label: {reason}")  # shown at the desk only
        return
    _keep(returned, label)


@transactional
def _keep(returned: Return, label: shipping.ReturnLabel) -> None:
    """Store the label and write to the shopper, once: of two jobs the later finds it there."""
    waiting = Return.objects.filter(pk=returned.pk, status=rules.APPROVED, tracking_number="")
    if waiting.update(label=label.pdf, tracking_number=label.tracking_number, tracking_url=label.tracking_url):
        letters.approved(returned)


def ask_for_news(limit: int = 100) -> int:
    """Move returns on whose parcel its carrier has; returns how many were asked about."""
    waiting = Return.objects.filter(status=rules.APPROVED, closed_at=None).exclude(tracking_number="")
    asked = 0
    for returned in waiting.defer("label").order_by("requested_at")[:limit]:
        try:
            steps = shipping.return_steps(returned.service_code, returned.tracking_number)
        except (shipping.CarrierUnavailable, shipping.CarrierRefused):
            log.warning("no news of %s", returned.number)
            continue
        asked += 1
        if {step.code for step in steps} & _UNDER_WAY:
            Return.objects.filter(pk=returned.pk, status=rules.APPROVED).update(status=rules.IN_TRANSIT)
    return asked
