"""Telephone numbers, by Google's metadata through `phonenumbers`."""

import phonenumbers
from django.utils.translation import get_language
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from glocal.platform.markets.errors import PhoneInvalid
from glocal.platform.markets.formats import locale_for
from glocal.platform.markets.types import Market


def country_name(country: str, language: str) -> str:
    """The country's name in a language, else its code."""
    locale = locale_for(language, None)
    return str(locale.territories.get(country, country))


def phone_example(country: str) -> str:
    """A mobile number as people of the country write it, not anybody's."""
    example = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    return phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL) if example else "+66 81 234 5678"


def check_phone_in(country: str, text: str, language: str) -> str:
    """E.164 of a number written as in the country, or with + as anywhere. Raises PhoneInvalid."""
    try:
        number = phonenumbers.parse(text.strip()[:40], country)
    except NumberParseException:
        number = None
    if number is None or not _is_valid(number, country):
        raise PhoneInvalid(
            field="phone", value=text[:40], country=country_name(country, language), example=phone_example(country)
        )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _is_valid(number: PhoneNumber, country: str) -> bool:
    """The country's own plan first: asking for any country's goes through all that share its calling code."""
    return phonenumbers.is_valid_number_for_region(number, country) or phonenumbers.is_valid_number(number)


def check_phone(text: str, market: Market) -> str:
    """E.164 of a number written as in the market, or with + as anywhere. Raises PhoneInvalid."""
    return check_phone_in(market.code, text, get_language() or "en")
