"""How a new price is laid over the spans there are. Pure: no database, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from glocal.platform.kernel.money import Money

_LEAST = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A price in time, [start, end). ``row_id`` is the stored row it is, or None for a new one."""

    start: datetime
    end: datetime | None
    money: Money
    source: str
    row_id: UUID | None = None


def at(spans: Iterable[Span], moment: datetime) -> Money | None:
    """The price at a moment; None when there is none."""
    for span in spans:
        if span.start <= moment and (span.end is None or moment < span.end):
            return span.money
    return None


def lay(spans: Sequence[Span], new: Span, now: datetime) -> list[Span]:
    """The spans after ``new`` takes its time: what it covers gives way, and what it interrupts goes on behind it.

    A price that has begun keeps its beginning; if ``new`` starts in the very moment it began, it starts just after.
    """
    begun = [span.start for span in spans if span.start <= now]
    if new.start in begun:
        new = replace(new, start=new.start + _LEAST)
    kept = []
    for span in spans:
        if (span.end is not None and span.end <= new.start) or (new.end is not None and new.end <= span.start):
            kept.append(span)
            continue
        if span.start < new.start:
            kept.append(replace(span, end=new.start))
        if new.end is not None and (span.end is None or new.end < span.end):
            kept.append(replace(span, start=new.end, row_id=None))
    return _joined(sorted([*kept, new], key=lambda span: span.start))


def _joined(spans: Sequence[Span]) -> list[Span]:
    """A span that goes on with the same price and source as the one before it is no change of price."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and last.end == span.start and last.money == span.money and span.row_id is None:
            joined[-1] = replace(last, end=span.end)
        else:
            joined.append(span)
    return joined
