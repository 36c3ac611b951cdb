"""What stands around every page: head, masthead and foot. Rendered once per place and language, then kept."""

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_noop

from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy
from glocal.web.locale import prefix_of
from glocal.web.storefront import asking, bells, scheme
from glocal.web.storefront.marks import mark
from glocal.web.storefront.requests import ShopRequest

BAG = privacy.cookie("bag", gettext_noop("Shows how many things are in your bag."), privacy.YEAR)
STYLES = ("tokens", "base", "components", "pages")
MODULES = {
    "htmx.org": "vendor/htmx/htmx.esm.min.js",
    "glocal/shop": "js/shop.js",
    "glocal/pay": "js/pay.js",
    "glocal/find": "js/find.js",
    "glocal/passkeys": "js/passkeys.js",
    "glocal/gallery": "js/gallery.js",
}
ON_DEMAND = {"glocal/pay", "glocal/find", "glocal/passkeys", "glocal/gallery"}
FONTS = {
    "spare": "vendor/instrument-serif/instrument-serif-latin-400-normal.woff2",
    "dense": "vendor/figtree/figtree-latin-wght-normal.woff2",
}
_THAI_VOWEL, _THAI_TONE = re.compile("([เ-ไ])([ก-ฮ])"), re.compile("[็-๎]")
_OWN_LETTERS = {"vi": {ord("đ"): "d~"}, "es": {ord("ñ"): "n~"}}
"""Letters that stand after their neighbour's last word."""
_COUNT = mark()
"""Stands for the bag's count in HTML that is kept."""

_BELL = mark()
"""Likewise for the bell, which only who is signed in has."""

_SCHEME_HEAD, SCHEME_CHOICE = mark(), mark()
"""Likewise for what follows from the choice of light or dark."""
_ASKING = mark()
"""And for what has to be asked about privacy, nearly always nothing."""

Lane = tuple[str, str]
"""Path and name of a top category."""


@dataclass(frozen=True, slots=True)
class Shell:
    """``masthead`` holds a mark where the bag's count goes; ``with_count`` fills it in the finished page."""

    prefix: str
    lang: str
    dir: str
    theme: str
    market: str
    tone: str
    head: SafeString
    masthead: SafeString
    foot: SafeString
    icons: str
    support: str


def file(name: str) -> str:
    """Address of one of our static files, with its fingerprint."""
    return static(f"storefront/{name}")


@cache
def import_map() -> SafeString:
    """The page's import map; it is allowed by its hash, so it must stand in the page exactly so."""
    return mark_safe(json.dumps({"imports": {name: file(path) for name, path in MODULES.items()}}))  # noqa: S308


@cache
def import_map_hash() -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(import_map().encode()).digest()).decode()


@lru_cache(maxsize=512)
def shell(market_code: str, language: str, lanes: tuple[Lane, ...], tone: str = "") -> Shell:
    """The surroundings of a page for a market and language, with the top categories as lanes and a day's colours."""
    market = markets.get(market_code)
    prefix = prefix_of(language, market_code)
    values = {
        "prefix": prefix,
        "market": market,
        "lanes": lanes,
        "icons": file("img/icons.svg"),
        "count": mark_safe(_COUNT),  # noqa: S308
        "bell": mark_safe(_BELL),  # noqa: S308
        "asking": mark_safe(_ASKING),  # noqa: S308
        "styles": [file(f"css/{name}.css") for name in STYLES],
        "modules": [file(path) for name, path in MODULES.items() if name not in ON_DEMAND],
        "entry": file("js/shop.js"),
        "import_map": import_map(),
        "font": file(FONTS[market.theme]) if market.theme in FONTS else None,
        "mark": file("img/mark.svg"),
        "app_icon": file(f"img/app-{market.theme}-192.png"),
        "support": markets.support_email(market_code),
        "scheme_head": mark_safe(_SCHEME_HEAD),  # noqa: S308
        "scheme_choice": mark_safe(SCHEME_CHOICE),  # noqa: S308
        "tongues": tongues(market),
        "language": language,
        "places": places(language),
        "festival": file("css/festivals.css") if tone else "",
        "symbol": markets.currency_symbol(market.currency, language, market_code),
    }
    with translation.override(language):
        return Shell(
            prefix=prefix,
            lang=prefix_of(language, "")[1:-1],
            dir="rtl" if translation.get_language_bidi() else "ltr",
            theme=market.theme,
            market=market_code,
            tone=tone,
            head=render_to_string("storefront/shell/head.html", values),
            masthead=render_to_string("storefront/shell/masthead.html", values),
            foot=render_to_string("storefront/shell/foot.html", values),
            icons=str(values["icons"]),
            support=str(values["support"]),
        )


def with_count(html: str, request: ShopRequest) -> str:
    """The page with what is this visitor's own: bag's count, bell, light or dark, and what has to be asked."""
    count = request.COOKIES.get(BAG.name, "")
    html = html.replace(_BELL, bells.bell(request, file("img/icons.svg"))).replace(_ASKING, asking.banner(request))
    html = html.replace(_SCHEME_HEAD, scheme.head(request))
    html = html.replace(SCHEME_CHOICE, scheme.choice_of(request.language, scheme.chosen(request)))
    return html.replace(_COUNT, count if count.isdecimal() and len(count) <= 3 and count != "0" else "")


@cache
def places(language: str) -> tuple[tuple[str, str, str, str], ...]:
    """Locale, country in the reader's language, currency and code of each market, in the order of that language."""
    found = []
    for market in markets.all_markets():
        if not market.sells:
            continue
        tongue = language if language in market.languages else market.language
        name = markets.country_name(market.code, language)
        found.append((prefix_of(tongue, market.code)[1:], name, market.currency, market.code))
    return tuple(sorted(found, key=lambda place: alphabetical(place[1], language)))


def alphabetical(name: str, language: str) -> bytes:
    """What sorts short names as the language's dictionaries do: Chinese by sound, Thai by the consonant that a leading
    vowel is spoken after, others without marks over and under letters, but for letters of their own.
    """
    if language.startswith("zh"):
        return name.encode("gb18030")  # common characters stand in it by pinyin
    if language == "th":
        return _THAI_VOWEL.sub(r"\2\1", _THAI_TONE.sub("", name)).encode()
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_OWN_LETTERS.get(language, {})))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).encode()


def tongues(market: markets.Market) -> list[tuple[str, str, str]]:
    """Code, locale and own name of each language the market is offered in."""
    names = dict(settings.LANGUAGES)
    return [(code, prefix_of(code, market.code)[1:], names.get(code, code)) for code in market.languages]
