"""Minor-unit digits by currency, from ISO 4217 as kept by CLDR (through Babel)."""

from functools import cache

from babel.core import get_global

from glocal.platform.kernel.errors import Invalid

# ISO 4217 gives the rupiah two digits, but nobody prices, taxes or pays in sen. We count whole rupiah and let each
# payment adapter translate to its provider's own exponent.
_OWN_DIGITS = {"IDR": 0}


class UnknownCurrency(Invalid):
    """The code is no ISO 4217 currency."""

    code = "unknown_currency"
    message = "“{currency}” is not a currency we know. Use a three-letter code such as THB or EUR."


@cache
def minor_digits(currency: str) -> int:
    """How many decimal digits the smallest unit we count in has: 2 for EUR, 0 for VND, 3 for KWD.

    Raises UnknownCurrency.
    """
    if currency in _OWN_DIGITS:
        return _OWN_DIGITS[currency]
    if currency not in get_global("all_currencies"):
        raise UnknownCurrency(field="currency", currency=currency)
    digits: int = get_global("currency_fractions").get(currency, get_global("currency_fractions")["DEFAULT"])[0]
    return digits
