"""Jobs: periodic and heavy work, kept in PostgreSQL by procrastinate. One job per batch of things, never per person.

A job may run twice (a worker can die after its work and before its receipt), so every job is idempotent.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

F = TypeVar("F", bound=Callable[..., Any])

OUTAGE = RetryStrategy(max_attempts=12, exponential_wait=2)
"""For work that needs somebody outside: 2, 4, 8 ... seconds between tries."""


def job(name: str, *, retry: RetryStrategy | None = None, queue: str = "default") -> Callable[[F], Any]:
    """Make a function a job; ``function.defer(**kwargs)`` queues it, in the caller's transaction if one is open.

    Of a queue other than the default one job runs at a time: heavy work leaves room for everything else.
    """
    lock = None if queue == "default" else queue
    return app.task(name=name, queue=queue, lock=lock, retry=retry or False, pass_context=False)


def defer_once(task: Any, lock: str, **arguments: Any) -> bool:
    """Queue a job unless one with this lock waits already; whether it was queued.

    One that runs already is none that waits: it may have read what has changed since.
    """
    try:
        with transaction.atomic():  # a refused row must not doom the caller's transaction
            task.configure(queueing_lock=lock).defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def periodic(name: str, *, cron: str, queue: str = "periodic") -> Callable[[Callable[[], Any]], Any]:
    """Make a function a job that runs by ``cron`` (six fields: the sixth is seconds), one at a time."""

    def register(function: Callable[[], Any]) -> Any:
        def run(timestamp: int) -> None:
            function()

        task = app.task(name=name, queue=queue, queueing_lock=name, lock=name, pass_context=False)(run)
        return app.periodic(cron=cron)(task)

    return register
