"""The first page: the day's figures from roll-ups, and the work that waits. It adds up no live table."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from glocal.platform.console.records import MOST_COUNTED, Records, list_url, operator_of
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.transaction.orders import facade as orders

DAYS = 14


def today(request: HttpRequest, tables: Sequence[Records]) -> dict[str, Any]:
    allowed = operator_of(request).markets("orders.view")
    queues = _queues(request, tables)
    waiting, clear = [item for item in queues if item["count"]], [item for item in queues if not item["count"]]
    return {"waiting": waiting, "clear": clear, "sales": _sales(allowed) if allowed else None}


def _queues(request: HttpRequest, tables: Sequence[Records]) -> list[dict[str, Any]]:
    """The work lists with how much is on each; all counts are one statement, and each stops at ``MOST_COUNTED``."""
    queues = [(table, queue) for table in tables for queue in table.queues]
    counts = _counts([table.get_queryset(request).filter(**queue.lookups) for table, queue in queues])
    found: list[dict[str, Any]] = [
        {
            "queue": queue,
            "count": count,
            "address": f"{list_url(table.model._meta.label_lower)}?{urlencode(queue.lookups)}",
            "more": count >= MOST_COUNTED,
        }
        for (table, queue), count in zip(queues, counts, strict=True)
    ]
    return sorted(found, key=lambda item: not item["queue"].urgent)


def _counts(lists: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each query finds, at most ``MOST_COUNTED``."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in lists:
        try:
            statement, given = rows.order_by().values("pk")[:MOST_COUNTED].query.sql_with_params()
        except EmptyResultSet:
            statement, given = "SELECT 1 WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({statement}) AS found)")  # noqa: S608 - written by the ORM
        values += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())


def _sales(allowed: frozenset[str]) -> dict[str, Any]:
    """Orders by day over all markets, and money by market: amounts in different currencies are not added up."""
    today = clock.now().date()
    rows = list(orders.day_sales(allowed, today - timedelta(days=DAYS - 1)))
    last = max([today, *(row.day for row in rows)])  # a market's own day: east of us it is tomorrow already
    days = {last - timedelta(days=back): 0 for back in reversed(range(DAYS))}
    by_market: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row.day not in days:
            continue
        days[row.day] += row.orders
        for figure in ("orders", "units"):
            by_market[row.market][figure] += getattr(row, figure)
        for figure in ("gross", "refunded"):
            by_market[row.market][figure] += getattr(row, figure).minor
    most = max(days.values(), default=0)
    return {
        "days": [(day, count, round(100 * count / most) if most else 0) for day, count in days.items()],
        "since": min(days),
        "markets": [_market(code, figures) for code, figures in sorted(by_market.items())],
        "most": most,
    }


def _market(code: str, figures: dict[str, int]) -> dict[str, Any]:
    market = markets.get(code)
    return {
        "market": market,
        "orders": figures["orders"],
        "units": figures["units"],
        "gross": Money(figures["gross"], market.currency),
        "refunded": Money(figures["refunded"], market.currency),
        "address": f"{list_url('orders.order')}?{urlencode({'market': code})}",
    }
