"""The sentences behind reasons."""

from django.utils.translation import gettext, gettext_noop

from glocal.transaction.tax.types import Reason

_TEXTS = {
    "no_rule": gettext_noop("We have no confirmed rule ({layer}) for these goods on this day."),
    "rate_indicated": gettext_noop("{name}: the rate depends on the exact tariff line; we use an indication."),
    "rule_unconfirmed": gettext_noop("{name}: the rule is not confirmed by a recent official source."),
    "hs_code_missing": gettext_noop("The tariff code of an item is missing."),
    "origin_missing": gettext_noop("The country of origin of an item is missing."),
    "region_needed": gettext_noop("The tax depends on the state or province of the address."),
    "rate_of_exchange_missing": gettext_noop("The exchange rate for {currency} is missing."),
}


def explain(reason: Reason) -> str:
    """The sentence for a reason, in the active language."""
    return gettext(_TEXTS[reason.code]).format_map(dict(reason.details))
