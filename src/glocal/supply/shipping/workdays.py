"""Counting working days. Weekends by the Unicode CLDR (through Babel), public holidays by the markets package."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale

from glocal.platform.markets import facade as markets


@lru_cache(maxsize=64)
def _weekend(country: str) -> frozenset[int]:
    """Days off each week, Monday 0."""
    week = Locale.parse(f"und_{country}")
    first, last = week.weekend_start, week.weekend_end
    return frozenset((first + offset) % 7 for offset in range((last - first) % 7 + 1))


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        market = markets.get(country)
    except markets.UnknownMarket:
        return frozenset()
    return frozenset(holiday.on for holiday in markets.holidays(market, year))


def is_workday(day: date, country: str) -> bool:
    """Whether parcels move in ``country`` on that day."""
    return day.weekday() not in _weekend(country) and day not in _holidays(country, day.year)


@lru_cache(maxsize=4096)
def add_workdays(day: date, count: int, country: str) -> date:
    """The ``count``-th working day of ``country`` after ``day``; ``day`` itself for 0."""
    while count:
        day += timedelta(days=1)
        count -= is_workday(day, country)
    return day


def leaves_on(moment: datetime, *, country: str, time_zone: str, cutoff: time) -> date:
    """The day a parcel paid at ``moment`` (aware) leaves: today before the cut-off on a working day, else the next."""
    local = moment.astimezone(ZoneInfo(time_zone))
    today = local.date()
    return today if local.time() < cutoff and is_workday(today, country) else add_workdays(today, 1, country)
