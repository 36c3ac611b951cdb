"""Exchange rates for the demo: round figures of mid-2026 that let every market show a price. They are no market data;
a figure of any real source for the same or a later day goes before them.
"""

from datetime import date
from decimal import Decimal

from glocal.platform.markets.types import NewRate

DEMO_SOURCE = "demo seed"
_ON = date(2026, 6, 1)
_PER_DOLLAR = {
    "AED": "3.6725",
    "BRL": "5.12",
    "CAD": "1.40",
    "CNY": "6.78",
    "EUR": "0.868",
    "GBP": "0.750",
    "IDR": "16500",
    "MXN": "17.4",
    "MYR": "4.06",
    "PHP": "58.0",
    "SAR": "3.75",
    "SGD": "1.29",
    "THB": "32.9",
    "VND": "26000",
}
DEMO_RATES = tuple(
    NewRate("USD", currency, _ON, Decimal(figure), DEMO_SOURCE) for currency, figure in _PER_DOLLAR.items()
)
