"""What people search and don't find: counted by day, without who they are."""

import re

from django.db import connection

from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.words import normal

KEPT_DAYS = 400
LONGEST = 80
_BATCH = 20_000
_PERSONAL = re.compile(r"\S*@\S*|\+?\d[\d\s().-]{5,}\d")
"""E-mail addresses, telephone, card and order numbers: what people paste into the wrong box."""

# A count lost in a crash is no loss; a page that waits for the disk is.
_NOTE = """
WITH hurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO search_asked (day, market, language, query, found, helped) SELECT %s, %s, %s, %s, %s, %s FROM hurried
"""
_ROLL_UP = """
WITH taken AS (
  DELETE FROM search_asked WHERE id IN (SELECT id FROM search_asked ORDER BY id LIMIT {batch} FOR UPDATE SKIP LOCKED)
  RETURNING id, day, market, language, query, found, helped
)
INSERT INTO search_daysearches AS sum (day, market, language, query, searches, without, found)
SELECT day, market, language, query, count(*), count(*) FILTER (WHERE found = 0 OR helped),
       (array_agg(found ORDER BY id DESC))[1]
FROM taken GROUP BY day, market, language, query ORDER BY day, market, language, query
ON CONFLICT (day, market, language, query) DO UPDATE
SET searches = sum.searches + excluded.searches, without = sum.without + excluded.without, found = excluded.found
"""


def note(*, market: str, language: str, text: str, found: int, helped: bool = False) -> None:
    """Write down that somebody searched; nothing when the text holds what could be a person's own. One statement."""
    query = normal(text[:200])[:LONGEST]
    if query and not _PERSONAL.search(text):
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [clock.now().date(), market, language, query, found, helped])


@transactional
def roll_up() -> int:
    """Add what was asked to the sums of its days and remove it; returns how many sums were touched."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLL_UP.format(batch=_BATCH))
        return int(cursor.rowcount)


@transactional
def forget_old() -> None:
    """Sums older than 400 days go."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_daysearches WHERE day < current_date - %s", [KEPT_DAYS])
