"""Run the relay until told to stop."""

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, connection

from glocal.platform.eventing.relay import BATCH, relay_once, retry_due

log = logging.getLogger(__name__)

# A batch costs the same few statements whether it holds one event or two hundred. So the relay takes what waits, and
# what its handlers publish on it, in one go and then rests a few times as long as that took: with little to do an event
# waits for a moment, under load batches grow and each order costs less.
FOLLOWING = 4  # a webhook, the payment, the order, its parcels
REST = 3
SHORTEST_REST, LONGEST_REST = 0.05, 0.25
RETRY_EVERY = 1.0


class Command(BaseCommand):
    help = "Take events from the outbox to their handlers."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--shards", type=int, default=16, help="shards to hold at a time; lower it to run several relays"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        rest, last_retry = SHORTEST_REST, 0.0
        while not stop.is_set():
            begun = time.monotonic()
            try:
                taken = relay_following(options["shards"])
                if begun - last_retry > RETRY_EVERY:
                    last_retry = begun
                    retry_due()
            except Error:
                log.exception("the database did not answer; trying again")
                connection.close()
                taken = 0
                stop.wait(1)
            worked = time.monotonic() - begun
            rest = max(SHORTEST_REST, worked * REST) if taken else rest * 1.5
            rest = min(rest, LONGEST_REST)
            if taken < BATCH:  # more than a batch waits: batches are as full as they get
                stop.wait(rest)


def relay_following(shards: int) -> int:
    """Relay a batch and what follows from it; returns how many events the fullest batch held."""
    fullest = 0
    for _ in range(FOLLOWING):
        count = relay_once(shards=shards)
        fullest = max(fullest, count)
        if not count:
            break
    return fullest
