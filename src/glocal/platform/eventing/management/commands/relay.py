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

# A batch costs the same few statements whether it holds one event or two hundred: under load a short rest between
# batches saves more than half of the relay's work, and nobody sees 50 ms.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 0.25
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
        pause, last_retry = SHORTEST_PAUSE, 0.0
        while not stop.is_set():
            try:
                taken = relay_once(shards=options["shards"])
                if time.monotonic() - last_retry > RETRY_EVERY:
                    last_retry = time.monotonic()
                    retry_due()
            except Error:
                log.exception("the database did not answer; trying again")
                connection.close()
                taken = 0
                stop.wait(1)
            pause = SHORTEST_PAUSE if taken else min(pause * 1.5, LONGEST_PAUSE)
            if taken < BATCH:
                stop.wait(pause)
