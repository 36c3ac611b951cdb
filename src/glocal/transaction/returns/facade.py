"""After the sale: things that come back, for money or for another variant, and parcels that never came."""

from glocal.transaction.returns.claims import claim_lost, claimable_from
from glocal.transaction.returns.errors import (
    CannotExchange,
    CannotSwap,
    ClaimNotPossible,
    ClaimTooEarly,
    InvoiceIssued,
    NoReturnLabel,
    NotDelivered,
    NotForReturn,
    NothingToReturn,
    PhotosMissing,
    ReturnCannotChange,
    ReturnNotFound,
    TooManyPhotos,
    TooManyReturns,
    WindowClosed,
)
from glocal.transaction.returns.rules import MOST_PHOTOS, OUR_FAULT, REASONS
from glocal.transaction.returns.selectors import claims_of, deadline, label_of, returnable, returns_of
from glocal.transaction.returns.services import approve, receive, refuse, request_return, settle, withdraw
from glocal.transaction.returns.swapping import swap_variant, variants_for
from glocal.transaction.returns.types import Asked, ClaimView, Deadline, Returnable, ReturnView

__all__ = [
    "MOST_PHOTOS",
    "OUR_FAULT",
    "REASONS",
    "Asked",
    "CannotExchange",
    "CannotSwap",
    "ClaimNotPossible",
    "ClaimTooEarly",
    "ClaimView",
    "Deadline",
    "InvoiceIssued",
    "NoReturnLabel",
    "NotDelivered",
    "NotForReturn",
    "NothingToReturn",
    "PhotosMissing",
    "ReturnCannotChange",
    "ReturnNotFound",
    "ReturnView",
    "Returnable",
    "TooManyPhotos",
    "TooManyReturns",
    "WindowClosed",
    "approve",
    "claim_lost",
    "claimable_from",
    "claims_of",
    "deadline",
    "label_of",
    "receive",
    "refuse",
    "request_return",
    "returnable",
    "returns_of",
    "settle",
    "swap_variant",
    "variants_for",
    "withdraw",
]
