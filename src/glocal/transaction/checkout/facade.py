"""What other packages may ask of checkout."""

from glocal.transaction.checkout.errors import (
    AddressCostsOther,
    AddressElsewhere,
    AlreadyPlaced,
    BadEmail,
    BadQuantity,
    BadReturnUrl,
    CartEmpty,
    CartFull,
    NoDelivery,
    NotForSale,
    SoldOut,
    TotalChanged,
    UnknownDelivery,
    UnknownMethod,
)
from glocal.transaction.checkout.selectors import cart_count, cart_lines, cart_view, quote_for, sheet
from glocal.transaction.checkout.services.buying import buy, pay_again, require_email
from glocal.transaction.checkout.services.carts import add, merge, remove, set_quantity
from glocal.transaction.checkout.services.landed import refresh_landed
from glocal.transaction.checkout.services.readdressing import change_address
from glocal.transaction.checkout.types import (
    Bought,
    Buyer,
    BuyRequest,
    BuySheet,
    CartView,
    DeliveryChoice,
    Quote,
    QuotedLine,
    Wanted,
)

__all__ = [
    "AddressCostsOther",
    "AddressElsewhere",
    "AlreadyPlaced",
    "BadEmail",
    "BadQuantity",
    "BadReturnUrl",
    "Bought",
    "BuyRequest",
    "BuySheet",
    "Buyer",
    "CartEmpty",
    "CartFull",
    "CartView",
    "DeliveryChoice",
    "NoDelivery",
    "NotForSale",
    "Quote",
    "QuotedLine",
    "SoldOut",
    "TotalChanged",
    "UnknownDelivery",
    "UnknownMethod",
    "Wanted",
    "add",
    "buy",
    "cart_count",
    "cart_lines",
    "cart_view",
    "change_address",
    "merge",
    "pay_again",
    "quote_for",
    "refresh_landed",
    "remove",
    "require_email",
    "set_quantity",
    "sheet",
]
