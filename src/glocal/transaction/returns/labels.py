"""Speaking with carriers about returns, never inside a transaction."""

import logging
from uuid import UUID

from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import facade as orders
from glocal.transaction.returns import letters, rules, services
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
    waiting = Return.objects.filter(pk=return_id, status=rules.APPROVED)
    now = clock.now()
    if not waiting.update(asked_at=now, label_asked_at=Coalesce("label_asked_at", Value(now, DateTimeField()))):
        return
    try:
        label = shipping.return_label(_parcel(returned))
    except shipping.CarrierRefused as refusal:
        reason = str(refusal.details.get("reason", refusal.code))[:280]
        Return.objects.filter(pk=return_id).update(answer=f"No label: {reason}")  # shown at the desk only
        return
    if not _keep(returned, label):
        call_off(return_id)  # withdrawn meanwhile


def _parcel(returned: Return) -> shipping.ReturnParcel:
    order = orders.order_by_id(returned.order_id)
    contents = orders.contents_of(order.id)
    return shipping.ReturnParcel(
        reference=returned.number,
        service_code=returned.service_code,
        warehouse_id=returned.warehouse_id,
        address=order.address,
        currency=returned.currency,
        language=order.language,
        contents=[(contents[line.variant_id], line.quantity) for line in returned.lines.order_by("pk")],
    )


@transactional
def _keep(returned: Return, label: shipping.ReturnLabel) -> bool:
    """Store the label and write to the shopper, once: of two jobs the later finds it there. False: nobody wants it."""
    waiting = Return.objects.filter(pk=returned.pk, status=rules.APPROVED, tracking_number="")
    if waiting.update(
        label=label.pdf,
        tracking_number=label.tracking_number,
        tracking_url=label.tracking_url,
        labelled_at=clock.now(),
        answer="",
    ):
        letters.approved(returned)
        return True
    return not Return.objects.filter(pk=returned.pk, status=rules.WITHDRAWN).exists()


def call_off(return_id: UUID) -> None:
    """Cancel the label that the carrier made, or may have made, for a return that was withdrawn; safe to repeat.

    Where its answer never came the carrier is asked by the same reference again, which names the label it has made.
    Raises CarrierUnavailable; a refusal is kept as the answer, for the desk to settle.
    """
    open_label = Return.objects.filter(
        pk=return_id, status=rules.WITHDRAWN, label_asked_at__isnull=False, called_off_at=None
    )
    returned = open_label.defer("label").first()
    if returned is None:
        return
    number, answer = returned.tracking_number, ""
    try:
        number = number or shipping.return_label(_parcel(returned)).tracking_number
        shipping.call_off_return(returned.service_code, number)
    except shipping.CarrierRefused as refusal:
        answer = f"Label not called off: {refusal.details.get('reason', refusal.code)}"[:300]
    _record_called_off(returned, number, answer)


@transactional
def _record_called_off(returned: Return, number: str, answer: str) -> None:
    """Note it once, with no label left to print."""
    open_label = Return.objects.filter(pk=returned.pk, called_off_at=None)
    if open_label.update(called_off_at=clock.now(), tracking_number=number, label=None, answer=answer):
        audit.record(
            actor_id=None,
            action="returns.label_called_off",
            object_type="return",
            object_id=str(returned.pk),
            after={"tracking_number": number, "answer": answer},
            market=returned.market,
        )


def call_off_all(limit: int = 50) -> int:
    """Cancel the labels of withdrawn returns that are still open at their carriers; returns how many were settled."""
    waiting = Return.objects.filter(status=rules.WITHDRAWN, label_asked_at__isnull=False, called_off_at=None)
    settled = 0
    for pk in waiting.order_by("requested_at").values_list("pk", flat=True)[:limit]:
        try:
            call_off(pk)
        except shipping.CarrierUnavailable:
            log.warning("a carrier does not answer; labels are called off in the next round")
            break
        settled += 1
    return settled


def fetch_missing(limit: int = 50) -> int:
    """Fetch labels whose own job has given up, or never ran; returns how many carriers answered for."""
    waiting = _due().filter(tracking_number="", requested_at__lte=clock.now() - rules.ASK_EVERY)
    fetched = 0
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        try:
            fetch(pk)
        except shipping.CarrierUnavailable:
            log.warning("a carrier does not answer; labels are fetched in a later round")
            break
        fetched += 1
    return fetched


def ask_for_news(limit: int = 100) -> int:
    """Move returns on whose parcel its carrier has, and close those that were never handed in.

    Least recently asked first, none more often than ``rules.ASK_EVERY``; returns how many were asked about.
    """
    asked = 0
    for returned in list(_due().exclude(tracking_number="").defer("label")[:limit]):
        Return.objects.filter(pk=returned.pk).update(asked_at=clock.now())
        try:
            steps = shipping.return_steps(returned.service_code, returned.tracking_number)
        except shipping.CarrierUnavailable:
            log.warning("no news of %s", returned.number)
            return asked
        except shipping.CarrierRefused:
            log.warning("its carrier does not know %s", returned.number)
            steps = ()
        asked += 1
        if {step.code for step in steps} & _UNDER_WAY:
            Return.objects.filter(pk=returned.pk, status=rules.APPROVED).update(status=rules.IN_TRANSIT)
        elif returned.labelled_at and returned.labelled_at <= clock.now() - rules.LAPSES_AFTER:
            services.lapse(returned.pk)
    return asked


def _due() -> QuerySet[Return]:
    due = Q(asked_at=None) | Q(asked_at__lte=clock.now() - rules.ASK_EVERY)
    return Return.objects.filter(due, status=rules.APPROVED).order_by(F("asked_at").asc(nulls_first=True), "pk")
