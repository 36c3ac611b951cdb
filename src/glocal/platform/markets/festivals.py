"""Festivals by market: which are on, which come, and from when to when the shop shows them.

Days are the market's own: ask with ``local_day``. What moves comes from the `holidays` library; days of
the Islamic calendar are estimates until the moon is seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from glocal.platform.markets.moving import days_of_holiday, days_of_lunar
from glocal.platform.markets.table import MARKETS

_FILE = Path(__file__).parent / "data" / "festivals.yaml"
_KEPT = Path(__file__).parent / "data" / "moving_days.yaml"
_DAY = timedelta(days=1)


class _Nth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The nth weekday of a month (-1: the last), ``plus`` days; ``instead`` days later if it is ``not_easter`` days
    after Easter.
    """

    month: int
    weekday: int
    nth: int
    plus: int
    not_easter: int | None = None
    instead: int = 0


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to find the first day; the others are empty."""

    day: str = ""
    nth: _Nth | None = None
    easter: int | None = None
    lunar: str = ""
    holiday: str = ""


class Festival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the table. ``name`` and ``greeting`` are English texts for gettext."""

    code: str
    name: str
    greeting: str
    markets: list[str]
    dates: Dates
    days: int
    lead: int
    tail: int
    tone: str
    kind: Literal["shopping", "feast"]
    source: str
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """A festival in one year of one market: its days, and those in which the shop shows it (both ends counted)."""

    festival: Festival
    market: str
    first: date
    last: date
    shown_from: date
    shown_to: date
    is_estimate: bool


@cache
def festivals() -> tuple[Festival, ...]:
    """Every row of the table."""
    return tuple(msgspec.yaml.decode(_FILE.read_bytes(), type=list[Festival]))


@lru_cache(maxsize=4096)
def festival_at(market: str, day: date) -> Occasion | None:
    """What the shop of a market shows on a day there: of several the one that is on, else the one nearest.

    Of several that are on, one that ``leads`` goes first, then a feast before a day for shopping, then the shorter one.
    No statement.
    """
    on = [row for row in occasions(market, day, day) if row.shown_from <= day <= row.shown_to]

    def rank(row: Occasion) -> tuple[int, bool, bool, int]:
        away = max((row.first - day).days, (day - row.last).days, 0)
        return away, not row.festival.leads, row.festival.kind != "feast", row.festival.days

    return min(on, key=rank, default=None)


def occasions(market: str, start: date, end: date) -> tuple[Occasion, ...]:
    """The festivals of a market that are shown at some time from ``start`` to ``end``, in the order of their days."""
    years = range(start.year - 1, end.year + 2)
    found = (row for year in years for row in _of_year(market, year))
    return tuple(row for row in found if row.shown_to >= start and row.shown_from <= end)


@lru_cache(maxsize=512)
def _of_year(market: str, year: int) -> tuple[Occasion, ...]:
    rows = [
        Occasion(
            festival,
            market,
            first,
            first + (festival.days - 1) * _DAY,
            first - festival.lead * _DAY,
            first + (festival.days - 1 + festival.tail) * _DAY,
            festival.dates.lunar == "ramadan" or festival.dates.holiday.startswith("Eid"),
        )
        for festival in festivals()
        if market in festival.markets
        for first in _first_days(festival, market, year)
    ]
    return tuple(sorted(rows, key=lambda row: (row.first, row.festival.code)))


def _first_days(festival: Festival, market: str, year: int) -> tuple[date, ...]:
    """The first day in a year; what the moon decides can come twice in one year, or not at all."""
    dates = festival.dates
    if dates.day:
        return (date.fromisoformat(f"{year}-{dates.day}"),)
    if dates.nth:
        return (_nth(dates.nth, year),)
    if dates.easter is not None:
        return (_easter(year) + dates.easter * _DAY,)
    kept = _kept_days().get(year)
    return tuple(kept[_key(dates, market)]) if kept else reckoned(dates, market, year)


def _key(dates: Dates, market: str) -> str:
    return dates.lunar or f"{dates.holiday}/{market}"


def reckoned(dates: Dates, market: str, year: int) -> tuple[date, ...]:
    """What the library says of a lunar day. Its import takes most of a second and 25 MB: ``_kept_days`` spares that."""
    if dates.lunar:
        return days_of_lunar(dates.lunar, year)
    return days_of_holiday(dates.holiday, MARKETS[market], year)


@cache
def _kept_days() -> dict[int, dict[str, list[date]]]:
    """What the library says, by year, as ``scripts/festivals`` wrote it down; a later year is asked of the library."""
    return msgspec.yaml.decode(_KEPT.read_bytes(), type=dict[int, dict[str, list[date]]])


def reckon(years: Iterable[int]) -> dict[int, dict[str, list[date]]]:
    """What ``_kept_days`` should hold of these years."""
    moving = [
        (row.dates, market) for row in festivals() if row.dates.lunar or row.dates.holiday for market in row.markets
    ]
    return {
        year: {_key(dates, market): list(reckoned(dates, market, year)) for dates, market in moving} for year in years
    }


def _nth(rule: _Nth, year: int) -> date:
    first = date(year, rule.month, 1)
    found = first + ((rule.weekday - first.weekday()) % 7) * _DAY + (max(rule.nth, 1) - 1) * 7 * _DAY
    while rule.nth < 0 and (found + 7 * _DAY).month == rule.month:
        found += 7 * _DAY
    if rule.not_easter is not None and found == _easter(year) + rule.not_easter * _DAY:
        found += rule.instead * _DAY
    return found + rule.plus * _DAY


def _easter(year: int) -> date:
    """Western Easter, by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)
