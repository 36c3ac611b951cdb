"""Switches that make the sandbox behave badly, as real providers sometimes do."""

import random
from typing import Annotated

import msgspec

from glocal.sandbox.store import Store

DEFAULT_MS = {
    "delay": 500,
    "timeout_after_success": 30_000,
    "outage": 0,
    "duplicate_webhooks": 0,
    "reorder_webhooks": 3_000,
    "drop_webhooks": 0,
}


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """How often (0 to 1) and, where a time belongs to it, for how many milliseconds."""

    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    ms: Annotated[int, msgspec.Meta(ge=0, le=600_000)] | None = None


class Faults:
    """The switches' present state, kept over restarts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state = {row["name"]: (row["probability"], row["ms"]) for row in store.all("SELECT * FROM faults")}

    def strikes(self, name: str) -> int | None:
        """Milliseconds of the fault if it strikes this time, else None."""
        if not self._state or name not in self._state:
            return None
        probability, ms = self._state[name]
        return ms if random.random() < probability else None  # noqa: S311 - not a secret

    def state(self) -> dict[str, dict[str, float]]:
        return {
            name: {"probability": self._state.get(name, (0.0, 0))[0], "ms": self._state.get(name, (0.0, ms))[1]}
            for name, ms in DEFAULT_MS.items()
        }

    def set(self, name: str, probability: float, ms: int | None = None) -> None:
        """Switch ``name`` to strike with ``probability``; 0 switches it off."""
        kept = ms if ms is not None else DEFAULT_MS[name]
        with self._store.change() as db:
            if probability > 0:
                db.execute("INSERT OR REPLACE INTO faults VALUES (?, ?, ?)", (name, probability, kept))
                self._state[name] = (probability, kept)
            else:
                db.execute("DELETE FROM faults WHERE name = ?", (name,))
                self._state.pop(name, None)

    def clear(self) -> None:
        for name in DEFAULT_MS:
            self.set(name, 0)
