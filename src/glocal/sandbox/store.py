"""The sandbox's memory: one SQLite file, written by one process and one thread only."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS payments (
    id TEXT PRIMARY KEY, reference TEXT NOT NULL, created REAL NOT NULL, due REAL, doc BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS payment_by_reference ON payments (reference);
CREATE INDEX IF NOT EXISTS payment_due ON payments (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS refunds (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, payment TEXT NOT NULL, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS refund_by_time ON refunds (created);
CREATE TABLE IF NOT EXISTS tokens (id TEXT PRIMARY KEY, created REAL NOT NULL, doc BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS methods (
    id TEXT PRIMARY KEY, customer TEXT NOT NULL, created REAL NOT NULL, doc BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS method_by_customer ON methods (customer);
CREATE TABLE IF NOT EXISTS shipments (
    id TEXT PRIMARY KEY, reference TEXT NOT NULL, created REAL NOT NULL, due REAL, doc BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS shipment_due ON shipments (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, request BLOB NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, subject TEXT NOT NULL, url TEXT NOT NULL, body BLOB NOT NULL,
    created REAL NOT NULL, due REAL, attempts INTEGER NOT NULL DEFAULT 0, delivered REAL,
    outcome TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS event_due ON events (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_by_subject ON events (subject);
CREATE TABLE IF NOT EXISTS faults (name TEXT PRIMARY KEY, probability REAL NOT NULL, ms INTEGER NOT NULL);
"""


class Store:
    """One connection for the whole process: requests run on one event loop, so no two writers ever meet."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        self.db.row_factory = sqlite3.Row
        # A killed process loses nothing that way (the system has the pages); a machine without power may.
        self.db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;" + _SCHEMA)

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction; must not be held over an ``await``."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.db.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self.db.execute(sql, values).fetchall()

    def forget_before(self, moment: float) -> None:
        """Drop what has done its work: kept answers, spent tokens and delivered webhooks older than ``moment``."""
        with self.change() as db:
            db.execute("DELETE FROM answers WHERE created < ?", (moment,))
            db.execute("DELETE FROM tokens WHERE created < ?", (moment,))
            db.execute("DELETE FROM events WHERE created < ? AND due IS NULL", (moment,))
