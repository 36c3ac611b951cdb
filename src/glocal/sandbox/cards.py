"""Test cards: what each number does, and the checks a real form makes (Luhn, expiry, security code)."""

import re
from datetime import UTC, datetime

import msgspec

from glocal.sandbox.errors import Refused

# number -> what happens when it pays. Any other number is refused, so that nobody types a real card here.
TEST_CARDS = {
    "4242424242424242": "approve",
    "5555555555554444": "approve",
    "6200000000000005": "approve",
    "378282246310005": "approve",
    "4000000000003220": "challenge",
    "4000000000009995": "insufficient_funds",
    "4000000000000069": "expired_card",
    "4000000000000002": "card_declined",
    "4000000000000077": "slow",
}
_BRANDS = (("4", "visa"), ("5", "mastercard"), ("34", "amex"), ("37", "amex"), ("62", "unionpay"))


class Instrument(msgspec.Struct, omit_defaults=True):
    """What is kept of a card or a wallet: enough to show it and to act it out, never the number."""

    kind: str
    outcome: str
    brand: str = ""
    last4: str = ""
    exp_month: int = 0
    exp_year: int = 0
    label: str = ""

    def public(self) -> dict[str, object]:
        if self.kind != "card":
            return {"kind": self.kind, "label": self.label}
        named = {"brand": self.brand, "last4": self.last4}
        return {"kind": "card", **named, "exp_month": self.exp_month, "exp_year": self.exp_year}


def luhn_valid(number: str) -> bool:
    """ISO/IEC 7812-1 check digit."""
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def read_card(number: str, expiry: str, cvc: str) -> Instrument:
    """The card somebody typed; ``expiry`` as MM/YY or MM/YYYY.

    Raises Refused, naming the field: number, expiry or cvc.
    """
    digits = re.sub(r"[\s-]", "", number)
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19 and luhn_valid(digits)):
        raise Refused(422, "invalid_number", "The card number is not complete or not right.", "number")
    month, year = _read_expiry(expiry)
    brand = next((name for prefix, name in _BRANDS if digits.startswith(prefix)), "card")
    if not re.fullmatch(r"[0-9]{4}" if brand == "amex" else r"[0-9]{3}", cvc.strip(), re.ASCII):
        raise Refused(422, "invalid_cvc", "The security code is 3 digits, 4 on American Express.", "cvc")
    if digits not in TEST_CARDS:
        raise Refused(
            422, "test_cards_only", "This is a sandbox: use one of its test cards, never a real one.", "number"
        )
    return Instrument("card", TEST_CARDS[digits], brand, digits[-4:], month, year)


def _read_expiry(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{1,2})\s*[/-]?\s*(\d{2}|20\d{2})\s*", text, re.ASCII)
    month, year = (int(match[1]), int(match[2]) % 100 + 2000) if match else (0, 0)
    if not 1 <= month <= 12:
        raise Refused(422, "invalid_expiry", "Write the expiry date as month and year, for example 04/29.", "expiry")
    today = datetime.now(UTC)
    if (year, month) < (today.year, today.month):
        raise Refused(422, "card_expired", "This card's date has passed.", "expiry")
    if year > today.year + 20:
        raise Refused(422, "invalid_expiry", "This expiry year is too far away.", "expiry")
    return month, year
