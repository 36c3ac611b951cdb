"""Days that move with sun and moon, from the calendars of the `holidays` library."""

from datetime import date

from glocal.platform.markets.calendars import holidays
from glocal.platform.markets.table import MARKETS
from glocal.platform.markets.types import Market


def days_of_lunar(name: str, year: int) -> tuple[date, ...]:
    """The days of a year on which something of a lunar calendar begins. Raises KeyError for a name none has."""
    from holidays.calendars.chinese import _ChineseLunisolar
    from holidays.calendars.hindu import _HinduLunisolar
    from holidays.calendars.islamic import _IslamicLunar
    from holidays.calendars.thai import _ThaiLunisolar

    if name == "ramadan":
        return tuple(day for day, _estimated in _IslamicLunar().ramadan_beginning_dates(year) if day.year == year)
    if name == "loy_krathong":
        found = _ThaiLunisolar().loy_krathong_date(year)
        return (found,) if found else ()
    if name == "deepavali":  # Singapore's list, where it is not far off: of years not announced yet it has wrong months
        indian = days_of_lunar("diwali", year)
        announced = days_of_holiday("Diwali", MARKETS["SG"], year)
        return announced if announced and indian and abs((announced[0] - indian[0]).days) <= 2 else indian
    of_calendar = {
        "lunar_new_year": _ChineseLunisolar().lunar_new_year_date,
        "mid_autumn": _ChineseLunisolar().mid_autumn_date,
        "diwali": _HinduLunisolar().diwali_india_date,
    }[name]
    day, _estimated = of_calendar(year)
    return (day,) if day else ()


def days_of_holiday(name: str, market: Market, year: int) -> tuple[date, ...]:
    """First days of a holiday in the country's list; a second day is none, nor is a day off in its stead."""
    found: list[date] = []
    before: date | None = None
    for row in holidays(market, year):
        if name in row.name and "(observed" not in row.name and "in lieu" not in row.name:
            if before is None or (row.on - before).days > 20:
                found.append(row.on)
            before = row.on
    return tuple(found)
