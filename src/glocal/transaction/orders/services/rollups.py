"""The sales roll-up by day and market, so that no report adds up live orders."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

from glocal.platform.markets import facade as markets

_ADD = """
INSERT INTO orders_daysales (day, market, currency, orders, units, gross_minor, refunded_minor)
SELECT day, market, currency, sum(orders), sum(units), sum(gross), sum(refunded)
FROM unnest(%s::date[], %s::text[], %s::text[], %s::int[], %s::int[], %s::bigint[], %s::bigint[])
  AS change(day, market, currency, orders, units, gross, refunded)
GROUP BY day, market, currency ORDER BY day, market, currency
ON CONFLICT (day, market, currency) DO UPDATE SET
  orders = orders_daysales.orders + EXCLUDED.orders,
  units = orders_daysales.units + EXCLUDED.units,
  gross_minor = orders_daysales.gross_minor + EXCLUDED.gross_minor,
  refunded_minor = orders_daysales.refunded_minor + EXCLUDED.refunded_minor
"""

Change = tuple[date, str, str, int, int, int, int]
"""Day, market, currency; and what to add: orders, units, gross and refunded minor units."""


def local_day(moment: datetime, market: str) -> date:
    return moment.astimezone(ZoneInfo(markets.get(market).time_zone)).date()


def add_up(changes: Iterable[Change]) -> None:
    """Add to the days, in one statement."""
    columns = [list(column) for column in zip(*changes, strict=True)]
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, columns)
