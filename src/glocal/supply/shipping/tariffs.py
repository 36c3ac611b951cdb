"""Tariffs: the seed file into tables, and the tables into what planning reads, kept in the process."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from importlib import resources
from typing import Any

import yaml
from django.db.models import Q

from glocal.events.shipping import TariffsChanged
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.supply.shipping.errors import TariffInvalid
from glocal.supply.shipping.models import RateRow, Service, Zone
from glocal.supply.shipping.rules import Area, PricedService, Step
from glocal.supply.shipping.types import PROMISES, Destination, RateUsed

# A converted price is rounded up to a whole number of these major units: nobody quotes postage of 123,457 dong.
_TIDY = {
    "VND": Decimal(1000),
    "IDR": Decimal(500),
    "THB": Decimal(1),
    "PHP": Decimal(1),
    "MXN": Decimal(1),
    "CNY": Decimal(1),
}
_TIDY_ELSEWHERE = Decimal("0.10")


@dataclass(frozen=True, slots=True)
class _Reach:
    """A service with the areas it reaches, priced in one currency for one day."""

    ship_from: str
    areas: tuple[Area, ...]
    service: PricedService


_kept: ProcessCache[tuple[str, date], Mapping[str, Sequence[_Reach]]] = ProcessCache(seconds=30, size=64)


def services_to(place: Destination, currency: str, on: date) -> Mapping[str, tuple[PricedService, ...]]:
    """Services that reach ``place`` on a day, by the country they leave from, priced in ``currency``.

    No statement while the tables are warm; one for the rates and those of ``markets.rate`` when cold.
    Raises MissingRate.
    """
    found: dict[str, list[PricedService]] = defaultdict(list)
    for reach in _kept.get((currency, on), lambda: _load(currency, on)).get(place.country, ()):
        if any(area.covers(place) for area in reach.areas):
            found[reach.ship_from].append(reach.service)
    return {country: tuple(services) for country, services in found.items()}


def _load(currency: str, on: date) -> Mapping[str, Sequence[_Reach]]:
    """Services by the country they reach."""
    in_time = Q(valid_to=None) | Q(valid_to__gt=on), Q(valid_from__lte=on)
    valid = RateRow.objects.filter(*in_time, superseded_at=None, service__active=True)
    rows: dict[str, list[RateRow]] = defaultdict(list)
    for row in valid.select_related("service__zone").order_by("service_id", "valid_from"):
        rows[row.service_id].append(row)
    reaching: dict[str, list[_Reach]] = defaultdict(list)
    for found in rows.values():
        reach = _reach(found, currency, on)
        for country in {area.country for area in reach.areas}:
            reaching[country].append(reach)
    return reaching


def _reach(rows: list[RateRow], currency: str, on: date) -> _Reach:
    service = rows[0].service
    # Where two rows of one step are valid, the one that began later stands.
    newest = {(row.weight_to_g, row.value_to_minor): row for row in rows}
    found = markets.rate(rows[0].currency, currency, on)
    exchanged = rows[0].currency != currency
    rate = found.rate
    figures = (found.rate, found.on, found.source)
    steps = sorted(
        (
            Step(
                row.weight_to_g,
                None if row.value_to_minor is None else _convert(row.value_to_minor, row.currency, rate, currency),
                tidy(Money(row.price_minor, row.currency).exchange(rate, currency)).minor,
                RateUsed(row.pk, Money(row.price_minor, row.currency), *(figures if exchanged else ())),
            )
            for row in newest.values()
        ),
        key=lambda step: (step.price, step.weight_g),
    )
    priced = PricedService(service.code, service.promise, service.days_min, service.days_max, tuple(steps))
    return _Reach(service.ship_from, areas_of(service.zone.areas), priced)


def _convert(minor: int, base: str, rate: Decimal, currency: str) -> int:
    return Money(minor, base).exchange(rate, currency).minor


def tidy(price: Money) -> Money:
    """``price`` rounded up to a step in which postage is usually quoted in its currency."""
    step = _TIDY.get(price.currency, _TIDY_ELSEWHERE)
    return Money.of((price.amount / step).to_integral_value(ROUND_CEILING) * step, price.currency)


def areas_of(rows: list[dict[str, Any]]) -> tuple[Area, ...]:
    """Areas as a zone's JSON or YAML writes them."""
    return tuple(
        Area(
            country=row["country"],
            regions=frozenset(row.get("regions", ())),
            not_regions=frozenset(row.get("not_regions", ())),
            postcodes=tuple(row.get("postcodes", ())),
            not_postcodes=tuple(row.get("not_postcodes", ())),
        )
        for row in rows
    )


