"""Counting working days; which days are off is the markets package's to say."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from glocal.platform.markets import facade as markets


def is_workday(day: date, country: str) -> bool:
    """Whether parcels move in ``country`` on that day."""
    return not markets.is_day_off(country, day)


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
