"""Parcels that never came: told of by the shopper, sent again or refunded by the desk."""

from datetime import date
from uuid import UUID

from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import facade as orders
from glocal.transaction.returns import rules
from glocal.transaction.returns.errors import (
    ClaimNotPossible,
    ClaimTooEarly,
    NothingToSendAgain,
    ReturnCannotChange,
    ReturnNotFound,
)
from glocal.transaction.returns.models import LostParcel, ReturnLine
from glocal.transaction.returns.services import Again, plan_again
from glocal.transaction.returns.types import ClaimView

Status = LostParcel.Status
_UNDER_WAY = frozenset({"shipped", "exception"})


def claimable_from(parcel: shipping.ShipmentInfo) -> date | None:
    """The day from which a parcel under way counts as lost; None for one that is not under way."""
    return parcel.promised_to + rules.CLAIM_AFTER if parcel.status in _UNDER_WAY else None


@transactional
def claim_lost(*, order: orders.OrderView, parcel: str, want: str) -> ClaimView:
    """Tell that a parcel of an order (by its number) never came; ``want`` is resend or refund. Once per parcel.

    Raises ClaimNotPossible, ClaimTooEarly.
    """
    found = next((one for one in shipping.track(order.id) if one.number == parcel), None)
    if found is None or want not in LostParcel.Want.values:
        raise ClaimNotPossible()
    kept = LostParcel.objects.filter(shipment_id=found.id).first()
    if kept is None:
        since = claimable_from(found)
        if since is None:
            raise ClaimNotPossible()
        if markets.local_day(clock.now(), order.market) < since:
            raise ClaimTooEarly(day=markets.format_date(since, order.language, order.market))
        LostParcel.objects.bulk_create(
            [LostParcel(shipment_id=found.id, order_id=order.id, parcel=parcel, market=order.market, want=want)],
            ignore_conflicts=True,
        )
        kept = LostParcel.objects.get(shipment_id=found.id)
        _note(kept, None)
    return ClaimView(kept.pk, kept.shipment_id, kept.parcel, kept.want, kept.status, kept.claimed_at)


@transactional
def resend(claim_id: UUID, *, actor_id: UUID | None) -> None:
    """Send once more, free of charge, what was neither refunded nor is coming back.

    Raises ReturnNotFound, ReturnCannotChange, ClaimNotPossible (it was delivered), NothingToSendAgain, OutOfStock.
    """
    claim, parcel = _missing(claim_id)
    order = orders.hold(claim.order_id)
    units = dict(parcel.lines) if parcel.in_exchange else _owed(order, parcel)
    if not units:
        raise NothingToSendAgain()
    inventory.recommit(
        owner=claim.pk,
        lines=[inventory.ReserveLine(variant, parcel.warehouse_id, count) for variant, count in units.items()],
    )
    again = Again(parcel.warehouse_id, parcel.service_code, {str(variant): count for variant, count in units.items()})
    turn = LostParcel.objects.filter(order_id=order.id, pk__lte=claim.pk).count()
    number, contents = f"{order.number}-L{turn}", shipping.contents_of(parcel.id)
    plan_again(order, number, [again], contents, owner=claim.pk, instead_of=parcel)
    _settle(claim, Status.RESENT, actor_id)


@transactional
def refund(claim_id: UUID, *, actor_id: UUID | None) -> None:
    """Give back what the parcel held and was not refunded before, with the delivery when all of the order is lost.

    Raises ReturnNotFound, ReturnCannotChange, ClaimNotPossible (it was delivered) and those of ``orders.refund_order``.
    """
    claim, parcel = _missing(claim_id)
    order = orders.hold(claim.order_id)
    first = [one for one in shipping.track(order.id) if one.owner_id is None and one.status != "cancelled"]
    orders.refund_order(
        order_id=order.id,
        lines=_exchanged(parcel) if parcel.in_exchange else _bought(order, parcel),
        shipping_too=len(first) == 1 and not parcel.in_exchange,
        reason=f"Parcel {claim.parcel} was lost",
        key=f"lost:{claim.pk}",
        actor_id=actor_id,
        returned=parcel.in_exchange,
        lost=parcel.id,
    )
    _settle(claim, Status.REFUNDED, actor_id)


def _bought(order: orders.OrderView, parcel: shipping.ShipmentInfo) -> list[orders.RefundLine]:
    units, lines = dict(parcel.lines), []
    for line in order.lines:
        left = min(units.get(line.variant_id, 0), line.quantity - line.refunded_quantity - line.returning_quantity)
        if left > 0:
            lines.append(orders.RefundLine(line.id, left))
            units[line.variant_id] -= left
    return lines


def _owed(order: orders.OrderView, parcel: shipping.ShipmentInfo) -> dict[UUID, int]:
    variants, units = {line.id: line.variant_id for line in order.lines}, dict[UUID, int]()
    for line in _bought(order, parcel):
        variant = variants[line.line_id]
        units[variant] = units.get(variant, 0) + line.quantity
    return units


def _exchanged(parcel: shipping.ShipmentInfo) -> list[orders.RefundLine]:
    """What came back for the parcel's goods: the order's lines still hold it, so it is refunded as returned."""
    while parcel.instead_of:
        parcel = shipping.shipment(parcel.instead_of)
    held = {str(variant) for variant, _units in parcel.lines}
    came = ReturnLine.objects.filter(returned=parcel.owner_id, exchange__isnull=False).order_by("pk")
    return [
        orders.RefundLine(line.line_id, line.quantity)
        for line in came
        if line.exchange
        and line.exchange["variant_id"] in held
        and line.exchange["warehouse_id"] == str(parcel.warehouse_id)
    ]


@transactional
def refuse(claim_id: UUID, *, actor_id: UUID | None) -> None:
    """The parcel was found, or came after all."""
    claim, _parcel = _open(claim_id)
    _settle(claim, Status.REFUSED, actor_id)


@transactional
def close_arrived(shipment_id: UUID) -> None:
    """The parcel came after all, says its carrier: what is open about it is closed. Repeating it changes nothing."""
    claim = LostParcel.objects.select_for_update().filter(shipment_id=shipment_id, status=Status.OPEN).first()
    if claim is not None:
        _settle(claim, Status.REFUSED, None)


def _missing(claim_id: UUID) -> tuple[LostParcel, shipping.ShipmentInfo]:
    claim, parcel = _open(claim_id)
    if parcel.status not in _UNDER_WAY:
        raise ClaimNotPossible()
    return claim, parcel


def _open(claim_id: UUID) -> tuple[LostParcel, shipping.ShipmentInfo]:
    claim = LostParcel.objects.select_for_update().filter(pk=claim_id).first()
    if claim is None:
        raise ReturnNotFound()
    if claim.status != Status.OPEN:
        raise ReturnCannotChange()
    return claim, shipping.shipment(claim.shipment_id)


def _settle(claim: LostParcel, status: str, actor_id: UUID | None) -> None:
    claim.status, claim.closed_at = status, clock.now()
    claim.save(update_fields=["status", "closed_at"])
    _note(claim, actor_id)


def _note(claim: LostParcel, actor_id: UUID | None) -> None:
    audit.record(
        actor_id=actor_id,
        action=f"returns.lost_parcel_{claim.status}",
        object_type="lostparcel",
        object_id=str(claim.pk),
        after={"status": claim.status, "parcel": claim.parcel, "want": claim.want},
        market=claim.market,
    )
