"""Setting prices, and telling the catalogue when their time comes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import connection

from glocal.content.catalog import facade as catalog
from glocal.events.pricing import MarketPrice, PriceChanged
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.transaction.pricing.errors import PriceCurrencyWrong, PriceNotPositive, PriceTimesWrong
from glocal.transaction.pricing.models import PriceRow
from glocal.transaction.pricing.rounding import local_price
from glocal.transaction.pricing.rules import Span, at, lay
from glocal.transaction.pricing.selectors import reductions
from glocal.transaction.pricing.types import NewPrice, Reduction

Key = tuple[UUID, str]

_BATCH = 2000
_LEAST = timedelta(microseconds=1)
_SLACK = timedelta(minutes=1)  # a start of a moment ago is now, and a price must outlast the wait for its turn

_SPANS = """
SELECT row.variant_id, row.market, row.valid_from, row.valid_to, row.minor, row.currency, row.source, row.id
FROM unnest(%s::uuid[], %s::text[]) AS wanted (variant_id, market)
JOIN pricing_pricerow AS row USING (variant_id, market)
WHERE row.valid_to IS NULL OR row.valid_to > %s
ORDER BY row.valid_from
"""
_END = """
UPDATE pricing_pricerow AS row SET valid_to = given.valid_to, due_at = given.due_at
FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS given (id, valid_to, due_at) WHERE row.id = given.id
"""
_DUE = "SELECT DISTINCT variant_id, market FROM pricing_pricerow WHERE due_at <= %s LIMIT %s"
_TAKE_DUE = """
UPDATE pricing_pricerow AS row SET due_at = CASE WHEN row.valid_to > %s THEN row.valid_to END
FROM unnest(%s::uuid[], %s::text[]) AS wanted (variant_id, market),
    (SELECT id, due_at FROM pricing_pricerow WHERE due_at <= %s) AS before
