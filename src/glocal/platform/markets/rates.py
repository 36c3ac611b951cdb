"""Exchange rates: dated rows with a source, direct, turned round, or crossed through the euro or the dollar."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import reduce
from itertools import pairwise

from django.db import connection

from glocal.events.markets import RatesChanged
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.kernel.currencies import minor_digits
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.platform.markets.errors import MissingRate, RateInvalid
from glocal.platform.markets.seed import DEMO_RATES, DEMO_SOURCE
from glocal.platform.markets.types import Exchanged, NewRate, Rate

_HUBS = ("EUR", "USD")
_WAYS: tuple[tuple[str, ...], ...] = ((), ("EUR",), ("USD",), ("EUR", "USD"), ("USD", "EUR"))
# A rate that we work out keeps twelve figures: more than any source publishes, and stable when it is stored.
_FIGURES = Context(prec=12, rounding=ROUND_HALF_EVEN)
# What numeric(20, 10) holds.
_LEAST, _MOST = Decimal("1e-10"), Decimal("1e10")
_kept: ProcessCache[tuple[str, str, date], Rate] = ProcessCache(seconds=60)

# The newest figure of each wanted pair; of two on one day the demo seed gives way, then the name decides.
_NEWEST = """
SELECT pair.base, pair.quote, found.rate, found."on", found.source
FROM unnest(%s::text[], %s::text[]) AS pair (base, quote)
CROSS JOIN LATERAL (
    SELECT rate, "on", source FROM markets_fxrate
    WHERE base = pair.base AND quote = pair.quote AND "on" <= %s
    ORDER BY "on" DESC, source = %s, source LIMIT 1
) found
"""

# A figure that is there already is not written again. Both parts see the table as it was before, so "newest" is judged
# against the figures that were there, and among those of the load itself every newer one counts.
_STORE = """
WITH written AS (
    INSERT INTO markets_fxrate (id, base, quote, "on", rate, source)
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::date[], %s::numeric[], %s::text[])
    ON CONFLICT (base, quote, "on", source) DO UPDATE SET rate = EXCLUDED.rate
    WHERE markets_fxrate.rate <> EXCLUDED.rate
    RETURNING base, quote, "on"
)
SELECT DISTINCT written.base, written.quote FROM written
WHERE NOT EXISTS (
    SELECT FROM markets_fxrate known
    WHERE known.base = written.base AND known.quote = written.quote AND known."on" > written."on"
) ORDER BY 1, 2
"""


def rate(base: str, quote: str, on: date) -> Rate:
    """What one major unit of ``base`` is worth in ``quote`` on a date: the newest figures at or before it.

    Of the ways there are (direct, turned round, through EUR or USD) the one with the newest figures wins, the
    shortest on a tie. One statement when cold, none when asked again within a minute.
    Raises UnknownCurrency or MissingRate.
    """
    return _kept.get((base, quote, on), lambda: _find(base, quote, on))


def _find(base: str, quote: str, on: date) -> Rate:
    minor_digits(base), minor_digits(quote)
    if base == quote:
        return Rate(Decimal(1), on, "same currency")
    legs = _legs(base, quote, on)
    ways = [_along(legs, (base, *hubs, quote)) for hubs in _WAYS if not {base, quote} & set(hubs)]
    found = [way for way in ways if way is not None]
    if not found:
        raise MissingRate(base=base, quote=quote, on=on.isoformat())
    return max(found, key=lambda way: way.on)


def _legs(base: str, quote: str, on: date) -> dict[tuple[str, str], Rate]:
    """Every figure a way could use, in both directions; a published figure goes before one turned round of its day."""
    pairs = {(base, quote), _HUBS, *((base, hub) for hub in _HUBS), *((hub, quote) for hub in _HUBS)}
    wanted = sorted({pair for one, other in pairs if one != other for pair in ((one, other), (other, one))})
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [[one for one, _ in wanted], [other for _, other in wanted], on, DEMO_SOURCE])
        rows = cursor.fetchall()
    legs = {(row[0], row[1]): Rate(*row[2:]) for row in rows}
    for (one, other), figure in list(legs.items()):
        turned = legs.get((other, one))
        if turned is None or turned.on < figure.on:
            legs[other, one] = Rate(_FIGURES.divide(Decimal(1), figure.rate), figure.on, figure.source)
    return legs


def _along(legs: Mapping[tuple[str, str], Rate], stops: Sequence[str]) -> Rate | None:
    known = [legs[pair] for pair in pairwise(stops) if pair in legs]
    if len(known) < len(stops) - 1:
        return None
    figure = reduce(_FIGURES.multiply, (part.rate for part in known))
    through = f" via {', '.join(stops[1:-1])}" if len(stops) > 2 else ""
    sources = " and ".join(sorted({part.source for part in known}))
    return Rate(figure if through else known[0].rate, min(part.on for part in known), sources + through)


def exchange(money: Money, currency: str, on: date) -> Exchanged:
    """An amount in another currency at the rate of a date, rounded half away from zero to its minor unit.

    Raises UnknownCurrency or MissingRate.
    """
    found = rate(money.currency, currency, on)
    return Exchanged(money.exchange(found.rate, currency), found.rate, found.on, found.source)


@transactional
def save_rates(rows: Iterable[NewRate]) -> int:
    """Store figures; a source that corrects its own figure of a day replaces it. Returns how many were given.

    When the newest figure of a pair is another one now, RatesChanged tells it.

    Raises UnknownCurrency or RateInvalid, and then stores nothing.
    """
    new = {(row.base, row.quote, row.on, row.source): row for row in rows}
    for row in new.values():
        minor_digits(row.base), minor_digits(row.quote)
        if row.base == row.quote or not row.rate.is_finite() or not _LEAST <= row.rate < _MOST:
            raise RateInvalid(field="rate", base=row.base, quote=row.quote, rate=str(row.rate))
    if pairs := _store(list(new.values())):
        publish(RatesChanged(change_id=uuid7(), pairs=tuple(pairs)))
    _kept.clear()
    return len(new)


def _store(rows: Sequence[NewRate]) -> list[str]:
    """The pairs whose newest figures are others after this. One statement."""
    columns = [list(column) for column in zip(*((r.base, r.quote, r.on, r.rate, r.source) for r in rows), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [[uuid7() for _ in rows], *(columns or [[]] * 5)])
        return [f"{base}/{quote}" for base, quote in cursor.fetchall()]


def save_demo_rates() -> int:
    """Store the demo's own figures, so that a fresh installation can show prices; they are no market data."""
    return save_rates(DEMO_RATES)
