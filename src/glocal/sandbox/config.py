"""What the sandbox reads from its environment."""

import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_KEYS = {"secret_key": "sk_sandbox_", "publishable_key": "pk_sandbox_", "webhook_secret": "whsec_"}


@dataclass(frozen=True, slots=True)
class Config:
    """Keys, addresses and pace of one sandbox.

    ``base_url`` is how browsers reach it. ``day_seconds`` is how long a parcel's day lasts; ``retry_seconds`` the wait
    before a webhook's first repeat, doubled each time up to five minutes.
    """

    folder: Path
    secret_key: str
    publishable_key: str
    webhook_secret: str
    base_url: str = "http://127.0.0.1:8100"
    webhook_url: str = ""
    carrier_webhook_url: str = ""
    day_seconds: float = 86_400.0
    retry_seconds: float = 1.0

    @classmethod
    def from_env(cls) -> Self:
        """From ``GLOCAL_HOME`` and ``GLOCAL_SANDBOX_*``; keys not given are made once and kept in the folder."""
        home = os.environ.get("GLOCAL_HOME")
        folder = Path(home).expanduser() if home else Path(tempfile.mkdtemp(prefix="glocal-sandbox-"))
        folder.mkdir(parents=True, exist_ok=True)
        given = {name: os.environ.get(f"GLOCAL_SANDBOX_{name.upper()}", "") for name in _KEYS}
        keys = given if all(given.values()) else {**_kept_keys(folder / "sandbox-keys.json"), **_without_empty(given)}
        return cls(
            folder=folder,
            base_url=_address(),
            webhook_url=os.environ.get("GLOCAL_SANDBOX_WEBHOOK_URL", ""),
            carrier_webhook_url=os.environ.get("GLOCAL_SANDBOX_CARRIER_WEBHOOK_URL", ""),
            day_seconds=float(os.environ.get("GLOCAL_SANDBOX_DAY_SECONDS", "86400")),
            retry_seconds=float(os.environ.get("GLOCAL_SANDBOX_RETRY_SECONDS", "1")),
            **keys,
        )


def _address() -> str:
    """Where browsers find the sandbox: behind another front than the shop's server does, if that is said."""
    server = os.environ.get("GLOCAL_SANDBOX_URL", "http://127.0.0.1:8100")
    return os.environ.get("GLOCAL_SANDBOX_PUBLIC_URL", server).rstrip("/")


def _without_empty(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _kept_keys(path: Path) -> dict[str, str]:
    """Keys of this folder, random and readable by its owner only, so that nobody can guess a webhook's signature."""
    if not path.exists():
        made = {name: prefix + secrets.token_urlsafe(24) for name, prefix in _KEYS.items()}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
