"""Writes of returns: asked for by the shopper, worked at the desk. Every step is taken under the return's row lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from glocal.content.media import facade as media
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import facade as orders
from glocal.transaction.returns import jobs, letters, rules
from glocal.transaction.returns.errors import (
    CannotExchange,
    NotForReturn,
    NothingToReturn,
    PhotosMissing,
    ReturnCannotChange,
    ReturnNotFound,
    TooManyPhotos,
    TooManyReturns,
    WindowClosed,
)
from glocal.transaction.returns.models import Return, ReturnLine
from glocal.transaction.returns.selectors import choices_for, delivered_on, kinds_of, view_of, way_back
from glocal.transaction.returns.types import Asked, Choice, ReturnView


def request_return(
    *, order: orders.OrderView, lines: Sequence[Asked], reason: str, note: str, photos: Sequence[bytes], key: str
) -> ReturnView:
    """Ask to send things of a delivered order back; ``key`` makes a repeat harmless.

    A change of mind in time is approved at once; what is our fault needs a photo and is looked at first. Units are
    held, so that no two returns are of the same unit, and the variants to have instead are taken from stock.
    Raises NothingToReturn, NotDelivered, NotForReturn, WindowClosed, PhotosMissing, TooManyPhotos,
    TooManyReturns, ReturnTooMuch, CannotExchange and media's InvalidImage; only then ``photos`` are read.
    """
    earlier = _asked_before(order.id, key)
    if earlier is not None:
        return earlier
    if not lines or reason not in rules.REASONS:
        raise NothingToReturn(field="reason" if lines else "lines")
    _check_window(order, lines, reason)
    if len(photos) > rules.MOST_PHOTOS:
        raise TooManyPhotos(field="photos", most=rules.MOST_PHOTOS)
    if reason in rules.OUR_FAULT and not photos:
        raise PhotosMissing(field="photos")
    _check_few(order.id)
    _check_left(order, lines)
    # Before the transaction, as media asks: files of a return that is refused after all do no harm.
    kept = media.store_images(images=[media.NewImage(data) for data in photos]) if photos else []
    try:
        return _request(order, lines, reason, note, [one.as_dict() for one in kept], key)
    except (orders.ReturnTooMuch, _Repeated):
        twin = _asked_before(order.id, key)  # it was faster, and holds the units
        if twin is None:
            raise
        return twin


def _check_few(order_id: UUID) -> None:
    """Each has a carrier make a label. Raises TooManyReturns."""
    lately = Return.objects.filter(order_id=order_id, requested_at__gt=clock.now() - timedelta(days=1))
    if lately.count() >= rules.MOST_A_DAY:
        raise TooManyReturns(most=rules.MOST_A_DAY)


def _check_left(order: orders.OrderView, wanted: Sequence[Asked]) -> None:
    """What ``hold_for_return`` will refuse is refused before photos are read and stored. Raises ReturnTooMuch."""
    left = {line.id: line.quantity - line.refunded_quantity - line.returning_quantity for line in order.lines}
    for one in wanted:
        if not 0 < one.quantity <= left.get(one.line_id, 0):
            raise orders.ReturnTooMuch(field=f"line-{one.line_id}", left=left.get(one.line_id, 0))


def _check_window(order: orders.OrderView, wanted: Sequence[Asked], reason: str) -> None:
    """Raises NotDelivered, NotForReturn, WindowClosed."""
    arrived, today = delivered_on(order), markets.local_day(clock.now(), order.market)
    kinds = kinds_of(order) if reason not in rules.OUR_FAULT else {}
    titles = {line.id: line.title for line in order.lines}
    for one in wanted:
        until = rules.last_day(order.market, reason, arrived, kinds.get(one.line_id, ""))
        if until is None:
            title = markets.pick(titles.get(one.line_id, {}), order.language)
            raise NotForReturn(title=title, field=f"line-{one.line_id}")
        if today > until:
            raise WindowClosed(day=markets.format_date(until, order.language, order.market), field="reason")


class _Repeated(Exception):
    """Another request with the same key was faster; ours is rolled back."""


def _asked_before(order_id: UUID, key: str) -> ReturnView | None:
    found = Return.objects.filter(key=key, order_id=order_id).prefetch_related("lines").first()
    return view_of(found) if found else None


@transactional
def _request(
    order: orders.OrderView,
    wanted: Sequence[Asked],
    reason: str,
    note: str,
    photos: list[dict[str, Any]],
    key: str,
) -> ReturnView:
    by_id = {line.id: line for line in order.lines}
    orders.hold_for_return(order.id, [orders.RefundLine(one.line_id, one.quantity) for one in wanted])
    if Return.objects.filter(key=key).exists():
        raise _Repeated
    _check_few(order.id)
    units: dict[UUID, int] = {}
    for one in wanted:
        variant_id = by_id[one.line_id].variant_id
        units[variant_id] = units.get(variant_id, 0) + one.quantity
    parcel = way_back(order.id, units)
    before = Return.objects.filter(order_id=order.id).aggregate(count=Count("pk"))["count"]
    returned = Return.objects.create(
        number=f"{order.number}-R{before + 1}",
        key=key,
        order_id=order.id,
        order_number=order.number,
        market=order.market,
        currency=order.totals.total.currency,
        want="exchange" if any(one.exchange for one in wanted) else "refund",
        reason=reason,
        note=note.replace("\0", "")[:1000],
        photos=photos,
        warehouse_id=parcel.warehouse_id,
        service_code=parcel.service_code,
    )
    exchanges = _reserve_exchanges(order, wanted, returned.pk)
    ReturnLine.objects.bulk_create(
        ReturnLine(
            returned=returned,
            line_id=one.line_id,
            variant_id=by_id[one.line_id].variant_id,
            sku=by_id[one.line_id].sku,
            title=by_id[one.line_id].title,
            options=by_id[one.line_id].options,
            quantity=one.quantity,
            exchange=exchanges.get(one.line_id),
        )
        for one in wanted
    )
    _note(returned, "requested", None)
    if reason not in rules.OUR_FAULT:
        _approve(returned, None)
    return view_of(returned)


def _reserve_exchanges(order: orders.OrderView, wanted: Sequence[Asked], owner: UUID) -> dict[int, dict[str, Any]]:
    """Commit the units that go out instead, each where its line came from, until the goods are in."""
    asked = {one.line_id: one for one in wanted if one.exchange}
    if not asked:
        return {}
    choices = choices_for(order, [line for line in order.lines if line.id in asked])
    chosen = {
        line_id: next((one for one in choices.get(line_id, ()) if one.variant_id == asked[line_id].exchange), None)
        for line_id in asked
    }
    if not all(chosen.values()):
        raise CannotExchange(field="exchange")
    picked: dict[int, Choice] = {line_id: one for line_id, one in chosen.items() if one}
    try:
        inventory.recommit(
            owner=owner,
            lines=[
                inventory.ReserveLine(one.variant_id, one.warehouse_id, asked[line_id].quantity)
                for line_id, one in picked.items()
            ],
        )
    except inventory.OutOfStock as short:
        raise CannotExchange(field="exchange") from short
    return {
        line_id: {
            "variant_id": str(one.variant_id),
            "sku": one.sku,
            "options": dict(one.options),
            "warehouse_id": str(one.warehouse_id),
            "service_code": one.service_code,
            "weight_g": one.weight_g,
            "hs_code": one.hs_code,
            "origin": one.origin,
        }
        for line_id, one in picked.items()
    }


@transactional
def approve(return_id: UUID, *, actor_id: UUID | None) -> None:
    """Let the goods come; the carrier is asked for a label by a job. Raises ReturnNotFound, ReturnCannotChange."""
    _approve(_locked(return_id), actor_id)


@transactional
def refuse(return_id: UUID, *, answer: str, actor_id: UUID | None) -> None:
    """Not taken back: its units can be sent back anew, and what was set aside for it is free again."""
    returned = _locked(return_id)
    returned.answer = answer[:300]
    _close(returned, rules.REFUSED, actor_id)
    letters.refused(returned)


@transactional
def withdraw(*, order_id: UUID, number: str) -> None:
    """The shopper keeps the things after all. Raises ReturnNotFound, ReturnCannotChange."""
    row = Return.objects.filter(order_id=order_id, number=number).first() if "\0" not in number else None
    if row is None:
        raise ReturnNotFound()
    returned = _locked(row.pk)
    _close(returned, rules.WITHDRAWN, None)
    if returned.label_asked_at is not None:
        jobs.call_off_label.defer(return_id=str(returned.pk))


@transactional
def lapse(return_id: UUID) -> None:
    """Nothing was handed in: the shopper keeps the things, is written so, and the label is called off."""
    returned = _locked(return_id)
    if returned.status != rules.APPROVED:
        return
    _close(returned, rules.WITHDRAWN, None)
    letters.lapsed(returned)
    jobs.call_off_label.defer(return_id=str(returned.pk))


@transactional
def receive(return_id: UUID, *, sellable: Mapping[int, int], actor_id: UUID | None) -> None:
    """The goods are in and were looked at: ``sellable`` units by line go back on the shelf, the rest is scrap."""
    returned = _locked(return_id)
    _move(returned, rules.RECEIVED, actor_id)
    returned.received_at = clock.now()
    returned.save(update_fields=["received_at"])
    letters.received(returned)
    for line in returned.lines.order_by("variant_id"):
        good = min(max(sellable.get(line.pk, 0), 0), line.quantity)
        line.sellable_quantity = good
        line.save(update_fields=["sellable_quantity"])
        if good:
            inventory.adjust(
                variant_id=line.variant_id,
                warehouse_id=returned.warehouse_id,
                quantity=good,
                reason=f"return {returned.number}",
                actor_id=actor_id,
                reference=f"{returned.number}:{line.pk}",
            )


@transactional
def settle(return_id: UUID, *, actor_id: UUID | None) -> None:
    """Close a return that was received: send the variants asked for, and the money for the other lines.

    Raises ReturnNotFound, ReturnCannotChange and the refusals of ``orders.refund_order``.
    """
    returned = _locked(return_id)
    lines = list(returned.lines.order_by("pk"))
    _move(returned, rules.EXCHANGED if returned.want == Return.Want.EXCHANGE else rules.REFUNDED, actor_id)
    returned.closed_at = clock.now()
    returned.save(update_fields=["closed_at"])
    money_back = [orders.RefundLine(line.line_id, line.quantity) for line in lines if not line.exchange]
    if money_back:
        orders.refund_order(
            order_id=returned.order_id,
            lines=money_back,
            shipping_too=returned.reason in rules.OUR_FAULT or _delivery_too(returned, money_back),
            reason=f"Return {returned.number}",
            key=f"return:{returned.pk}",
            actor_id=actor_id,
            returned=True,
        )
    if swapped := [line for line in lines if line.exchange]:
        _send_exchange(returned, swapped)
        letters.exchanged(returned)


def _delivery_too(returned: Return, money_back: Sequence[orders.RefundLine]) -> bool:
    """Whether nothing of the order is kept now, asked for while outbound delivery comes back too."""
    order = orders.order_by_id(returned.order_id)
    coming = {line.line_id: line.quantity for line in money_back}
    if any(line.refunded_quantity + coming.get(line.id, 0) < line.quantity for line in order.lines):
        return False
    asked = markets.local_day(returned.requested_at, order.market)
    return markets.delivery_comes_back(order.market, delivered_on(order), asked, kinds_of(order).values())


def _send_exchange(returned: Return, lines: Sequence[ReturnLine]) -> None:
    """Plan the parcel of what was held since the request; its reservation is owned by the return."""
    order = orders.order_by_id(returned.order_id)
    known = orders.contents_of(order.id)
    contents = []
    parcels: dict[tuple[str, str], dict[str, int]] = {}
    for line in lines:
        swap = line.exchange or {}
        held = parcels.setdefault((swap["warehouse_id"], swap["service_code"]), {})
        held[swap["variant_id"]] = held.get(swap["variant_id"], 0) + line.quantity
        contents.append(
            shipping.Content(
                variant_id=UUID(swap["variant_id"]),
                sku=swap["sku"],
                description=known[line.variant_id].description,
                hs_code=swap["hs_code"],
                origin=swap["origin"],
                unit_minor=known[line.variant_id].unit_minor,
                weight_g=swap["weight_g"],
            )
        )
    again = [Again(UUID(place), service, held) for (place, service), held in parcels.items()]
    plan_again(order, returned.number, again, contents, owner=returned.pk)


@dataclass(frozen=True, slots=True)
class Again:
    """A parcel that goes out once more; ``units`` by variant."""

    warehouse_id: UUID
    service_code: str
    units: Mapping[str, int]


def plan_again(
    order: orders.OrderView,
    number: str,
    parcels: Sequence[Again],
    contents: Sequence[shipping.Content],
    *,
    owner: UUID,
    instead_of: shipping.ShipmentInfo | None = None,
) -> None:
    """Plan parcels of an order that go out free of charge, in as many days as the first were promised.

    ``owner`` is whose reservation the goods are of; without a lost parcel (``instead_of``) it is in exchange.
    """
    today = markets.local_day(clock.now(), order.market)
    placed = markets.local_day(order.placed_at, order.market)
    days = [max((day - placed).days, 1) if day else 14 for day in (order.earliest, order.latest)]
    weight = {str(content.variant_id): content.weight_g for content in contents}
    shipping.plan_shipments(
        [
            shipping.ShipmentPlan(
                order_id=order.id,
                owner_id=owner,
                instead_of=instead_of.id if instead_of else None,
                in_exchange=instead_of.in_exchange if instead_of else True,
                number=number,
                market=order.market,
                currency=order.totals.total.currency,
                address=order.address,
                parcels=[
                    {
                        "warehouse_id": str(parcel.warehouse_id),
                        "ship_from": inventory.warehouse(parcel.warehouse_id).country,
                        "service_code": parcel.service_code,
                        "lines": [[variant, units] for variant, units in parcel.units.items()],
                        "weight_g": sum(weight[variant] * units for variant, units in parcel.units.items()),
                        "cost": {"minor": 0},
                    }
                    for parcel in parcels
                ],
                contents=contents,
                promised_from=today + timedelta(days=days[0]),
                promised_to=today + timedelta(days=days[1]),
            )
        ]
    )


def _approve(returned: Return, actor_id: UUID | None) -> None:
    _move(returned, rules.APPROVED, actor_id)
    jobs.fetch_label.defer(return_id=str(returned.pk))


def _close(returned: Return, status: str, actor_id: UUID | None) -> None:
    _move(returned, status, actor_id)
    returned.closed_at = clock.now()
    returned.save(update_fields=["closed_at", "answer"])
    held = [orders.RefundLine(line.line_id, line.quantity) for line in returned.lines.all()]
    orders.let_go_of_return(returned.order_id, held)
    inventory.release(returned.pk)


def _locked(return_id: UUID) -> Return:
    row = Return.objects.select_for_update().defer("label").filter(pk=return_id).first()
    if row is None:
        raise ReturnNotFound()
    return row


def _move(returned: Return, status: str, actor_id: UUID | None) -> None:
    if (returned.status, status) not in rules.TRANSITIONS:
        raise ReturnCannotChange()
    returned.status = status
    returned.save(update_fields=["status"])
    _note(returned, status, actor_id)


def _note(returned: Return, status: str, actor_id: UUID | None) -> None:
    audit.record(
        actor_id=actor_id,
        action=f"returns.{status}",
        object_type="return",
        object_id=str(returned.pk),
        after={"status": status, "number": returned.number},
        market=returned.market,
    )
