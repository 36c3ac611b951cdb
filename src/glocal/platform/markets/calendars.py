"""Days off: weekends by the Unicode CLDR (through Babel), public holidays from the `holidays` library."""

from datetime import date
from functools import lru_cache

from babel import Locale

from glocal.platform.markets.errors import UnknownMarket
from glocal.platform.markets.selectors import get
from glocal.platform.markets.types import Holiday, Market


@lru_cache(maxsize=256)
def holidays(market: Market, year: int) -> tuple[Holiday, ...]:
    """The market's national public holidays of a year by date, named in English where the library can.

    Islamic dates of coming years are estimates: authorities fix them by sighting the moon.
    """
    import holidays as library  # here, because its import takes most of a second and few processes ask

    known = library.country_holidays(market.code, years=year, language="en_US")
    return tuple(Holiday(day, name) for day, name in sorted(known.items()))


@lru_cache(maxsize=64)
def _weekend(country: str) -> frozenset[int]:
    """Days off each week, Monday 0."""
    week = Locale.parse(f"und_{country}")
    first, last = week.weekend_start, week.weekend_end
    return frozenset((first + offset) % 7 for offset in range((last - first) % 7 + 1))


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        market = get(country)
    except UnknownMarket:
        return frozenset()
    return frozenset(holiday.on for holiday in holidays(market, year))


def is_day_off(country: str, day: date) -> bool:
    """Whether it is a weekend or, in a market of ours, a public holiday there."""
    return day.weekday() in _weekend(country) or day in _holidays(country, day.year)
