"""The sentences behind reasons, and the names of charges. Taxes that have a name of their own country keep it."""

from django.utils.translation import gettext, gettext_noop

from glocal.transaction.tax.types import Charge, Reason

_OWN_NAMES = frozenset(
    {
        "Bea masuk",
        "GST",
        "GST/HST",
        "HST",
        "ICMS",
        "IVA",
        "Imposto de importação",
        "Impuesto general de importación",
        "MwSt.",
        "PPN",
        "PST",
        "QST",
        "RST",
        "TVA",
        "Tasa global",
    }
)
_NAMES = frozenset(
    {
        gettext_noop("Customs duty"),
        gettext_noop("Import duty"),
        gettext_noop("Parcel fee"),
        gettext_noop("Sales tax"),
        gettext_noop("Sales tax on low value goods"),
        gettext_noop("Section 122 surcharge"),
        gettext_noop("Section 301 duty"),
        gettext_noop("VAT"),
    }
)
KNOWN_NAMES = _OWN_NAMES | _NAMES

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
    details = dict(reason.details)
    return gettext(_TEXTS[reason.code]).format_map(details | {"name": gettext(details.get("name", "VAT"))})


def label(charge: Charge) -> str:
    """The name of a charge with its rate, in the active language: “Import duty 30%”, “VAT 7%”."""
    name = gettext(charge.name)
    if charge.rate is None:
        return name
    percent = f"{(charge.rate * 100).normalize():f}"
    return gettext("{name} {percent}%").format(name=name, percent=percent)
