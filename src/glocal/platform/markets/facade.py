"""Markets as other packages see them: countries, languages, formats, addresses, holidays and exchange rates."""

from glocal.platform.markets.addresses import address_faults, address_form, check_address, lines
from glocal.platform.markets.calendars import holidays
from glocal.platform.markets.errors import (
    AddressChoiceUnknown,
    AddressFieldMissing,
    AddressFieldTooLong,
    FeedUnreadable,
    MissingRate,
    PhoneInvalid,
    PostcodeElsewhere,
    PostcodeMalformed,
    RateInvalid,
    UnknownCountry,
    UnknownMarket,
)
from glocal.platform.markets.feeds import fetch_rates
from glocal.platform.markets.formats import (
    currency_symbol,
    format_date,
    format_moment,
    format_money,
    format_number,
    format_time,
    local_day,
    parse_number,
)
from glocal.platform.markets.phones import check_phone, country_name
from glocal.platform.markets.rates import exchange, rate, save_demo_rates, save_rates
from glocal.platform.markets.rules import guess, pick, prefix_of
from glocal.platform.markets.selectors import all_markets, get
from glocal.platform.markets.types import (
    Address,
    AddressField,
    AddressForm,
    Choice,
    Exchanged,
    Holiday,
    Market,
    NewRate,
    Rate,
    Theme,
)

__all__ = [
    "Address",
    "AddressChoiceUnknown",
    "AddressField",
    "AddressFieldMissing",
    "AddressFieldTooLong",
    "AddressForm",
    "Choice",
    "Exchanged",
    "FeedUnreadable",
    "Holiday",
    "Market",
    "MissingRate",
    "NewRate",
    "PhoneInvalid",
    "PostcodeElsewhere",
    "PostcodeMalformed",
    "Rate",
    "RateInvalid",
    "Theme",
    "UnknownCountry",
    "UnknownMarket",
    "address_faults",
    "address_form",
    "all_markets",
    "check_address",
    "check_phone",
    "country_name",
    "currency_symbol",
    "exchange",
    "fetch_rates",
    "format_date",
    "format_moment",
    "format_money",
    "format_number",
    "format_time",
    "get",
    "guess",
    "holidays",
    "lines",
    "local_day",
    "parse_number",
    "pick",
    "prefix_of",
    "rate",
    "save_demo_rates",
    "save_rates",
]
