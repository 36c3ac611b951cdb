"""Pure decisions about questions: what a text must be, which language it is in, what may stand on a page."""

import re
import unicodedata

import phonenumbers
from django.utils.translation import gettext_noop

UNCONFIRMED, WAITING, ANSWERED, DECLINED = "unconfirmed", "waiting", "answered", "declined"

# Every step a question can take. The database refuses all others (migration 0002), and a test holds the two together.
TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {(UNCONFIRMED, WAITING), (WAITING, ANSWERED), (WAITING, DECLINED), (DECLINED, ANSWERED)}
)

LEAST_LETTERS = 3
MOST = 500
MOST_ANSWER = 2000

REASONS = {
    "answered_there": gettext_noop("The answer stands on the product’s page already."),
    "unclear": gettext_noop("We did not understand it. Please ask again in other words."),
    "your_order": gettext_noop("It is about an order of yours. Open the order’s page: there you can change it, "
                               "follow it or send something back."),
    "not_the_product": gettext_noop("It is not about this product."),
    "not_polite": gettext_noop("We answer only what is asked politely."),
}  # fmt: skip
"""Why a question is declined, as its asker reads it."""

_SCRIPTS = {
    "th": re.compile("[\u0e01-\u0e2e]"),
    "ar": re.compile("[\u0620-\u064a]"),
    "zh-hans": re.compile("[\u3400-\u9fff]"),
}
_JOINERS = "\u200c\u200d"
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w")
_SPACES = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\s*\n\s*\n\s*")
_LEADING_VOWELS = "เแโใไ"


def tidied(text: str) -> str:
    """As it is kept: composed, without characters that are not seen or turn the writing round; paragraphs stay."""
    shown = "".join(
        letter
        for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        if letter in _JOINERS or letter == "\n" or letter == "\t" or unicodedata.category(letter)[0] != "C"
    )
    return _GAPS.sub("\n\n", _SPACES.sub(" ", shown)).strip()


def on_one_line(text: str) -> str:
    return " ".join(tidied(text).split())


def has_words(text: str) -> bool:
    return sum(letter.isalnum() for letter in text) >= LEAST_LETTERS


def language_of(text: str, reads: str) -> str:
    """The language of a text by its script, that of the page it was written on before others; names are often Latin."""
    if reads in _SCRIPTS and _SCRIPTS[reads].search(text):
        return reads
    letters = sum(letter.isalpha() for letter in text)
    for language, script in _SCRIPTS.items():
        if 2 * len(script.findall(text)) > letters:
            return language
    return "en" if reads in _SCRIPTS else reads


def names_somebody(text: str, market: str) -> bool:
    """Whether an e-mail address or a phone number (of the market, or with its country's code) stands in it."""
    return bool(_EMAIL.search(text)) or any(phonenumbers.PhoneNumberMatcher(text, market))


def initial_of(name: str) -> str:
    """The first letter of a name, all that may be shown of it; of a Thai name the consonant."""
    letters = unicodedata.normalize("NFC", name)
    first = next((letter for letter in letters if letter.isalpha() and letter not in _LEADING_VOWELS), "")
    return first.upper()[:1]
