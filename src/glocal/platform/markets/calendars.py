"""Public holidays, from the `holidays` library."""

from functools import lru_cache

from glocal.platform.markets.types import Holiday, Market


@lru_cache(maxsize=256)
def holidays(market: Market, year: int) -> tuple[Holiday, ...]:
    """The market's national public holidays of a year by date, named in English where the library can.

    Islamic dates of coming years are estimates: authorities fix them by sighting the moon.
    """
    import holidays as library  # here, because its import takes most of a second and few processes ask

    known = library.country_holidays(market.code, years=year, language="en_US")
    return tuple(Holiday(day, name) for day, name in sorted(known.items()))
