"""Who handles what. Filled once, when Django starts, by each package's ``handlers.py``."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from glocal.events import Event

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Handler:
    """One package's reaction to one event. ``name`` is stable: failed deliveries are stored under it."""

    name: str
    package: str
    call: Callable[[Sequence[Any]], None]
    takes_batch: bool


_handlers: dict[type[Event], list[Handler]] = defaultdict(list)
_events: dict[str, type[Event]] = {}


def handles(event: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function that is called with each event, inside the relay's transaction.

    A handler writes to the database only (it may defer a job); it never calls the outside world.
    """

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        def one_by_one(events: Sequence[E]) -> None:
            for item in events:
                function(item)

        _add(event, function, one_by_one, takes_batch=False)
        return function

    return register


def handles_batch(event: type[E]) -> Callable[[Callable[[Sequence[E]], None]], Callable[[Sequence[E]], None]]:
    """As ``handles``, for a function that takes many events of one kind at once (cheaper under load)."""

    def register(function: Callable[[Sequence[E]], None]) -> Callable[[Sequence[E]], None]:
        _add(event, function, function, takes_batch=True)
        return function

    return register


def _add(event: type[Event], function: Any, call: Callable[[Sequence[Any]], None], *, takes_batch: bool) -> None:
    package = function.__module__.rsplit(".", 1)[0]
    name = f"{package.removeprefix('glocal.')}.{function.__name__}"
    if any(handler.name == name for handler in _handlers[event]):
        raise ValueError(f"{name} handles {event.name()} twice")
    _handlers[event].append(Handler(name, package, call, takes_batch))
    _events[event.name()] = event


def handlers_of(event: type[Event]) -> Sequence[Handler]:
    return _handlers.get(event, ())


def event_named(name: str) -> type[Event] | None:
    """The class of a stored event; None when nobody handles it."""
    return _events.get(name)


def handler_named(event: type[Event], name: str) -> Handler | None:
    return next((handler for handler in handlers_of(event) if handler.name == name), None)
