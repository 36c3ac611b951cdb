"""Money, numbers and dates as people of a market (given as itself or by code) read them in a language.

Conventions are CLDR's, through Babel.
Text in a right-to-left script comes wrapped in Unicode isolates (U+2068 … U+2069), so that it can stand in any
sentence, page or e-mail without pulling its neighbours out of order.
"""

import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_skeleton, format_timedelta, get_datetime_format
from babel.dates import format_time as babel_time
from babel.numbers import format_decimal, get_currency_symbol, parse_decimal, parse_pattern
from babel.numbers import format_percent as babel_percent

from glocal.platform.kernel.currencies import minor_digits
from glocal.platform.kernel.money import Money
from glocal.platform.markets.table import MARKETS
from glocal.platform.markets.types import Market

DateStyle = Literal["short", "medium", "long", "full"]
_ISOLATE, _END = "\u2068", "\u2069"
_TO_THE_RIGHT, _ARABIC = "\u200e", "\u061c"
_NO_BREAK = "\u00a0"
_ARABIC_DIGITS = str.maketrans("0123456789%", "٠١٢٣٤٥٦٧٨٩٪")
# The English of the world rather than of the US where CLDR has no English for the country: day before month.
_WITHOUT_COUNTRY = {"en": "en_001"}


@lru_cache(maxsize=256)
def locale_for(language: str, country: str | None) -> Locale:
    """The CLDR locale nearest to a language (Django's code, such as ``zh-hans``) as used in a country.

    A language that CLDR does not know is read as English: what callers of the API name must not stop a letter.
    """
    try:
        base = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        base = Locale("en")
    parts = [part for part in (base.language, base.script) if part]
    if country is not None:
        try:
            return Locale.parse("_".join([*parts, country]), resolve_likely_subtags=False)
        except (UnknownLocaleError, ValueError):
            pass
    return Locale.parse(_WITHOUT_COUNTRY.get("_".join(parts), "_".join(parts)))


def _country(market: Market | str | None) -> str | None:
    return market.code if isinstance(market, Market) else market


def _locale(language: str, market: Market | str | None) -> Locale:
    return locale_for(language, _country(market))


@lru_cache(maxsize=1024)
def currency_symbol(currency: str, language: str, country: str | None = None) -> str:
    """The sign for a currency: the language's, or the country's own for its money where the language has none (Rp).

    A sign that others use as well ($, ¥) or that runs right to left stays with the languages that CLDR gives it to.
    """
    locale = locale_for(language, country)
    symbol = get_currency_symbol(currency, locale)
    market = MARKETS.get(country or "")
    if market is None or currency != market.currency or (locale.territory == country and symbol != currency):
        return symbol
    own = get_currency_symbol(currency, locale_for(market.local_language, market.code))
    return symbol if own in {"$", "¥"} or _has_rtl(own) else own


def _has_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)


def _isolated(text: str, locale: Locale) -> str:
    return f"{_ISOLATE}{text}{_END}" if locale.text_direction == "rtl" or _has_rtl(text) else text


@lru_cache(maxsize=1024)
def _money_frames(locale: Locale, symbol: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """What stands before and after the number, for an amount and for a negative one.

    CLDR's currency spacing: a no-break space parts a sign that ends in a letter from the digits.
    """
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)

    def framed(prefix: str, suffix: str) -> tuple[str, str]:
        before = prefix.replace("¤", symbol)
        if prefix.endswith("¤") and symbol[-1].isalpha():
            before += _NO_BREAK
        return before, suffix.replace("¤", symbol)

    return framed(pattern.prefix[0], pattern.suffix[0]), framed(pattern.prefix[1], pattern.suffix[1])


def format_money(money: Money, language: str, market: Market | str | None = None) -> str:
    """For example ``฿599.00``, ``12.000 ₫``, ``19,99 €``; digits and order as the market's people expect.

    Raises UnknownCurrency.
    """
    return _money_text(money.minor, money.currency, language, _country(market))


