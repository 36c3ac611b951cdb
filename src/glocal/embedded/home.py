"""The folder of one installation: what lies where, its secrets, and the environment its processes run in."""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glocal.embedded.errors import StartError
from glocal.embedded.processes import FileLock, write_private

_SECRETS = {
    "GLOCAL_SECRET_KEY": "",
    "GLOCAL_SANDBOX_SECRET_KEY": "sk_sandbox_",
    "GLOCAL_SANDBOX_PUBLISHABLE_KEY": "pk_sandbox_",
    "GLOCAL_SANDBOX_WEBHOOK_SECRET": "whsec_",
}
MARK = "GLOCAL_SUPERVISED_HOME"


@dataclass(frozen=True)
class Home:
    """``GLOCAL_HOME``: database, media, logs, secrets and what is running, of one installation."""

    path: Path

    @classmethod
    def chosen(cls, path: Path | None = None) -> "Home":
        """The given folder, else ``GLOCAL_HOME``, else the account's own data folder.

        Root's is /var/lib/glocal: the account that runs the database for root cannot enter /root, and must not.
        """
        if path is None and os.environ.get("GLOCAL_HOME"):
            path = Path(os.environ["GLOCAL_HOME"])
        if path is None:
            path = Path("/var/lib/glocal") if os.geteuid() == 0 else Path.home() / ".local/share/glocal"
        return cls(path.expanduser().absolute())

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def signins(self) -> Path:
        """Where the demo writes the sign-ins it made, one list of objects."""
        return self.path / "demo-signins.json"

    @property
    def lock(self) -> FileLock:
        """A new handle on the lock that a running installation holds; it says pid and port."""
        return FileLock(self.path / "lock")

    def make(self) -> None:
        """Make the folder, open to nobody else (root lets others walk through it, for the database's account)."""
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if self.path.stat().st_mode & 0o777 != mode:
                self.path.chmod(mode)
            for folder in (self.log, self.path / "secrets", self.path / "mail"):
                folder.mkdir(exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            raise StartError(
                f"The folder {self.path} cannot be used: {error.strerror}. "
                "Give it to the account that runs glocal, or choose another by --home or GLOCAL_HOME."
            ) from error

    def secrets(self) -> dict[str, str]:
        """This installation's own secrets by variable name, made on first use; the environment's win."""
        found = {}
        for name, prefix in _SECRETS.items():
            file = self.path / "secrets" / name.removeprefix("GLOCAL_").lower()
            if not file.exists():
                write_private(file, prefix + secrets.token_urlsafe(32))
            found[name] = os.environ.get(name) or file.read_text().strip()
        return found

    def environment(self, **settings: str) -> dict[str, str]:
        """What a process of the product finds in its environment; ``settings`` are GLOCAL_ variables."""
        return {
            "DJANGO_SETTINGS_MODULE": "glocal.settings.base",
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            **self.secrets(),
            "GLOCAL_HOME": str(self.path),
            MARK: str(self.path),
            **settings,
        }

    def write_state(self, state: Mapping[str, Any]) -> None:
        write_private(self.path / "state.json", json.dumps(state))

    def state(self) -> dict[str, Any] | None:
        """What the running supervisor last wrote, empty before it has; None when nothing runs here."""
        holder = self.lock.holder()
        if holder is None:
            return None
        try:
            found = json.loads((self.path / "state.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        written = isinstance(found, dict) and found.get("pid") == holder.get("pid")  # not what an earlier one left
        return found if written else {}


def python(*arguments: str) -> list[str]:
    """A command line of this same interpreter."""
    return [sys.executable, "-m", *arguments]
