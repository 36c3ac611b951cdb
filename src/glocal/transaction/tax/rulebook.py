"""Rows made ready for working out: compiled once per version, narrowed to a market, region and day once, then kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from glocal.transaction.tax.errors import MarketNotCovered
from glocal.transaction.tax.rule_format import Area, Layer, Row, RuleFile, Value, as_plain

_KEPT = 2000
_NONE = Decimal(0)
_EXACT = Context(prec=50)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A row and the charge of its layer. ``facts`` is the row as evidence stores it."""

    id: str
    charge: str
    row: Row
    facts: dict[str, Any]
    rate: Decimal | None
    hs: tuple[str, ...]
    hs_not: tuple[str, ...]
    value: Value | None

    @classmethod
    def of(cls, row: Row, charge: str) -> "Rule":
        rate = None if row.rate is None else _own_share(row.rate, inside=row.inside)
        facts = {"charge": charge, "row": as_plain(row)}
        return cls(row.id, charge, row, facts, rate, row.when.hs, row.when.hs_not, row.when.value)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Rule":
        return cls.of(msgspec.convert(facts["row"], Row), facts["charge"])

    @property
    def doubt(self) -> str | None:
        """The code of the reason why this row is no certain ground, if it is not."""
        if self.row.indicated:
            return "rate_indicated"
        if self.row.confidence == "low" or (self.row.confidence == "medium" and self.row.unconfirmed):
            return "rule_unconfirmed"
        return None


def _own_share(rate: Decimal, *, inside: bool) -> Decimal:
    """The rate on the base without the tax: a tax that is part of its own base takes a / (1 - a) of the rest."""
    return _EXACT.divide(rate, 1 - rate) if inside else rate


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """A rule chosen for a line, the row its rate came from (if not its own) and the rate on the base without tax."""

    rule: Rule
    rate_rule: Rule | None
    rate: Decimal

    @classmethod
    def of(cls, rule: Rule, rate_rule: Rule | None) -> "Applied":
        if rule.rate is not None or rate_rule is None or rate_rule.row.rate is None:
            return cls(rule, None, rule.rate or _NONE)
        return cls(rule, rate_rule, _own_share(rate_rule.row.rate, inside=rule.row.inside))

    @property
    def shown_rate(self) -> Decimal | None:
        """The percentage as the law names it."""
        return self.rate_rule.row.rate if self.rate_rule else self.rule.row.rate


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A layer and those of its rows in force that charge something, or state that nothing is due."""

    layer: Layer
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """The rows of one market and region on one day. ``currencies``: those of their thresholds and amounts."""

    area: Area
    on: date
    stages: tuple[Stage, ...]
    rates: Mapping[str, tuple[Rule, ...]]
    currencies: frozenset[str]
    origin_matters: bool


class Rulebook:
    """One version of all the rules."""

    def __init__(self, areas: Iterable[tuple[Area, Iterable[Row]]]) -> None:
        self._areas: dict[str, tuple[Area, ZoneInfo, tuple[Rule, ...], frozenset[str]]] = {}
        self._in_force: dict[tuple[str, str | None, date], InForce] = {}
        for area, rows in areas:
            charges = {layer.name: layer.charge for layer in area.layers}
            rules = tuple(Rule.of(row, charges[row.layer]) for row in rows)
            regions = frozenset(region for rule in rules for region in rule.row.when.regions)
            for member in area.members:
                self._areas[member] = (area, ZoneInfo(area.time_zone), rules, regions)

    @classmethod
    def from_files(cls, files: Iterable[RuleFile]) -> "Rulebook":
        return cls((content.area, content.rules) for content in files)

    @property
    def markets(self) -> frozenset[str]:
        return frozenset(self._areas)

    def in_force(self, market: str, region: str | None, at: datetime) -> InForce:
        """The rows for ``market`` on the day that ``at`` is there. Raises MarketNotCovered."""
        if market not in self._areas:
            raise MarketNotCovered(field="market", market=market)
        area, zone, rules, regions = self._areas[market]
        on = at.astimezone(zone).date()
        known = region if region is None or region in regions else "?"  # the key must not grow with what people type
        found = self._in_force.get((market, known, on))
        if found is None:
            if len(self._in_force) >= _KEPT:
                self._in_force.clear()
            found = self._in_force[market, known, on] = _narrow(area, rules, market, known, on)
        return found


def _narrow(area: Area, rules: Iterable[Rule], market: str, region: str | None, on: date) -> InForce:
    kept = [rule for rule in rules if _is_for(rule.row, market, region, on)]
    stages = tuple(
        Stage(layer, tuple(rule for rule in kept if rule.row.layer == layer.name and rule.row.kind != "rate"))
        for layer in area.layers
    )
    rates = {
        layer.name: tuple(rule for rule in kept if rule.row.layer == layer.name and rule.row.kind == "rate")
        for layer in area.layers
    }
    amounts = [
        amount for rule in kept for amount in (rule.row.amount, rule.row.minus, rule.value) if amount is not None
    ]
    return InForce(
        area=area,
        on=on,
        stages=stages,
        rates=rates,
        currencies=frozenset(amount.currency for amount in amounts),
        origin_matters=any(rule.row.when.origin for rule in kept),
    )


def _is_for(row: Row, market: str, region: str | None, on: date) -> bool:
    when = row.when
    return (
        row.valid_from <= on
        and (row.valid_to is None or on <= row.valid_to)
        and (not when.countries or market in when.countries)
        and (not when.regions or region in when.regions)
    )
