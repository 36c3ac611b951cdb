"""Until when things may be sent back: by law, with its source (``data/withdrawal.yaml``), and by our own promise."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from glocal.platform.markets.calendars import is_day_off

KINDS = ("", "sealed", "digital", "made_to_order", "perishable")
"""Kinds of goods that come back under rules of their own; the empty one is all the others."""
SEALED = "sealed"


class Law(msgspec.Struct, frozen=True):
    """What a market's law gives for a change of mind; ``days`` after the day of delivery, 0 where it gives nothing."""

    market: str
    days: int
    guarantee: int
    law: str
    confidence: Literal["high", "medium", "low"]
    sources: list[dict[str, str]]
    count: Literal["calendar", "working"] = "calendar"
    next_working_day: bool = False
    delivery_back: bool = False
    excluded: frozenset[str] = frozenset()
    unconfirmed: list[str] = []


class OwnPromise(msgspec.Struct, frozen=True):
    """What the shop gives everywhere."""

    days: int
    delivery_back: bool
    excluded: frozenset[str]


class _File(msgspec.Struct):
    own_promise: OwnPromise
    markets: list[Law]


@cache
def _file() -> _File:
    return msgspec.yaml.decode((Path(__file__).parent / "data" / "withdrawal.yaml").read_bytes(), type=_File)


@cache
def _laws() -> dict[str, Law]:
    return {row.market: row for row in _file().markets}


def law_of(market: str) -> Law:
    """What the law of a market gives. Raises KeyError for one we do not sell in."""
    return _laws()[market]


def own_promise() -> OwnPromise:
    return _file().own_promise


def last_day_by_law(market: str, delivered: date, kind: str = "") -> date | None:
    """The last day, of the market's own time, that the law gives; None where it gives none for this kind of goods."""
    law = law_of(market)
    if not law.days or kind in law.excluded:
        return None
    day, left = delivered, law.days
    while left:
        day += timedelta(days=1)
        left -= law.count == "calendar" or not is_day_off(market, day)
    while law.next_working_day and is_day_off(market, day):
        day += timedelta(days=1)
    return day


def last_day_to_withdraw(market: str, delivered: date, kind: str = "") -> date | None:
    """The later of the law's last day and the shop's own; None for goods that do not come back for a change of mind."""
    own = own_promise()
    promised = None if kind in own.excluded else delivered + timedelta(days=own.days)
    return max((day for day in (promised, last_day_by_law(market, delivered, kind)) if day), default=None)


def last_day_of_guarantee(market: str, delivered: date) -> date:
    return delivered + timedelta(days=law_of(market).guarantee)


def delivery_comes_back(market: str, delivered: date, asked: date, kinds: Iterable[str]) -> bool:
    """Whether who withdraws a whole order on the day ``asked`` is paid its outbound delivery back too."""
    by_law = [last_day_by_law(market, delivered, kind) for kind in kinds]
    owed = law_of(market).delivery_back and all(day is not None and asked <= day for day in by_law)
    return owed or own_promise().delivery_back
