"""What can be wrong with a market, an address, a phone number or a rate."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Invalid, NotFound, Unavailable


class UnknownMarket(NotFound):
    code = "unknown_market"
    message = gettext_noop("There is no market “{market}”. Choose one of {known}.")


class UnknownCountry(Invalid):
    code = "unknown_country"
    message = gettext_noop("“{country}” is not a country we know. Use a two-letter code such as TH.")


class AddressFieldMissing(Invalid):
    code = "address_field_missing"
    message = gettext_noop("{label} is missing. Please fill it in.")


class AddressFieldTooLong(Invalid):
    code = "address_field_too_long"
    message = gettext_noop("{label} is too long. Use at most {limit} characters.")


class AddressChoiceUnknown(Invalid):
    code = "address_choice_unknown"
    message = gettext_noop("“{value}” is not in the list for {label}. Choose one from the list.")


class PostcodeMalformed(Invalid):
    code = "postcode_malformed"
    message = gettext_noop("{label}: “{value}” does not look right ({country}). An example is {example}.")


class PostcodeElsewhere(Invalid):
    code = "postcode_elsewhere"
    message = gettext_noop("{label} {value} is not in {region}. Correct one of the two.")


class PhoneInvalid(Invalid):
    code = "phone_invalid"
    message = gettext_noop(
        "“{value}” is not a phone number of this country ({country}). Write it like {example}, "
        "or with + and country code."
    )


class RateInvalid(Invalid):
    code = "rate_invalid"
    message = gettext_noop(
        "The rate of {base} in {quote} must be above zero and of two different currencies, not {rate}."
    )


class MissingRate(Unavailable):
    code = "missing_rate"
    message = gettext_noop(
        "There is no exchange rate from {base} to {quote} on or before {on}. Load rates for that date."
    )


class FeedUnreadable(Unavailable):
    code = "fx_feed_unreadable"
    message = gettext_noop("The exchange rate feed gave no usable answer: {reason}.")
