"""Tax and duty as other packages see them.

``quote`` a cart or order, show ``charges`` and ``reasons``, charge goods + shipping + tax_added + duty + fees,
``record`` the quote with the order; ``replay`` gives the same numbers from the evidence years later.
"""

from glocal.transaction.tax.errors import MarketNotCovered, TaxRequestWrong, TaxRulesMissing
from glocal.transaction.tax.evidence import replay
from glocal.transaction.tax.selectors import evidence_of, expiring_rules
from glocal.transaction.tax.services import load_rules, quote, quote_elsewhere, quote_instead, record, recording
from glocal.transaction.tax.texts import explain, label
from glocal.transaction.tax.types import (
    Charge,
    ExpiringRule,
    FxRow,
    LineTax,
    Reason,
    TaxableLine,
    TaxQuote,
    TaxRequest,
)

__all__ = [
    "Charge",
    "ExpiringRule",
    "FxRow",
    "LineTax",
    "MarketNotCovered",
    "Reason",
    "TaxQuote",
    "TaxRequest",
    "TaxRequestWrong",
    "TaxRulesMissing",
    "TaxableLine",
    "evidence_of",
    "expiring_rules",
    "explain",
    "label",
    "load_rules",
    "quote",
    "quote_elsewhere",
    "quote_instead",
    "record",
    "recording",
    "replay",
]