def seed_tariffs() -> int:
    """Load the demonstration tariffs the product comes with, once; returns how many services (0: they were there).

    What operators changed since stays as it is.
    """
    text = (resources.files("glocal.supply.shipping") / "data/tariffs.yaml").read_text()
    table = yaml.safe_load(text)
    return 0 if RateRow.objects.filter(source=table["source"]).exists() else save_tariffs(table)


@transactional
def save_tariffs(table: Mapping[str, Any]) -> int:
    """Add or refresh zones, services and rates from a table of the shape of data/tariffs.yaml.

    Rates that began earlier end where the new ones begin. No row is deleted or changed: orders name the ones that they
    were charged by. The same table again changes nothing. Raises TariffInvalid.
    """
    for row in table["services"]:
        _check(row, table)
    Zone.objects.bulk_create(
        (Zone(code=code, areas=areas) for code, areas in table["zones"].items()),
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["areas"],
    )
    services = [_service(row, table["names"]) for row in table["services"]]
    Service.objects.bulk_create(
        services,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[field.name for field in Service._meta.concrete_fields if not field.primary_key],
    )
    _save_rates(table)
    publish(TariffsChanged(change_id=uuid7(), services=tuple(service.code for service in services)))
    _kept.clear()
    return len(services)


def _service(row: Mapping[str, Any], names: Mapping[str, Any]) -> Service:
    return Service(
        code=row["code"],
        name=names[row["promise"]],
        carrier=row.get("carrier", "sandbox"),
        carrier_service=row["carrier_service"],
        ship_from=row["from"],
        zone_id=row["zone"],
        promise=row["promise"],
        days_min=row["days"][0],
        days_max=row["days"][1],
    )


def _check(row: Mapping[str, Any], table: Mapping[str, Any]) -> None:
    faults = {
        "zone": row["zone"] not in table["zones"],
        "promise": row["promise"] not in PROMISES,
        "days": not 0 <= row["days"][0] <= row["days"][1],
        "rates": not row["rates"] or any(weight <= 0 or price < 0 for weight, price in row["rates"].items()),
    }
    for name, wrong in faults.items():
        if wrong:
            raise TariffInvalid(field=name, where=f"{row['code']}.{name}", fault=repr(row[name]))


def _save_rates(table: Mapping[str, Any]) -> None:
    begins = date.fromisoformat(str(table["valid_from"]))
    wanted = {_facts(row): row for row in _rows(table, begins)}
    known = RateRow.objects.filter(service_id__in=[row["code"] for row in table["services"]], superseded_at=None)
    gone = [row.pk for row in known.filter(valid_from__gte=begins) if wanted.pop(_facts(row), None) is None]
    RateRow.objects.filter(pk__in=gone).update(superseded_at=clock.now())
    known.filter(Q(valid_to=None) | Q(valid_to__gt=begins), valid_from__lt=begins).update(valid_to=begins)
    RateRow.objects.bulk_create(wanted.values())


def _rows(table: Mapping[str, Any], begins: date) -> Iterator[RateRow]:
    for row in table["services"]:
        for weight, price in row["rates"].items():
            yield RateRow(
                service_id=row["code"],
                weight_to_g=weight,
                value_to_minor=Money.of(str(row["value_up_to"]), row["currency"]).minor
                if "value_up_to" in row
                else None,
                currency=row["currency"],
                price_minor=Money.of(str(price), row["currency"]).minor,
                valid_from=begins,
                source=table["source"],
            )


def _facts(row: RateRow) -> tuple[object, ...]:
    step = row.service_id, row.weight_to_g, row.value_to_minor, row.valid_from, row.valid_to
    return *step, row.currency, row.price_minor, row.source
