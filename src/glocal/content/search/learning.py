"""The words the catalogue uses, learned from its texts."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction

from glocal.content.catalog import facade as catalog
from glocal.content.search import rules, synonyms
from glocal.platform.eventing import transactional
from glocal.platform.kernel.words import folded, words

BATCH, MOST_WORDS = 500, 200_000
_ADD = """
INSERT INTO search_word AS known (language, word, shown, keys, uses)
SELECT language, word, shown, keys, uses
FROM jsonb_to_recordset(%s::jsonb) AS given(language text, word text, shown text, keys text[], uses int)
ORDER BY word, language
ON CONFLICT (word, language) DO {on_conflict}
"""
_KEEP = "NOTHING"
_RENEW = """UPDATE SET uses = excluded.uses, shown = excluded.shown, keys = excluded.keys
WHERE (known.uses, known.shown, known.keys) IS DISTINCT FROM (excluded.uses, excluded.shown, excluded.keys)"""
_FORGET = """
DELETE FROM search_word AS known
WHERE NOT EXISTS (SELECT FROM unnest(%s::text[], %s::text[]) AS kept(word, language)
                  WHERE (kept.word, kept.language) = (known.word, known.language))
"""

Key = tuple[str, str]


def rebuild() -> int:
    """Count all words of catalogue and synonyms anew and forget those no longer used; returns how many there are.

    The 200,000 most used are kept, so that memory has an end whatever is imported.
    """
    uses: Counter[Key] = Counter()
    shown: dict[Key, str] = {}
    for batch in catalog.texts_in_batches(BATCH):
        _count(batch, uses, shown)
    _count(synonyms.texts(), uses, shown)
    kept = dict(uses.most_common(MOST_WORDS))
    keys = sorted(kept)
    for start in range(0, len(keys), 2_000):
        _write({key: kept[key] for key in keys[start : start + 2_000]}, shown, _RENEW)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET, [[word for _, word in keys], [language for language, _ in keys]])
    return len(keys)


@transactional
def learn(product_ids: Sequence[UUID]) -> None:
    """Add the words of some products; the next ``rebuild`` counts how often they are used. Repeats change nothing."""
    uses: Counter[Key] = Counter()
    shown: dict[Key, str] = {}
    for start in range(0, len(product_ids), BATCH):
        _count(catalog.texts_of(product_ids[start : start + BATCH]), uses, shown)
    _write(dict.fromkeys(sorted(uses), 1), shown, _KEEP)


def _count(texts: Iterable[tuple[str, str]], uses: Counter[Key], shown: dict[Key, str]) -> None:
    for language, text in texts:
        for word in words(text[:2_000]):
            plain = folded(word)
            if rules.is_word(plain):
                uses[language, plain] += 1
                shown.setdefault((language, plain), word[:60])


def _write(uses: Mapping[Key, int], shown: Mapping[Key, str], on_conflict: str) -> None:
    rows = [
        {"language": language, "word": word, "shown": shown[language, word], "keys": rules.keys_of(word), "uses": count}
        for (language, word), count in uses.items()
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_ADD.format(on_conflict=on_conflict), [json.dumps(rows)])
