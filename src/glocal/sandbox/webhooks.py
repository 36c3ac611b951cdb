"""Webhooks: written with the change they tell of, signed, and sent until the merchant answers 2xx."""

import asyncio
import hashlib
import hmac
import logging
import random
import secrets
import time

import msgspec

from glocal.sandbox.config import Config
from glocal.sandbox.errors import not_found
from glocal.sandbox.faults import Faults
from glocal.sandbox.outgoing import Outgoing
from glocal.sandbox.store import Store

_LONGEST_WAIT = 300.0
_GIVE_UP_AFTER = 3 * 86_400.0
_SENDERS = 4
_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


def signature(secret: str, body: bytes, at: int) -> str:
    """The ``Sandbox-Signature`` header: HMAC-SHA256 over ``<seconds>.<body>``."""
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Webhooks:
    """The queue of webhooks and its sender. At least once, in no promised order."""

    def __init__(self, store: Store, faults: Faults, config: Config) -> None:
        self._store, self._faults, self._config = store, faults, config
        self._outgoing = Outgoing()
        self._wake = asyncio.Event()
        self._under_way: set[str] = set()

    def add(self, event: str, subject: str, data: dict[str, object]) -> None:
        """Queue ``event`` about ``subject`` in the caller's transaction; nothing is sent where no address is set."""
        url = self._config.carrier_webhook_url if event.startswith("shipment.") else self._config.webhook_url
        if not url:
            return
        event_id, now = f"evt_{secrets.token_hex(12)}", time.time()
        body = _encode({"id": event_id, "type": event, "created": int(now), "data": data})
        late = self._faults.strikes("reorder_webhooks")
        dropped = self._faults.strikes("drop_webhooks") is not None
        due = None if dropped else now + random.random() * (late or 0) / 1000  # noqa: S311 - not a secret
        self._store.db.execute(
            "INSERT INTO events (id, type, subject, url, body, created, due, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (event_id, event, subject, url, body, now, due, "dropped by fault" if dropped else ""),
        )
        self._wake.set()

    def resend(self, event_id: str) -> None:
        """Send one again now, whatever became of it before."""
        sql = "UPDATE events SET due = ?, attempts = 0 WHERE id = ?"
        if self._store.db.execute(sql, (time.time(), event_id)).rowcount == 0:
            raise not_found("webhook")
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, for ever; a few at a time, so that one slow receiver does not hold up the rest."""
        free = asyncio.Semaphore(_SENDERS)
        tasks: set[asyncio.Task[None]] = set()
        try:
            await self._send_for_ever(free, tasks)
        finally:
            self._outgoing.close()

    async def _send_for_ever(self, free: asyncio.Semaphore, tasks: set[asyncio.Task[None]]) -> None:
        while True:
            self._wake.clear()
            now = time.time()
            due = self._store.all("SELECT * FROM events WHERE due <= ? ORDER BY due LIMIT 64", now)
            for row in [row for row in due if row["id"] not in self._under_way]:
                await free.acquire()
                self._under_way.add(row["id"])
                task = asyncio.create_task(self._deliver(row["id"], row["url"], row["body"], row["attempts"]))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                task.add_done_callback(lambda _: free.release())
            await self._rest(now, more=len(due) == 64)

    async def _rest(self, now: float, *, more: bool) -> None:
        """Until something new is queued or the next repeat is due."""
        upcoming = self._store.one("SELECT min(due) AS next FROM events WHERE due > ?", now)
        wait = 0.01 if more else min(5.0, (upcoming["next"] - now) if upcoming and upcoming["next"] else 5.0)
        try:
            await asyncio.wait_for(self._wake.wait(), max(wait, 0.01))
        except TimeoutError:
            return

    async def _deliver(self, event_id: str, url: str, body: bytes, attempts: int) -> None:
        try:
            outcome = await self._post(url, body)
            if outcome.startswith("2") and self._faults.strikes("duplicate_webhooks") is not None:
                outcome = await self._post(url, body)
            self._record(event_id, attempts + 1, outcome)
        finally:
            self._under_way.discard(event_id)

    async def _post(self, url: str, body: bytes) -> str:
        signed = signature(self._config.webhook_secret, body, int(time.time()))
        headers = {"Content-Type": "application/json", "Sandbox-Signature": signed, "User-Agent": "sandbox-webhooks/1"}
        return await self._outgoing.post(url, headers, body)

    def _record(self, event_id: str, attempts: int, outcome: str) -> None:
        now = time.time()
        if outcome.startswith("2"):
            sql = "UPDATE events SET due = NULL, delivered = ?, attempts = ?, outcome = ? WHERE id = ?"
            self._store.db.execute(sql, (now, attempts, outcome, event_id))
            return
        wait = min(_LONGEST_WAIT, self._config.retry_seconds * 2 ** min(attempts - 1, 20))
        wait *= 1 + random.random() / 5  # noqa: S311 - spreads repeats, no secret
        sql = (
            "UPDATE events SET attempts = ?, outcome = ?, due = CASE WHEN created < ? THEN NULL ELSE ? END WHERE id = ?"
        )
        self._store.db.execute(sql, (attempts, outcome, now - _GIVE_UP_AFTER, now + wait, event_id))
        _log.info("webhook %s not taken (%s), attempt %d", event_id, outcome, attempts)
        self._wake.set()
