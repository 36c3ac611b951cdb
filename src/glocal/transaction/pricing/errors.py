"""How a pricing call can fail."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Invalid


class PriceNotPositive(Invalid):
    code = "price_not_positive"
    message = gettext_noop("A price must be greater than zero.")


class PriceCurrencyWrong(Invalid):
    code = "price_currency_wrong"
    message = gettext_noop("Prices in {market} are in {expected}, not {currency}.")


class PriceTimesWrong(Invalid):
    """Prices change from now on or later, never in the past: the history is evidence."""

    code = "price_times_wrong"
    message = gettext_noop("A price cannot start in the past, and must end at least a minute after it starts.")
