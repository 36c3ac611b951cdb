"""Who sells in which market, from a data file."""

import os
from functools import cache
from pathlib import Path

import msgspec

from glocal.transaction.invoices.types import Seller

_DEMO = Path(__file__).parent / "data" / "sellers.yaml"


@cache
def _by_market() -> dict[str, Seller]:
    path = Path(os.environ.get("GLOCAL_SELLERS") or _DEMO)
    sellers = msgspec.yaml.decode(path.read_bytes(), type=list[Seller])
    return {market: seller for seller in sellers for market in seller.registrations}


def seller_in(market: str) -> Seller:
    """The legal seller of a market. Raises KeyError for a market that the data file does not know."""
    return _by_market()[market]


def is_demo() -> bool:
    """Whether the sellers are the made-up ones: the installation has not named its own."""
    return not os.environ.get("GLOCAL_SELLERS")
