"""From an order to what a shopper can choose."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext, gettext_noop

from glocal.platform.kernel.money import Money, total
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import tariffs, workdays
from glocal.supply.shipping.rules import Line, Place, Plan, PricedService, SentParcel, offered, why_missing
from glocal.supply.shipping.types import (
    PROMISES,
    Destination,
    MissingOption,
    PlanItem,
    PlannedParcel,
    ShippingOption,
    ShippingOptions,
)

_SENTENCES = {
    "out_of_stock": gettext_noop("Only {available} of an item are left."),
    "no_service": gettext_noop("No {service} delivery goes to this address."),
    "no_stock_there": gettext_noop("No warehouse with {service} delivery to this address has all the items."),
    "too_heavy": gettext_noop("{service} delivery takes up to {most} kg; this order weighs {weight} kg."),
    "value_cap": gettext_noop("{service} delivery takes goods up to {most}; these are worth {value}."),
    "cannot_combine": gettext_noop("No mix of parcels by {service} delivery can carry this order."),
    "not_cheaper": gettext_noop("{service} delivery would not be cheaper than a faster one."),
    "not_faster": gettext_noop("{service} delivery would not be faster than a cheaper one."),
}
_NAMES = {
    "economy": gettext_noop("Economy"),
    "standard": gettext_noop("Standard"),
    "express": gettext_noop("Express"),
}


def options(
    *,
    destination: Destination,
    items: Sequence[PlanItem],
    stock: Mapping[UUID, Sequence[inventory.StockAt]],
    currency: str,
    on: datetime,
    only: str | None = None,
) -> ShippingOptions:
    """How the items can be sent at ``on`` (aware): the cheapest plan for each promise, and why a promise is missing.

    When ``only`` is a promise that can be kept it is answered alone, with no word about the others.

    Economy is the cheapest of all services; standard and express are the cheapest that keep their promise. Costs are
    in ``currency``, as are the items' values. Dates count working days, from the warehouse's cut-off on. No statement
    while tariffs, warehouses and exchange rates are warm. Raises MissingRate.
    """
    lines = _lines(items)
    services = tariffs.services_to(destination, currency, on.date())
    places = _places(lines, stock, services, destination.country)
    plans = offered(lines, places)
    if only in plans:
        return ShippingOptions((_option(only, plans[only], destination, currency, on),), ())
    chosen = [_option(code, plan, destination, currency, on) for code, plan in plans.items()]
    served = {service.promise for leaving in services.values() for service in leaving}
    missing = [
        _missing(code, why_missing(lines, places, code, served=code in served), currency)
        for code in PROMISES
        if code not in plans
    ]
    return ShippingOptions(tuple(chosen), tuple(missing))


def reaches(service_codes: Collection[str], destination: Destination, currency: str, on: date) -> bool:
    """Whether each of these services goes to ``destination`` on a day; one costs the same wherever it goes."""
    there = tariffs.services_to(destination, currency, on)
    return set(service_codes) <= {service.code for leaving in there.values() for service in leaving}


def _lines(items: Sequence[PlanItem]) -> list[Line]:
    """One line per variant, whatever the caller's were."""
    units: dict[UUID, int] = {}
    for item in items:
        units[item.variant_id] = units.get(item.variant_id, 0) + item.quantity
    first = {item.variant_id: item for item in reversed(items)}
    return [Line(key, count, first[key].weight_g, first[key].value.minor) for key, count in units.items()]


def _places(
    lines: Sequence[Line],
    stock: Mapping[UUID, Sequence[inventory.StockAt]],
    services: Mapping[str, tuple[PricedService, ...]],
    country: str,
) -> list[Place]:
    """Warehouses that have something of the order, nearest first."""
    free: dict[UUID, dict[UUID, int]] = {}
    for line in lines:
        for place in stock.get(line.variant_id, ()):
            if place.available > 0:
                free.setdefault(place.warehouse_id, {})[line.variant_id] = place.available
    near_first = sorted(
        (warehouse for warehouse in inventory.warehouses() if warehouse.id in free),
        key=lambda warehouse: (warehouse.country != country, warehouse.kind == "home", warehouse.code),
    )
    return [
        Place(warehouse.id, warehouse.country, free[warehouse.id], services.get(warehouse.country, ()))
        for warehouse in near_first
    ]


def _option(code: str, plan: Plan, destination: Destination, currency: str, on: datetime) -> ShippingOption:
    parcels = tuple(_parcel(sent, currency) for sent in plan.parcels)
    earliest, latest = arrival([(parcel.warehouse_id, *parcel.way) for parcel in parcels], destination.country, on)
    return ShippingOption(code, total((parcel.cost for parcel in parcels), currency), earliest, latest, parcels)


def _parcel(sent: SentParcel, currency: str) -> PlannedParcel:
    cost = Money(sent.cost, currency)
    return PlannedParcel(
        sent.place.warehouse_id,
        sent.place.country,
        sent.service.code,
        sent.lines,
        cost,
        sent.weight_g,
        sent.rate,
        (sent.service.days_min, sent.service.days_max),
    )


def arrival(parcels: Iterable[tuple[UUID, int, int]], country: str, on: datetime) -> tuple[date, date]:
    """The first day on which one of the parcels may come, and the last, for an order of ``on`` (aware).

    Each parcel is its warehouse and the least and most working days on its way (``PlannedParcel.way``). Days are of the
    calendar in ``country``. No statement while the warehouses are warm. Raises ValueError without a parcel.
    """
    first, last = zip(*(_days(warehouse_id, way, country, on) for warehouse_id, *way in parcels), strict=True)
    return min(first), max(last)


def _days(warehouse_id: UUID, way: Sequence[int], country: str, on: datetime) -> tuple[date, date]:
    warehouse = inventory.warehouse(warehouse_id)
    leaves = workdays.leaves_on(on, country=warehouse.country, time_zone=warehouse.time_zone, cutoff=warehouse.cutoff)
    least, most = way
    return workdays.add_workdays(leaves, least, country), workdays.add_workdays(leaves, most, country)


def _missing(code: str, why: tuple[str, dict[str, Any]], currency: str) -> MissingOption:
    reason, details = why
    for name in ("value", "most_value"):
        if name in details:
            details[name] = Money(details[name], currency)
    return MissingOption(code, reason, details)


def explain(missing: MissingOption, language: str | None = None) -> str:
    """A sentence for people, in ``language`` or the one that is active, that says why an option is missing."""
    language = language or get_language() or "en"
    details = missing.details
    figures: dict[str, Any] = {"service": gettext(_NAMES[missing.code]), "available": details.get("available", 0)}
    if missing.reason == "too_heavy":
        figures |= {
            "weight": _kilograms(details["weight_g"], language),
            "most": _kilograms(details["most_g"], language),
        }
    if missing.reason == "value_cap":
        figures |= {
            "value": markets.format_money(details["value"], language),
            "most": markets.format_money(details["most_value"], language),
        }
    return gettext(_SENTENCES[missing.reason]).format(**figures)


def _kilograms(grams: int, language: str) -> str:
    return markets.format_number(Decimal(grams) / 1000, language)
