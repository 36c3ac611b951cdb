"""Pure decisions about returns."""

from datetime import date, timedelta

from glocal.platform.markets import facade as markets

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
MOST_A_DAY = 5
"""Returns of one order within 24 hours."""
LAPSES_AFTER = timedelta(days=30)
"""How long after its label was made a return that its carrier has not seen is closed."""
ASK_EVERY = timedelta(minutes=30)
"""How often a carrier is asked about one return."""
CLAIM_AFTER = timedelta(days=5)
"""How long after the last promised day a parcel counts as lost."""


def last_day(market: str, reason: str, delivered: date, kind: str = "") -> date | None:
    """The last day, of the market's own time, to return goods of a kind for this reason; None: on none."""
    if reason in OUR_FAULT:
        return markets.last_day_of_guarantee(market, delivered)
    return markets.last_day_to_withdraw(market, delivered, kind)
