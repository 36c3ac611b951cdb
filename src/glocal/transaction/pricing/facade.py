"""Prices as other packages see them. The catalogue keeps a copy of what holds now; here is the history and the plan."""

from glocal.transaction.pricing.errors import PriceCurrencyWrong, PriceNotPositive, PriceTimesWrong
from glocal.transaction.pricing.rounding import local_price
from glocal.transaction.pricing.selectors import THIRTY_DAYS, TOLD, history, lowest_of_30_days, recent, reductions
from glocal.transaction.pricing.services import from_base, set_prices
from glocal.transaction.pricing.types import NewPrice, PastPrice, Reduction

__all__ = [
    "THIRTY_DAYS",
    "TOLD",
    "NewPrice",
    "PastPrice",
    "PriceCurrencyWrong",
    "PriceNotPositive",
    "PriceTimesWrong",
    "Reduction",
    "from_base",
    "history",
    "local_price",
    "lowest_of_30_days",
    "recent",
    "reductions",
    "set_prices",
]
