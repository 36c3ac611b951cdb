"""Prices as local people expect to see them: not 19.63 dollars but 19.99, not 587 baht but 589.

A market has bands of price points; a price goes to the nearest point of all its bands, up when two are as near. These
are customs of shops, not laws: change them here and new prices follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from glocal.platform.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Band:
    """The points ``ending`` + n x ``step`` from ``start`` on (minor units), up to the start of the next band."""

    start: int
    step: int
    ending: int


@dataclass(frozen=True, slots=True)
class Custom:
    bands: tuple[Band, ...]
    reason: str


def _custom(reason: str, *bands: tuple[int, int, int]) -> Custom:
    return Custom(tuple(Band(*band) for band in bands), reason)


_DOLLARS = _custom("x.99 is the common ending; from 100 on prices end in 9.99", (0, 100, 99), (10_000, 1_000, 999))
_EURO = _custom(
    "x,99 is the common ending; from 100 on whole amounts that end in 9", (0, 100, 99), (10_000, 1_000, 900)
)
_GULF = _custom("whole amounts: fils and halala coins are hardly used and read as imported prices", (0, 100, 0))

CUSTOMS: Mapping[str, Custom] = {
    "TH": _custom("whole baht that end in 9; from 1,000 on in 90", (0, 1_000, 900), (100_000, 10_000, 9_000)),
    "VN": _custom(
        "thousands of dong that end in 9,000; from a million on in 90,000",
        (0, 10_000, 9_000),
        (1_000_000, 100_000, 90_000),
    ),
    "ID": _custom(
        "thousands of rupiah that end in 9.000; from a million on in 99.000",
        (0, 10_000, 9_000),
        (1_000_000, 100_000, 99_000),
    ),
    "MY": _custom(
        "x.90, as 1-sen coins are gone; from 100 on whole amounts that end in 9", (0, 100, 90), (10_000, 1_000, 900)
    ),
    "SG": _custom(
        "x.90, as 1-cent coins are gone; from 100 on whole amounts that end in 9", (0, 100, 90), (10_000, 1_000, 900)
    ),
    "PH": _custom("whole pesos that end in 9; from 1,000 on in 99", (0, 1_000, 900), (100_000, 10_000, 9_900)),
    "US": _DOLLARS,
    "CA": _DOLLARS,
    "GB": _EURO,
    "DE": _EURO,
    "FR": _EURO,
    "AE": _GULF,
    "SA": _GULF,
    "MX": _custom("whole pesos that end in 9; from 1,000 on in 99", (0, 1_000, 900), (100_000, 10_000, 9_900)),
    "BR": _custom("x,90 is the common ending; from 100 on prices end in 9,90", (0, 100, 90), (10_000, 1_000, 990)),
}


def local_price(money: Money, market: str) -> Money:
    """The price point of ``market`` nearest to ``money`` (in that market's currency), never zero.

    A market without a custom keeps the amount. A dearer amount never gets a cheaper point.
    """
    custom = CUSTOMS.get(market)
    if custom is None or money.minor <= 0:
        return money
    nearest = min(_candidates(custom, money.minor), key=lambda point: (abs(point - money.minor), -point))
    return Money(nearest, money.currency)


def _candidates(custom: Custom, minor: int) -> list[int]:
    """Of each band the last point at or below ``minor`` and the first above it, as far as the band has them."""
    points = []
    ends = [band.start for band in custom.bands[1:]]
    for band, end in zip(custom.bands, [*ends, None], strict=True):
        first = max(band.start, 1)
        first += (band.ending - first) % band.step
        below = minor - (minor - band.ending) % band.step
        points += [
            point for point in (first, below, below + band.step) if point >= first and (end is None or point < end)
        ]
        if end is not None:
            points.append(end - 1 - (end - 1 - band.ending) % band.step)
    return points
