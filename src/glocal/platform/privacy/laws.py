"""The law of each market about personal data, from a file: facts with source and date, for a lawyer to confirm."""

import os
from functools import cache
from pathlib import Path

import msgspec
from django.utils.translation import gettext_noop

from glocal.platform.privacy.types import Law, Use

_OURS = Path(__file__).parent / "data" / "laws.yaml"

RIGHTS = {
    "access": gettext_noop("See what we hold about you, and get a copy"),
    "correct": gettext_noop("Have mistakes put right"),
    "erase": gettext_noop("Have it deleted, unless a law makes us keep it"),
    "restrict": gettext_noop("Have its use limited while a question is open"),
    "port": gettext_noop("Take it with you in a common format"),
    "object": gettext_noop("Object to a use that rests on our own interest"),
    "withdraw": gettext_noop("Take back a yes, as easily as you gave it"),
    "no_sale": gettext_noop("Say no to sale or sharing of your data; we do neither"),
    "no_disadvantage": gettext_noop("Use these rights without a worse price or service"),
    "automated": gettext_noop("Have a person look at a decision that a machine made alone"),
    "complain": gettext_noop("Complain to the authority"),
}
BASES = {
    "contract": gettext_noop("We need it to do what you ordered"),
    "duty": gettext_noop("The law asks for it"),
    "interest": gettext_noop("A safe shop is in our interest and in yours"),
    "consent": gettext_noop("You said yes"),
}
_LONG = gettext_noop("As long as tax and accounting law asks")
_ACCOUNT = gettext_noop("As long as you have the account")
USES = (
    Use(
        gettext_noop("Your order"),
        gettext_noop("Name, address, phone, e-mail, what you bought and what it cost"),
        "contract",
        _LONG,
    ),
    Use(
        gettext_noop("Your payment"),
        gettext_noop("Sum, way to pay, the last four digits of a card. Its number goes to the payment provider only."),
        "contract",
        _LONG,
    ),
    Use(
        gettext_noop("Delivery and customs"),
        gettext_noop("Name, address, phone, what is in the parcel and its value"),
        "contract",
        _LONG,
    ),
    Use(gettext_noop("Invoices and taxes"), gettext_noop("What an invoice has to show"), "duty", _LONG),
    Use(
        gettext_noop("Your account, if you have one"),
        gettext_noop("E-mail or phone, name, addresses, ways to sign in"),
        "contract",
        _ACCOUNT,
    ),
    Use(
        gettext_noop("Safety"),
        gettext_noop("IP address, kind of browser, times of sign-in"),
        "interest",
        gettext_noop("As long as the safety of accounts needs it"),
    ),
    Use(
        gettext_noop("Letters you asked for"),
        gettext_noop("E-mail and your choice"),
        "consent",
        gettext_noop("Until you say stop"),
    ),
)
"""What the product does with personal data, in every market."""


@cache
def _by_market() -> dict[str, Law]:
    path = Path(os.environ.get("GLOCAL_PRIVACY_LAWS") or _OURS)
    rows = msgspec.yaml.decode(path.read_bytes(), type=list[Law])
    unknown = {right for row in rows for right in row.rights} - RIGHTS.keys()
    if unknown:
        raise ValueError(f"{path}: there are no rights {', '.join(sorted(unknown))}")
    return {row.market: row for row in rows}


def law_of(market: str) -> Law:
    """What applies in a market, by country code. Raises KeyError for one that the file does not know."""
    return _by_market()[market]
