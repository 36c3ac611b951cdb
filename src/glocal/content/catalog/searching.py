"""Text for PostgreSQL's full text search: how texts become documents and what people type becomes queries.

One document per product holds all its languages, so that it is found in whichever of them a shopper types:

* *stemmed*: languages with a Snowball stemmer in every PostgreSQL go through ``to_tsvector`` with that configuration;
* *plain*: all languages as folded words (lower case, no accents), which also serve the prefix search of the last word.
  Writing without spaces (Han, Kana, Thai, Lao, Khmer, Burmese) becomes overlapping pairs of characters, and a query
  for such a run a phrase of pairs: exact for substrings of two and more characters, no dictionary, the same everywhere.

The plain part is made here and stored as lexemes, so PostgreSQL's parser (which cuts Thai at its tone marks under some
locales) never sees it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

STEMMERS: Mapping[str, str] = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "id": "indonesian",
    "ar": "arabic",
}
WEIGHTS = "ABCD"
MOST_QUERY_CHARACTERS = 200
MOST_QUERY_WORDS = 12
MOST_TEXT_CHARACTERS = 8_000
_LONGEST_WORD = 60
_LAST_POSITION = 16_383

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# Letters that Unicode does not decompose though people type them plain.
_PLAIN_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ـ": ""})


class _TokenCharacters(dict[int, int | str | None]):
    """For ``str.translate``: letters, digits and marks stay, invisible characters vanish, the rest becomes a space."""

    def __missing__(self, point: int) -> int | str | None:
        category = unicodedata.category(chr(point))
        kept: int | str | None = point if category[0] in "LNM" else None if category == "Cf" else " "
        self[point] = kept
        return kept


_TOKEN_CHARACTERS = _TokenCharacters()


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """``plain`` is the text form of a ``tsvector``; ``stemmed`` maps a configuration to text by weight."""

    plain: str
    stemmed: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """``plain`` is the text form of a ``tsquery``; ``stemmed`` is input for ``to_tsquery`` with any configuration."""

    plain: str
    stemmed: str


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case, accents kept; whatever is no letter, digit or mark parts them."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_TOKEN_CHARACTERS).split()


def folded(word: str) -> str:
    """Without accents (``sữa`` as ``sua``), except in scripts where marks are part of the word."""
    if word.isascii():
        return word
    kept = (
        letter
        for letter in unicodedata.normalize("NFKD", word)
        if unicodedata.category(letter) != "Mn" or _IS_UNSPACED.match(letter)
    )
    return unicodedata.normalize("NFC", "".join(kept)).translate(_PLAIN_LETTERS)


def lexemes(text: str) -> list[str]:
    """What the plain document holds of ``text``, in order."""
    found: list[str] = []
    for word in words(text):
        for run in _RUNS.findall(folded(word)[: 50 * _LONGEST_WORD]):
            if _IS_UNSPACED.match(run):
                # The last character also stands alone, so that every character begins a lexeme.
                found += [run[at : at + 2] for at in range(len(run))]
            else:
                found.append(run[:_LONGEST_WORD])
    return found


def document(parts: Iterable[tuple[str, str, str]]) -> SearchDocument:
    """From (weight A to D, language, text). Long texts count with their first 8,000 characters."""
    plain: dict[str, dict[int, str]] = {}
    stemmed: dict[str, dict[str, list[str]]] = {}
    position = 0
    for weight, language, full in parts:
        text = full[:MOST_TEXT_CHARACTERS]
        config = STEMMERS.get(language)
        if config is not None:
            stemmed.setdefault(config, {}).setdefault(weight, []).extend(words(text))
            if weight == "D":  # descriptions are found by their stems; plain words would double the index
                continue
        for lexeme in lexemes(text):
            position = min(position + 1, _LAST_POSITION)
            plain.setdefault(lexeme, {})[position] = weight
    return SearchDocument(
        " ".join(
            f"'{lexeme}':{','.join(f'{at}{weight}' for at, weight in list(places.items())[:200])}"
            for lexeme, places in plain.items()
        ),
        {config: {weight: " ".join(found) for weight, found in texts.items()} for config, texts in stemmed.items()},
    )


@lru_cache(maxsize=1024)
def query(text: str) -> SearchQuery | None:
    """What people typed, as queries; None when there is nothing in it to look for.

    All words must occur; the last may be the beginning of one. Operators, quotes and control characters mean nothing.
    The first 12 words of the first 200 characters count.
    """
    typed = words(text[:MOST_QUERY_CHARACTERS])[:MOST_QUERY_WORDS]
    plain = [_plain_terms(word, is_last=at == len(typed)) for at, word in enumerate(typed, start=1)]
    terms = [term for word in plain for term in word]
    if not terms:
        return None
    stems = [f"'{word[:_LONGEST_WORD]}'" for word in typed]
    stems[-1] += ":*"
    return SearchQuery(" & ".join(terms), " & ".join(stems))


def _plain_terms(word: str, *, is_last: bool) -> Sequence[str]:
    terms = []
    for run in _RUNS.findall(folded(word)):
        if not _IS_UNSPACED.match(run):
            terms.append(f"'{run[:_LONGEST_WORD]}'" + (":*" if is_last else ""))
        elif len(run) == 1:
            terms.append(f"'{run}':*")
        else:
            terms.append("(" + " <-> ".join(f"'{run[at : at + 2]}'" for at in range(len(run) - 1)) + ")")
    return terms