WHERE row.id = before.id AND row.variant_id = wanted.variant_id AND row.market = wanted.market
RETURNING row.variant_id, row.market, before.due_at
"""


@transactional
def set_prices(rows: Iterable[NewPrice], actor_id: UUID | None = None) -> int:
    """Lay new prices over the old ones, keep the history, tell the catalogue what holds now; returns how many changed.

    A price takes exactly its time: what it interrupts goes on behind it, later prices it covers are given up. Setting
    the price that holds already changes nothing. All rows or none; statements grow with batches, not with rows.
    Raises PriceNotPositive, PriceCurrencyWrong, PriceTimesWrong (``field`` names the row), UnknownMarket or
    UnknownVariant.
    """
    new: dict[Key, list[NewPrice]] = defaultdict(list)
    for position, row in enumerate(rows):
        _check(row, f"rows[{position}]", clock.now())
        new[row.variant_id, row.market].append(row)
    if not new:
        return 0
    # One writer at a time per product, in the catalogue's own order: what is read stays true until it is written.
    catalog.lock_variants({variant_id for variant_id, _ in new})
    now = clock.now()  # after the wait for the lock: what others set meanwhile has begun before this
    old = _spans(new, now)
    laid = {key: _laid(old.get(key, []), given, now) for key, given in new.items()}
    _store(old, laid, actor_id, now)
    changed = {key: (at(old.get(key, []), now), at(spans, now + _LEAST)) for key, spans in laid.items()}
    _announce({key: change for key, change in changed.items() if change[0] != change[1]})
    written = sum(laid[key] != old.get(key, []) for key in laid)
    if actor_id is not None and written:
        _record(actor_id, new)
    return written


def _check(row: NewPrice, field: str, now: datetime) -> None:
    expected = markets.get(row.market).currency
    if row.money.currency != expected:
        raise PriceCurrencyWrong(
            field=f"{field}.money", market=row.market, expected=expected, currency=row.money.currency
        )
    if row.money.minor <= 0:
        raise PriceNotPositive(field=f"{field}.money")
    start = row.valid_from or now
    if start < now - _SLACK:
        raise PriceTimesWrong(field=f"{field}.valid_from")
    if row.valid_to is not None and row.valid_to <= max(start, now) + _SLACK:
        raise PriceTimesWrong(field=f"{field}.valid_to")


def _laid(spans: Sequence[Span], given: Iterable[NewPrice], now: datetime) -> list[Span]:
    result = list(spans)
    for row in given:
        start = max(row.valid_from or now, now)
        result = lay(result, Span(start, row.valid_to, row.money, row.source), now)
    return result


def _spans(keys: Iterable[Key], after: datetime) -> dict[Key, list[Span]]:
    """The spans that end after ``after``, in order of time."""
    found: dict[Key, list[Span]] = defaultdict(list)
    wanted = list(keys)
    with connection.cursor() as cursor:
        cursor.execute(_SPANS, [[key[0] for key in wanted], [key[1] for key in wanted], after])
        for variant_id, market, start, end, minor, currency, source, row_id in cursor.fetchall():
            found[variant_id, market].append(Span(start, end, Money(minor, currency), source, row_id))
    return found


def _store(
    old: Mapping[Key, Sequence[Span]], laid: Mapping[Key, Sequence[Span]], actor_id: UUID | None, now: datetime
) -> None:
    kept = {span.row_id: span for spans in laid.values() for span in spans if span.row_id}
    before = {span.row_id: span for spans in old.values() for span in spans if span.row_id}
    PriceRow.objects.filter(pk__in=before.keys() - kept.keys()).delete()
    ended = [span for row_id, span in kept.items() if span != before[row_id]]
    if ended:
        with connection.cursor() as cursor:
            columns = zip(*((span.row_id, span.end, _due(span, now)) for span in ended), strict=True)
            cursor.execute(_END, [list(column) for column in columns])
    PriceRow.objects.bulk_create(
        [
            PriceRow(
                variant_id=variant_id,
                market=market,
                currency=span.money.currency,
                minor=span.money.minor,
                valid_from=span.start,
                valid_to=span.end,
                source=span.source,
                actor_id=actor_id,
                due_at=_due(span, now),
            )
            for (variant_id, market), spans in laid.items()
            for span in spans
            if span.row_id is None
        ],
        batch_size=_BATCH,
    )


def _due(span: Span, now: datetime) -> datetime | None:
    if span.start > now + _LEAST:
        return span.start
    return span.end if span.end is not None and span.end > now + _LEAST else None


def _announce(changes: Mapping[Key, tuple[Money | None, Money | None]]) -> None:
    """Tell the catalogue and the other packages of (price before, price now)."""
    if not changes:
        return
    cuts = _cuts(changes)
    told = [(key, now, cuts.get(key)) for key, (_, now) in changes.items()]
    catalog.set_prices(
        [catalog.PriceChange(*key, now, cut.was if cut else None, cut.since if cut else None) for key, now, cut in told]
    )
    prices: dict[UUID, list[MarketPrice]] = defaultdict(list)
    for (variant_id, market), (before, now) in changes.items():
        currency = (now or before or Money.zero(markets.get(market).currency)).currency
        prices[variant_id].append(
            MarketPrice(market, currency, now.minor if now else None, before.minor if before else None)
        )
    events = iter([PriceChanged(variant_id=key, prices=tuple(found)) for key, found in prices.items()])
    while part := list(islice(events, _BATCH)):
        publish(*part)


def _cuts(changes: Mapping[Key, tuple[Money | None, Money | None]]) -> dict[Key, Reduction]:
    """Those of the changes that may be announced as cuts; a statement for each market with prices that fell."""
    fallen: dict[str, list[UUID]] = defaultdict(list)
    for (variant_id, market), (before, now) in changes.items():
        if before and now and now.minor < before.minor:
            fallen[market].append(variant_id)
    at = clock.now() + _LEAST
    return {
        (variant_id, market): cut
        for market, variant_ids in fallen.items()
        for variant_id, cut in reductions(variant_ids, market, at).items()
    }


def _record(actor_id: UUID, new: Mapping[Key, Sequence[NewPrice]]) -> None:
    for (variant_id, market), given in new.items():
        after = [
            {"minor": row.money.minor, "currency": row.money.currency, "from": row.valid_from, "to": row.valid_to}
            for row in given
        ]
        audit.record(
            actor_id=actor_id,
            action="pricing.set_prices",
            object_type="variant",
            object_id=variant_id,
            after={"prices": after},
            market=market,
            note=given[-1].source,
        )


@transactional
def apply_due(limit: int = 500) -> int:
    """Tell the catalogue of prices that began or ended since the last time; returns how many, at most ``limit``."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [clock.now(), limit])
        keys: list[Key] = cursor.fetchall()
    if not keys:
        return 0
    catalog.lock_variants({variant_id for variant_id, _ in keys})
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_DUE, [now, [key[0] for key in keys], [key[1] for key in keys], now])
        taken = cursor.fetchall()
    first = {}
    for variant_id, market, due in sorted(taken, key=lambda row: row[2], reverse=True):
        first[variant_id, market] = due
    if not first:
        return 0
    spans = _spans(first, min(first.values()) - _LEAST)
    changes = {key: (at(spans.get(key, []), due - _LEAST), at(spans.get(key, []), now)) for key, due in first.items()}
    _announce({key: change for key, change in changes.items() if change[0] != change[1]})
    return len(first)


def from_base(base: Money, market: str, on: date) -> Money:
    """A price in the market's currency out of one in another: at the rate of ``on``, then to the local price point.

    Raises UnknownMarket, MissingRate.
    """
    return local_price(markets.exchange(base, markets.get(market).currency, on).money, market)
