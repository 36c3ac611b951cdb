"""What somebody means who types something: their words, other names for them, and the words they mistyped."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from glocal.content.catalog import facade as catalog
from glocal.content.search import rules, synonyms
from glocal.platform.kernel.words import folded, is_unspaced, normal, runs, simplified

_LONGEST_PHRASE = 4
_MOST_NEAR = 60
_NEAR = """
SELECT typed.word, found.word, found.shown, found.uses
FROM jsonb_to_recordset(%s::jsonb) AS typed(word text, keys text[], shortest int, longest int)
CROSS JOIN LATERAL (
  SELECT known.word, min(known.shown) AS shown, sum(known.uses) AS uses
  FROM search_word AS known
  WHERE known.language = ANY(%s::text[]) AND known.keys && typed.keys
    AND length(known.word) BETWEEN typed.shortest AND typed.longest
  GROUP BY known.word, known.keys
  ORDER BY (SELECT count(*) FROM unnest(known.keys) AS key WHERE key = ANY(typed.keys)) DESC, uses DESC, known.word
  LIMIT {most}
) AS found
UNION ALL
SELECT part, known.word, known.shown, known.uses
FROM unnest(%s::text[]) AS part JOIN search_word AS known ON known.word = part AND known.language = ANY(%s::text[])
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word as typed, or several that mean one thing together; ``others`` are other names for it."""

    text: str
    others: tuple[str, ...] = ()

    def term(self, *, is_open: bool) -> catalog.SearchTerm:
        return catalog.SearchTerm((self.text, *self.others), is_open)


@dataclass(frozen=True, slots=True)
class Mended:
    """What was probably meant: the query, and its words to show."""

    query: catalog.SearchQuery
    text: str


def pieces(text: str, language: str) -> list[Piece]:
    """The words that count, with synonyms; the longest phrase that has some goes first.

    Traditional Chinese is taken for simplified, as in the documents.
    """
    typed, groups = catalog.typed_words(simplified(text[:200])), synonyms.groups(language)
    found: list[Piece] = []
    at = 0
    while at < len(typed):
        for size in range(min(_LONGEST_PHRASE, len(typed) - at), 0, -1):
            phrase = " ".join(typed[at : at + size])
            others = groups.get(normal(phrase))
            if others or size == 1:
                found += [Piece(phrase, others)] if others else _parted(phrase, groups)
                at += size
                break
    return found


def _parted(word: str, groups: synonyms.Groups) -> list[Piece]:
    """A run without spaces is parted at the longest phrase in it that has synonyms."""
    plain = folded(word)
    if not is_unspaced(plain) or len(runs(plain)) > 1 or len(plain) < 3:
        return [Piece(word)]
    for size in range(min(len(plain) - 1, 12), 1, -1):
        for start in range(len(plain) - size + 1):
            middle = plain[start : start + size]
            if others := groups.get(middle):
                around = (plain[:start], plain[start + size :])
                before, after = (_parted(side, groups) if len(side) > 1 else [] for side in around)
                return [*before, Piece(middle, others), *after]
    return [Piece(word)]


def query(found: Sequence[Piece]) -> catalog.SearchQuery | None:
    """All of the pieces; the last may be the beginning of a word."""
    terms = tuple(piece.term(is_open=at == len(found)) for at, piece in enumerate(found, 1))
    return catalog.SearchQuery(terms) if terms else None


def mended(found: Sequence[Piece], language: str) -> Mended | None:
    """With the words that nobody uses taken for the nearest ones that the catalogue knows; one statement.

    Words written apart or together (``power bank``, ``powerbank``) are tried the other way. None: nothing to mend.
    """
    wrong = {at: folded(piece.text) for at, piece in enumerate(found) if not piece.others}
    wrong = {at: word for at, word in wrong.items() if rules.is_word(word)}
    joined = {
        at: wrong[at] + wrong[at + 1] for at in wrong if at + 1 in wrong and rules.is_word(wrong[at] + wrong[at + 1])
    }
    splits = {at: [(word[:cut], word[cut:]) for cut in range(3, len(word) - 2)] for at, word in wrong.items()}
    if not wrong:
        return None
    near, shown = _near(
        wrong.values(),
        {*joined.values(), *(part for cuts in splits.values() for cut in cuts for part in cut)},
        language,
    )
    groups = synonyms.groups(language)
    terms: list[catalog.SearchTerm] = []
    said: list[str] = []
    at, changed = 0, False
    while at < len(found):
        word, is_last = wrong.get(at, ""), at == len(found) - 1
        step, names = 1, [found[at].text, *found[at].others]
        if word and word not in near.get(word, {}):
            whole = joined.get(at, "")
            cut = next((cut for cut in splits[at] if cut[0] in shown and cut[1] in shown), None)
            best = rules.best(word, near.get(word, {}).items())
            if whole in shown:
                step, names = 2, [shown[whole]]
            elif cut and not (best and rules.distance(word, best[0], 1) <= 1):
                names = [" ".join(shown[part] for part in cut)]
            elif best:
                names = [shown[other] for other in best]
            changed = changed or names[0] != found[at].text
            names += [other for name in names for other in groups.get(normal(name), ())]
        terms.append(catalog.SearchTerm(tuple(dict.fromkeys(names)), is_last and names[0] == found[at].text))
        said.append(names[0])
        at += step
    return Mended(catalog.SearchQuery(tuple(terms)), " ".join(said)) if changed else None


def _near(
    typed: Iterable[str], parts: Iterable[str], language: str
) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """For each word those that look like it, with their uses; and how each known word is written."""
    rows = [
        {
            "word": word,
            "keys": rules.keys_of(word),
            "shortest": len(word) - rules.allowed(word),
            "longest": len(word) + rules.allowed(word),
        }
        for word in sorted(set(typed))
    ]
    languages = sorted({language, "en", ""})
    near: dict[str, dict[str, int]] = {}
    shown: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR.format(most=_MOST_NEAR), [json.dumps(rows), languages, sorted(set(parts)), languages])
        for word, known, written, uses in cursor.fetchall():
            near.setdefault(word, {})[known] = int(uses)
            shown[known] = written
    return near, shown
