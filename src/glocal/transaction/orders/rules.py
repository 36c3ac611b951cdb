"""Pure decisions about orders."""

import hashlib
import secrets
from datetime import datetime, timedelta

from glocal.platform.kernel.money import Money

PLACED, PAID, PACKING, SHIPPED, DELIVERED = "placed", "paid", "packing", "shipped", "delivered"
CANCELLED, EXPIRED = "cancelled", "expired"

# Every step an order can take. The database refuses all others (migration 0002), and a test holds the two together.
TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        (PLACED, PAID),
        (PLACED, EXPIRED),
        (PLACED, CANCELLED),
        (EXPIRED, PAID),  # the payment came late and the stock was still there
        (PAID, PACKING),
        (PAID, SHIPPED),
        (PAID, CANCELLED),
        (PACKING, SHIPPED),
        (PACKING, CANCELLED),
        (SHIPPED, DELIVERED),
    }
)

CANCELLABLE = frozenset(step[0] for step in TRANSITIONS if step[1] == CANCELLED)

OPEN = frozenset({PLACED, PAID, PACKING, SHIPPED})
"""Something is still to happen to the order."""

# Crockford's base 32: no I, L, O or U, so that a number read aloud or typed from paper is the same number.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number() -> str:
    """A number people can read aloud: ``G7K3-92QF``; 2^40 of them, unique by the database."""
    letters = [_LETTERS[byte % 32] for byte in secrets.token_bytes(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def new_token() -> str:
    """The secret of a guest's order link, 128 bits."""
    return secrets.token_urlsafe(16)


LINK_LIVES = timedelta(days=180)
"""How long the link of an order opens it after it was delivered or closed, or after something new happened to it."""
LINK_MAILED_EVERY = timedelta(minutes=10)


def link_alive(until: datetime | None, now: datetime) -> bool:
    return until is None or until > now


def digest_of(secret: str) -> str:
    """What a link's token, or an address in lower case, is compared by where it must not be kept itself."""
    return hashlib.sha256(secret.encode()).hexdigest()


def part_of(whole: Money, quantity: int, before: int, of: int) -> Money:
    """The share of ``quantity`` units in a line's amount, ``before`` units of which were already given back.

    Cumulative, so that refunding a line unit by unit gives back exactly ``whole``.
    """
    upto = whole.minor * (before + quantity) // of
    return Money(upto - whole.minor * before // of, whole.currency)


def units_within(money: Money, whole: Money, before: int, of: int) -> int:
    """How many more units of a line ``money`` gives back, ``before`` of which were already."""
    return max(units for units in range(of - before + 1) if part_of(whole, units, before, of).minor <= money.minor)
