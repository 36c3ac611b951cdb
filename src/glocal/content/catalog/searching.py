"""Text for PostgreSQL's full text search: how texts become documents and what people type becomes queries.

One document per product holds all its languages, so that it is found in whichever of them a shopper types:

* *stemmed*: languages with a Snowball stemmer in every PostgreSQL go through ``to_tsvector`` with that configuration;
* *plain*: all languages as folded words (lower case, no accents), which also serve the prefix search of the last word.
  Writing without spaces (Han, Kana, Thai, Lao, Khmer, Burmese) becomes overlapping pairs of characters, and a query
  for such a run a phrase of pairs: exact for substrings of two and more characters, no dictionary, the same everywhere.
  Traditional Chinese is written simplified first, in both.

The plain part is made here and stored as lexemes, so PostgreSQL's parser (which cuts Thai at its tone marks under some
locales) never sees it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from glocal.content.catalog import statements
from glocal.platform.kernel.words import LONGEST_WORD, folded, is_unspaced, lexemes, runs, simplified, words

STEMMERS: Mapping[str, str] = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "id": "indonesian",
    "ms": "indonesian",  # one language's two standards: the same prefixes and endings
    "ar": "arabic",
}
WEIGHTS = "ABCD"
VERSION = 2
"""Of the rules below. Stored documents of older ones are made anew by a job; 2: traditional Chinese as simplified."""
MOST_QUERY_CHARACTERS = 200
MOST_QUERY_WORDS = 12
MOST_TEXT_CHARACTERS = 8_000
_LAST_POSITION = 16_383


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """``plain`` is the text form of a ``tsvector``; ``stemmed`` maps a configuration to text by weight."""

    plain: str
    stemmed: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One thing that is looked for, under any of some names, whose words may stand apart.

    ``is_open``: the last word of the first may go on.
    """

    phrases: tuple[str, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All of the terms must occur."""

    terms: tuple[SearchTerm, ...]


def document(parts: Iterable[tuple[str, str, str]]) -> SearchDocument:
    """From (weight A to D, language, text). Long texts count with their first 8,000 characters."""
    plain: dict[str, dict[int, str]] = {}
    stemmed: dict[str, dict[str, list[str]]] = {}
    position = 0
    for weight, language, full in parts:
        text = simplified(full[:MOST_TEXT_CHARACTERS])
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


def typed_words(text: str) -> list[str]:
    """The words of a query that count: the first 12 of the first 200 characters."""
    return [word for word in words(text[:MOST_QUERY_CHARACTERS])[:MOST_QUERY_WORDS] if folded(word)]


@lru_cache(maxsize=1024)
def query(text: str) -> SearchQuery | None:
    """What people typed, as a query; None when there is nothing in it to look for.

    All words must occur; the last may be the beginning of one. Operators, quotes and control characters mean nothing.
    """
    typed = typed_words(simplified(text[:MOST_QUERY_CHARACTERS]))
    terms = tuple(SearchTerm((word,), is_open=at == len(typed)) for at, word in enumerate(typed, start=1))
    return SearchQuery(terms) if terms else None


@lru_cache(maxsize=4096)
def tsquery(asked: SearchQuery, language: str) -> str:
    """SQL of the condition: each term as it is, or by its English stem, or by that of the shopper's language.

    A word that one of these languages leaves out (``for``) asks for nothing when there are others.
    """
    alone = len(asked.terms) == 1
    return f"({' && '.join(_term(term, language, is_needed=alone) for term in asked.terms)})"


def plain_tsquery(asked: SearchQuery) -> str:
    """SQL of the condition without stems: what begins as it was typed."""
    plain = " & ".join(_plain(term) for term in asked.terms)
    return f"{statements.quoted(plain)}::tsquery"


def _term(term: SearchTerm, language: str, *, is_needed: bool) -> str:
    plain = f"{statements.quoted(_plain(term))}::tsquery"
    stems = " | ".join(_stems(phrase, is_open=term.is_open and at == 0) for at, phrase in enumerate(term.phrases))
    configs = sorted({"english", STEMMERS.get(language, "english")})
    stemmed = [f"to_tsquery('{config}', {statements.quoted(stems)})" for config in configs]
    anyhow = plain
    for at, query in enumerate(stemmed):  # what is the same once more would be looked up and ranked twice
        known = " OR ".join(f"{query} = {other}" for other in (plain, *stemmed[:at]))
        anyhow = f"CASE WHEN {known} THEN {anyhow} ELSE {anyhow} || {query} END"
    anyhow = f"({anyhow})"
    if is_needed or not stems.isascii():
        return anyhow
    left_out = " OR ".join(f"numnode({query}) = 0" for query in stemmed)
    return f"CASE WHEN {left_out} THEN ''::tsquery ELSE {anyhow} END"


def _plain(term: SearchTerm) -> str:
    return f"({' | '.join(_plain_phrase(phrase, term.is_open and at == 0) for at, phrase in enumerate(term.phrases))})"


def _plain_phrase(phrase: str, is_open: bool) -> str:
    found = [folded(word) for word in words(phrase)]
    parts = [part for at, word in enumerate(found, 1) for part in _plain_word(word, is_open and at == len(found))]
    return f"({' & '.join(parts)})"


def _plain_word(word: str, is_open: bool) -> list[str]:
    parts = []
    for run in runs(word):
        if not is_unspaced(run):
            parts.append(f"'{run[:LONGEST_WORD]}'" + (":*" if is_open else ""))
        elif len(run) == 1:
            parts.append(f"'{run}':*")
        else:
            parts.append("(" + " <-> ".join(f"'{run[at : at + 2]}'" for at in range(len(run) - 1)) + ")")
    return parts


def _stems(phrase: str, *, is_open: bool) -> str:
    found = [f"'{word[:LONGEST_WORD]}'" for word in words(phrase)]
    return f"({' & '.join(found)}{':*' if is_open else ''})"
