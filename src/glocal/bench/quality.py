"""`search --quality`: how well what people type is answered, beside PostgreSQL's plain full text on the same texts.

A file of judged queries: rows with the product that is ``want``ed (grade 3), what would do as well (``also``, grade 1)
and lists of queries by language. Plain full text is what a shop has that follows the manual: a document of all texts of
the language (English where there is none), ``websearch_to_tsquery`` with the language's configuration, ``ts_rank_cd``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from statistics import mean
from typing import Any

import yaml

from glocal.bench.report import say
from glocal.bench.stage import stage

CUT = 10
MARKET = "US"
_PLAIN_CONFIGS = {"en": "english", "ar": "arabic", "es": "spanish"}
_PLAIN = """
SELECT slug FROM (
  SELECT product.slug,
         setweight(to_tsvector(%(config)s::regconfig, coalesce(title ->> %(language)s, title ->> 'en', '')), 'A') ||
         to_tsvector(%(config)s::regconfig, concat_ws(' ', coalesce(summary ->> %(language)s, summary ->> 'en'),
           coalesce(description ->> %(language)s, description ->> 'en'), brand.name,
           coalesce(category.name ->> %(language)s, category.name ->> 'en'))) AS document
  FROM catalog_product AS product
  LEFT JOIN catalog_brand AS brand ON brand.id = product.brand_id
  LEFT JOIN catalog_category AS category ON category.id = product.category_id
) AS texts
WHERE document @@ websearch_to_tsquery(%(config)s::regconfig, %(query)s)
ORDER BY ts_rank_cd(document, websearch_to_tsquery(%(config)s::regconfig, %(query)s)) DESC, slug LIMIT {cut}
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with the grade (1 to 3) of each product that answers it."""

    language: str
    text: str
    grades: Mapping[str, int] = field(hash=False)


def read(file: Path) -> list[Judged]:
    rows: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        Judged(language, text, {row["want"]: 3} | dict.fromkeys(row["also"], 1))
        for row in rows
        for language, texts in row.items()
        if language not in {"want", "also"}
        for text in texts
    ]


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain of the first ten, gains 2^grade - 1 (Järvelin and Kekäläinen 2002)."""

    def gain(listed: Sequence[int]) -> float:
        return sum(float(2**grade - 1) / log2(place + 2) for place, grade in enumerate(listed[:CUT]))

    return gain([grades.get(slug, 0) for slug in found]) / gain(sorted(grades.values(), reverse=True))


def ours(judged: Judged) -> list[str]:
    """The page's products in order; what is shown when nothing at all was found counts as nothing."""
    from glocal.content.search import facade as search

    found = search.find(market=MARKET, language=judged.language, text=judged.text)
    shown = () if found.how == "nothing" else found.page.cards or found.others
    return [card.slug for card in shown]


def plain(judged: Judged) -> list[str]:
    from django.db import connection

    config = _PLAIN_CONFIGS.get(judged.language, "simple" if judged.language in {"th", "zh-hans"} else "english")
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN.format(cut=CUT), {"config": config, "language": judged.language, "query": judged.text})
        return [row[0] for row in cursor.fetchall()]


def compare(file: Path) -> None:
    """Print NDCG@10 and the share of queries with no right answer in ten, ours beside plain, in all and by language."""
    queries = read(file)
    with stage(demo=True):
        from glocal.content.search import facade as search

        search.rebuild()
        scores = [(query, ndcg(ours(query), query.grades), ndcg(plain(query), query.grades)) for query in queries]
    say("search", "judged_queries", len(queries), "1")
    for language in ("", *dict.fromkeys(query.language for query in queries)):
        part = [row for row in scores if not language or row[0].language == language]
        name = f"_{language}" if language else ""
        say("search", f"ndcg_at_10{name}", mean(row[1] for row in part), "1", mean(row[2] for row in part))
        missed = mean(row[1] == 0 for row in part), mean(row[2] == 0 for row in part)
        say("search", f"unanswered{name}", missed[0], "1", missed[1])
