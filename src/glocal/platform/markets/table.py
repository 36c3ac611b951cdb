"""The markets, one row each. A new market is a new row (and its tax, shipping and price rows elsewhere)."""

from types import MappingProxyType

from glocal.platform.markets.types import Market, Theme

_MONDAY, _SUNDAY = 0, 6


def _market(
    code: str,
    name: str,
    currency: str,
    languages: str,
    local_language: str,
    time_zone: str,
    theme: Theme,
    business_unit: str,
    first_day_of_week: int,
    *,
    prices_include_tax: bool = True,
    default_region: str | None = None,
    sells: bool = True,
) -> Market:
    offered = tuple(languages.split())
    return Market(
        code=code,
        name=name,
        currency=currency,
        languages=offered,
        language=offered[0],
        local_language=local_language,
        time_zone=time_zone,
        theme=theme,
        prices_include_tax=prices_include_tax,
        business_unit=business_unit,
        first_day_of_week=first_day_of_week,
        default_region=default_region,
        sells=sells,
    )


# The first language is what a shop there opens in when the browser asks for none of the others. Malaysia's opens in
# English, as its web shops do, and speaks Malay to browsers that do.
# Prices include tax where consumer law or custom shows them so; in US and CA the tax of the destination is added.
MARKETS = MappingProxyType(
    {
        row.code: row
        for row in (
            _market("TH", "Thailand", "THB", "th en zh-hans", "th", "Asia/Bangkok", "dense", "sea", _SUNDAY),
            _market("VN", "Vietnam", "VND", "vi en zh-hans", "vi", "Asia/Ho_Chi_Minh", "dense", "sea", _MONDAY),
            _market("ID", "Indonesia", "IDR", "id en zh-hans", "id", "Asia/Jakarta", "dense", "sea", _SUNDAY),
            _market("MY", "Malaysia", "MYR", "en ms zh-hans", "ms", "Asia/Kuala_Lumpur", "dense", "sea", _MONDAY),
            _market("SG", "Singapore", "SGD", "en zh-hans ms", "en", "Asia/Singapore", "dense", "sea", _SUNDAY),
            _market("PH", "Philippines", "PHP", "en", "fil", "Asia/Manila", "dense", "sea", _SUNDAY),
            _market(
                "US",
                "United States",
                "USD",
                "en es zh-hans",
                "en",
                "America/New_York",
                "spare",
                "na",
                _SUNDAY,
                prices_include_tax=False,
                default_region="CA",
            ),
            _market(
                "CA",
                "Canada",
                "CAD",
                "en zh-hans",
                "en",
                "America/Toronto",
                "spare",
                "na",
                _SUNDAY,
                prices_include_tax=False,
                default_region="ON",
            ),
            _market("GB", "United Kingdom", "GBP", "en zh-hans", "en", "Europe/London", "spare", "eu", _MONDAY),
            _market("DE", "Germany", "EUR", "en", "de", "Europe/Berlin", "spare", "eu", _MONDAY),
            _market("FR", "France", "EUR", "en zh-hans", "fr", "Europe/Paris", "spare", "eu", _MONDAY),
            _market("AE", "United Arab Emirates", "AED", "ar en", "ar", "Asia/Dubai", "elegant", "mena", _MONDAY),
            _market("SA", "Saudi Arabia", "SAR", "ar en", "ar", "Asia/Riyadh", "elegant", "mena", _SUNDAY),
            _market("MX", "Mexico", "MXN", "es en", "es", "America/Mexico_City", "dense", "latam", _SUNDAY),
            _market(
                "BR",
                "Brazil",
                "BRL",
                "pt en",
                "pt",
                "America/Sao_Paulo",
                "dense",
                "latam",
                _SUNDAY,
                default_region="SP",
            ),
            _market(
                "CN", "China", "CNY", "zh-hans en", "zh-hans", "Asia/Shanghai", "dense", "home", _MONDAY, sells=False
            ),
        )
    }
)
SHOPS = tuple(market for market in MARKETS.values() if market.sells)

# Where a speaker most likely shops when the browser names a language and no country of ours.
MARKET_OF_LANGUAGE = MappingProxyType(
    {
        "th": "TH",
        "vi": "VN",
        "id": "ID",
        "in": "ID",
        "ms": "MY",
        "zh": "SG",
        "fil": "PH",
        "tl": "PH",
        "en": "US",
        "de": "DE",
        "fr": "FR",
        "ar": "AE",
        "es": "MX",
        "pt": "BR",
    }
)
