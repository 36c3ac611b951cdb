"""The present moment, aware and in UTC. Tests and replays put another clock in its place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=_system_time)


def now() -> datetime:
    """The present moment in UTC."""
    return _source.get()()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` (aware) inside the block.

    Raises ValueError for a naive time.
    """
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware times only")
    token = _source.set(lambda: moment.astimezone(UTC))
    try:
        yield
    finally:
        _source.reset(token)


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Run the block with a clock that is ``by`` ahead of (or behind) the system's."""
    token = _source.set(lambda: _system_time() + by)
    try:
        yield
    finally:
        _source.reset(token)
