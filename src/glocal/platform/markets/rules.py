"""Pure decisions: which market and language a browser's wish means, and which of several texts to show."""

from collections.abc import Mapping
from functools import lru_cache

from babel.core import parse_locale
from django.utils.translation.trans_real import parse_accept_lang_header

from glocal.platform.markets.table import MARKET_OF_LANGUAGE, MARKETS, SHOPS
from glocal.platform.markets.types import Market

_DEFAULT = "US"


def guess(accept_language: str) -> tuple[Market, str]:
    """Market and language that fit an Accept-Language header (RFC 9110, q-values heard); else US in English.

    The first wish that names a market of ours decides the market, else the first language that has one.
    """
    return _guess(accept_language[:500].lower())


@lru_cache(512)
def _guess(accept_language: str) -> tuple[Market, str]:
    wishes = [wish for wish in map(_language_and_country, _in_order(accept_language)) if wish is not None]
    codes = {market.code for market in SHOPS}
    by_country = (country for _, country in wishes if country in codes)
    by_language = (MARKET_OF_LANGUAGE[language] for language, _ in wishes if language in MARKET_OF_LANGUAGE)
    market = MARKETS[next(by_country, None) or next(by_language, None) or _DEFAULT]
    return market, _best_language(market, [language for language, _ in wishes])


def _in_order(accept_language: str) -> list[str]:
    """Tags best first; one with q=0 is refused by the browser and left out."""
    return [tag for tag, quality in parse_accept_lang_header(accept_language) if quality > 0]


def _language_and_country(tag: str) -> tuple[str, str | None] | None:
    try:
        language, country, *_ = parse_locale(tag, sep="-")
    except ValueError:
        return None
    return language, country


def _best_language(market: Market, languages: list[str]) -> str:
    for wanted in languages:
        for offered in market.languages:
            if offered.partition("-")[0] == wanted:
                return offered
    return market.language


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text in ``language``, else in English, else in any language that has one, else nothing."""
    return texts.get(language) or texts.get("en") or next((text for text in texts.values() if text), "")


def picked(texts: Mapping[str, str], language: str) -> str:
    """The language that ``pick`` falls back to; empty where the text is in the one asked for."""
    return "" if texts.get(language) else next((code for code in ("en", *texts) if texts.get(code)), "")


def prefix_of(language: str, market: str) -> str:
    """Where a market's pages live: ``/th-TH``, ``/zh-Hans-SG`` (for Django's ``zh-hans``)."""
    tag = "-".join(part.title() if len(part) == 4 else part for part in language.split("-"))
    return f"/{tag}-{market}"
