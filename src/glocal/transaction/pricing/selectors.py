"""Reading the history of prices."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from glocal.platform.kernel.money import Money
from glocal.transaction.pricing.models import PriceRow
from glocal.transaction.pricing.types import PastPrice, Reduction

THIRTY_DAYS = timedelta(days=30)
TOLD = timedelta(days=60)
"""How far back anybody may look: a cut of the last thirty days, and the thirty days before it."""

# The current price of each variant, and the lowest that held at any moment of the 30 days before it began.
_REDUCTIONS = """
SELECT now.variant_id, now.minor, now.currency, now.valid_from, was.minor
FROM pricing_pricerow AS now
CROSS JOIN LATERAL (
    SELECT min(earlier.minor) AS minor FROM pricing_pricerow AS earlier
    WHERE earlier.variant_id = now.variant_id AND earlier.market = now.market AND earlier.valid_from < now.valid_from
      AND (earlier.valid_to IS NULL OR earlier.valid_to > now.valid_from - interval '30 days')
) AS was
WHERE now.variant_id = ANY(%s) AND now.market = %s
  AND now.valid_from <= %s AND (now.valid_to IS NULL OR now.valid_to > %s) AND now.valid_from > %s
  AND now.minor < was.minor
"""


def history(variant_id: UUID, market: str) -> tuple[PastPrice, ...]:
    """Every price of a variant in a market, past, present and planned, in order of time."""
    rows = PriceRow.objects.filter(variant_id=variant_id, market=market).order_by("valid_from")
    return tuple(PastPrice(Money(row.minor, row.currency), row.valid_from, row.valid_to, row.source) for row in rows)


def recent(variant_id: UUID, market: str, since: datetime, until: datetime) -> tuple[PastPrice, ...]:
    """What a variant cost in a market between two moments (aware), in order of time; nothing of what is planned."""
    rows = PriceRow.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=since), variant_id=variant_id, market=market, valid_from__lte=until
    ).order_by("valid_from")
    return tuple(PastPrice(Money(row.minor, row.currency), row.valid_from, row.valid_to, row.source) for row in rows)


def lowest_of_30_days(variant_id: UUID, market: str, at: datetime) -> Money | None:
    """The lowest price that held at any moment of the 30 days before ``at``, when a reduction begins or began.

    This is the "prior price" of Directive 98/6/EC, Art. 6a(1)-(2); a price that begins at ``at`` does not count. A
    variant that is younger than 30 days has the lowest of its life (Art. 6a(4) lets member states shorten the period);
    None if it had no price before ``at``.
    """
    begun = Q(variant_id=variant_id, market=market, valid_from__lt=at)
    lasted = Q(valid_to=None) | Q(valid_to__gt=at - THIRTY_DAYS)
    row = PriceRow.objects.filter(begun & lasted).order_by("minor").first()
    return Money(row.minor, row.currency) if row else None


def reductions(variant_ids: Collection[UUID], market: str, at: datetime) -> dict[UUID, Reduction]:
    """Those variants whose price at ``at`` is lower than the lowest of the 30 days before it began; one statement.

    A cut older than 30 days is no news any more and drops out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REDUCTIONS, [list(variant_ids), market, at, at, at - THIRTY_DAYS])
        rows = cursor.fetchall()
    return {
        variant_id: Reduction(Money(minor, currency), Money(was, currency), since)
        for variant_id, minor, currency, since, was in rows
    }