@lru_cache(maxsize=16384)  # a page of prices costs 25 µs each without
def _money_text(minor: int, currency: str, language: str, country: str | None) -> str:
    locale = locale_for(language, country)
    symbol = currency_symbol(currency, language, country)
    if locale.text_direction == "rtl" and not _has_rtl(symbol):
        symbol = f"{_TO_THE_RIGHT}{symbol}{_TO_THE_RIGHT}"  # else US$ turns into $US
    before, after = _money_frames(locale, symbol)[minor < 0]
    digits = minor_digits(currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    amount = abs(Money(minor, currency).amount)
    number = format_decimal(amount, pattern, locale, numbering_system=_numerals(locale))
    return _isolated(f"{before}{_in_own_digits(number, locale)}{after}", locale)


def _in_own_digits(text: str, locale: Locale) -> str:
    """Babel knows Arabic separators and not Arabic digits."""
    return text.translate(_ARABIC_DIGITS) if _numerals(locale) == "arab" else text


def _numerals(locale: Locale) -> str:
    return locale.default_numbering_system if locale.default_numbering_system == "arab" else "latn"


def format_number(number: Decimal | int, language: str, market: Market | str | None = None) -> str:
    """With the grouping and digits of the language in the market; up to three decimals."""
    return _number_text(number, _locale(language, market))


@lru_cache(maxsize=4096)  # a list's facets are a hundred counts, most of them small
def _number_text(number: Decimal | int, locale: Locale) -> str:
    text = format_decimal(number, locale=locale, numbering_system=_numerals(locale))
    return _isolated(_in_own_digits(text, locale), locale)


def format_percent(share: Decimal | float, language: str, market: Market | str | None = None) -> str:
    """A share of one, ``0.075`` as ``7.5%``, with the grouping, sign and digits of the language in the market."""
    locale = _locale(language, market)
    text = babel_percent(share, locale=locale, decimal_quantization=False, numbering_system=_numerals(locale))
    if locale.text_direction == "rtl":  # the sign stands left of the number
        text = _ARABIC + text
    return _isolated(_in_own_digits(text, locale), locale)


def parse_number(text: str, language: str, market: Market | str | None = None) -> Decimal:
    """The number that ``format_number`` or a person of the market wrote, in Western or Arabic digits.

    Raises ValueError.
    """
    locale = _locale(language, market)
    plain = "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()
    if not any(letter.isdigit() for letter in plain) or any(letter.isalpha() or letter == "_" for letter in plain):
        raise ValueError(f"not a number: {text!r}")
    return parse_decimal(plain, locale=locale, numbering_system=_numerals(locale))


def format_date(
    moment: datetime | date,
    language: str,
    market: Market | str | None = None,
    *,
    style: DateStyle | Literal["day"] = "medium",
) -> str:
    """The day, in the market's time zone (UTC without a market); Gregorian calendar everywhere.

    Style ``day`` is for dates nearby: weekday, day and month, no year. Raises ValueError for a naive moment.
    """
    locale = _locale(language, market)
    day = _local(moment, market).date() if isinstance(moment, datetime) else moment
    if style == "day":
        return _dated(format_skeleton("MMMEd", day, locale=locale), locale)
    return _dated(babel_date(day, format=style, locale=locale), locale)


def format_moment(
    moment: datetime, language: str, market: Market | str | None = None, *, style: DateStyle = "medium"
) -> str:
    """Day and hour:minute in the market's time zone. Raises ValueError for a naive moment."""
    locale = _locale(language, market)
    local = _local(moment, market)
    frame = str(get_datetime_format(style, locale)).replace("'", "")
    day, hour = babel_date(local, format=style, locale=locale), babel_time(local, format="short", locale=locale)
    return _dated(frame.replace("{0}", hour).replace("{1}", day), locale)


def format_time(moment: datetime, language: str, market: Market | str | None = None) -> str:
    """Time of day in the market's time zone. Raises ValueError for a naive moment."""
    locale = _locale(language, market)
    return _dated(babel_time(_local(moment, market), format="short", locale=locale), locale)


def format_duration(seconds: int, language: str, market: Market | str | None = None) -> str:
    """How long, in the largest unit that says it well: ``2 hours``, ``6 months``, ``1 year``."""
    locale = _locale(language, market)
    return _dated(format_timedelta(timedelta(seconds=seconds), threshold=1, locale=locale), locale)


def _local(moment: datetime, market: Market | str | None) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment to show must know its time zone")
    country = _country(market)
    return moment.astimezone(ZoneInfo(MARKETS[country].time_zone if country else "UTC"))


def local_day(moment: datetime, market: Market | str) -> date:
    """The day that it is in the market at ``moment`` (aware). Raises ValueError for a naive time."""
    return _local(moment, market).date()


def _dated(text: str, locale: Locale) -> str:
    return _isolated(_in_own_digits(text, locale), locale)
