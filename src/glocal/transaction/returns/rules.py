"""Pure decisions about returns."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec

REQUESTED, APPROVED, IN_TRANSIT, RECEIVED = "requested", "approved", "in_transit", "received"
REFUNDED, EXCHANGED, REFUSED, WITHDRAWN = "refunded", "exchanged", "refused", "withdrawn"

# Every step a return can take. The database refuses all others (migration 0002), and a test holds the two together.
TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        (REQUESTED, APPROVED),
        (REQUESTED, REFUSED),
        (REQUESTED, WITHDRAWN),
        (APPROVED, WITHDRAWN),
        (APPROVED, IN_TRANSIT),
        (APPROVED, RECEIVED),  # brought in without a scan on the way
        (IN_TRANSIT, RECEIVED),
        (RECEIVED, REFUNDED),
        (RECEIVED, EXCHANGED),
        (RECEIVED, REFUSED),
    }
)

CHANGED_MIND, TOO_SMALL, TOO_BIG = "changed_mind", "too_small", "too_big"
DAMAGED, WRONG_ITEM, NOT_AS_SHOWN = "damaged", "wrong_item", "not_as_shown"
REASONS = (CHANGED_MIND, TOO_SMALL, TOO_BIG, DAMAGED, WRONG_ITEM, NOT_AS_SHOWN)
OUR_FAULT = frozenset({DAMAGED, WRONG_ITEM, NOT_AS_SHOWN})
"""We look at photos first, pay back the delivery as well, and it may be told of for longer."""

MOST_PHOTOS = 5
CLAIM_AFTER = timedelta(days=5)
"""How long after the last promised day a parcel counts as lost."""


class Window(msgspec.Struct, frozen=True):
    """Days after delivery, as the shop promises them: no law was checked."""

    withdrawal: int
    guarantee: int


class _Windows(msgspec.Struct):
    own_promise: int
    markets: dict[str, Window]
    default: Window


@cache
def _windows() -> _Windows:
    path = Path(__file__).parent / "data" / "windows.yaml"
    return msgspec.yaml.decode(path.read_bytes(), type=_Windows)


def last_day(market: str, reason: str, delivered: date) -> date:
    """The last day, of the market's own time, on which things may be returned for this reason."""
    kept = _windows()
    window = kept.markets.get(market, kept.default)
    days = window.guarantee if reason in OUR_FAULT else max(window.withdrawal, kept.own_promise)
    return delivered + timedelta(days=days)
