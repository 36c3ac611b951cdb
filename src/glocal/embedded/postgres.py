"""One PostgreSQL server of our own, from the binaries of a wheel: made, started, watched and stopped.

The rules (why: docs/decisions): TCP on 127.0.0.1 only, SCRAM with a random password, data folder 0700 of the account
that runs the server, a lock held for life, and nothing outside our own folder is ever opened up.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from glocal.embedded import binaries
from glocal.embedded.errors import StartError
from glocal.embedded.processes import FileLock, LockHeld, cut_log, die_with_parent, free_port, write_private

OWNER = "glocal"
DATABASE = "glocal"
_NEEDED_BYTES = 200 * 2**20
_LOG_LIMIT = 20 * 2**20
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %d ",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


class Cluster:
    """A PostgreSQL server on 127.0.0.1 whose files live in ``folder``.

    ``port`` None takes a free one at every start. ``durable=False`` is for data that may be lost. ``template`` is
    another cluster's folder (stopped) to copy instead of making a new one; ``settings`` adds to or replaces ours.
    The role ``glocal`` owns the database ``glocal`` and may create others; it is no superuser.
    Start it in the main thread: the server stops (fast and clean) when the thread that started it ends.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        durable: bool = True,
        template: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.port = port or 0
        self._any_port = port is None
        self._durable = durable
        self._template = template
        self._settings = {**_SETTINGS, **({} if durable else _NOT_DURABLE), **(settings or {})}
        self._lock = FileLock(self.folder / "lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self.account: pwd.struct_passwd | None = None
        self._programs: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def password(self) -> str:
        """Of the role ``glocal``; the superuser's is in ``superuser.password``."""
        return self._read_password(OWNER)

    def url(self, database: str = DATABASE, *, user: str = OWNER) -> str:
        return f"postgresql://{user}:{self._read_password(user)}@127.0.0.1:{self.port}/{database}"

    def bin(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, such as psql, pg_dump or pgbench."""
        if self._programs is None:
            self._programs = binaries.find(self.account)
        return self._programs / name

    def start(self, *, wait_seconds: float = 300) -> None:
        """Make the cluster if there is none, clear what a crash left behind, start, and return when it answers.

        Raises ``StartError`` with a text for a person; nothing half-made stays behind.
        """
        self.prepare()
        try:
            for attempt in range(5):
                if self._any_port:
                    self.port = free_port()
                self._launch()
                if self._wait_until_ready(wait_seconds):
                    return
                if not (self._any_port and "Address already in use" in self._log_tail()) or attempt == 4:
                    raise self._why_it_stopped()
        except BaseException:
            self.stop()
            raise

    def restart(self, *, wait_seconds: float = 300) -> None:
        """Start again, on the same port, a server that ended on its own."""
        self._process = None
        self._clear_previous()
        self._launch()
        if not self._wait_until_ready(wait_seconds):
            raise self._why_it_stopped()

    def prepare(self) -> None:
        """Everything of ``start`` before the server runs; the lock stays held."""
        self._make_folder()
        self._take_lock()
        try:
            self.account = binaries.account_for(self.data)
            if not binaries.reachable(self.folder, self.account):
                raise StartError(
                    f"The account {_name(self.account)} that runs PostgreSQL cannot enter {self.folder}. "
                    "Set GLOCAL_HOME to a folder it can reach, such as /var/lib/glocal, or run as an ordinary user."
                )
            self.bin("postgres")
            if not self.data.exists():
                self._initialise()
            self._check_version()
            self._clear_previous()
        except BaseException:
            self._lock.release()
            raise

    def stop(self, *, fast_seconds: float = 10) -> None:
        """Fast shutdown (open transactions roll back); harder when it takes too long. Safe to call twice."""
        process, self._process = self._process, None
        if process is not None:
            for signum, seconds in ((signal.SIGINT, fast_seconds), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                if process.poll() is not None:
                    break
                process.send_signal(signum)
                try:
                    process.wait(seconds)
                except subprocess.TimeoutExpired:
                    continue
        self._lock.release()

    def stop_leftover(self) -> bool:
        """Stop a server that outlived its supervisor; True when there was one."""
        if not self.data.exists():
            return False
        self._take_lock()
        try:
            return self._clear_previous()
        finally:
            self._lock.release()

    def trim_log(self) -> None:
        """Keep the server's own log below its limit; call it now and then."""
        cut_log(self.log, _LOG_LIMIT)

    def _read_password(self, role: str) -> str:
        path = self.folder / f"{'superuser' if role == 'postgres' else 'owner'}.password"
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            raise StartError(f"The database's password file {path} is missing: put it back from your backup.") from None

    def _make_folder(self) -> None:
        # Root keeps the folder and only lets the server's account walk through it to its own data folder.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.folder.stat().st_mode & 0o777 != mode:
                self.folder.chmod(mode)
        except PermissionError as error:
            raise StartError(
                f"No permission for the folder {error.filename}: give it to the account that runs glocal, "
                "or set GLOCAL_HOME to another folder."
            ) from error
        except OSError as error:
            raise StartError(f"The folder {self.folder} cannot be made: {error.strerror}. Set GLOCAL_HOME.") from error

    def _take_lock(self) -> None:
        try:
            self._lock.acquire()
        except LockHeld as held:
            raise StartError(
                f"The database folder {self.folder} is in use by process {held.holder.get('pid', 'unknown')}."
            ) from None
        except OSError as error:
            self._lock.release()
            raise self._disk_error(error) from error

    def _initialise(self) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < _NEEDED_BYTES:
            raise self._disk_full(free)
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            if self._template is not None:
                subprocess.run(["cp", "-a", "--reflink=auto", self._template / "data", fresh], check=True)
                for password in self._template.glob("*.password"):
                    shutil.copy2(password, self.folder)
            else:
                self._make_data(fresh)
            fresh.rename(self.data)
        except subprocess.CalledProcessError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise self._explain(str(error.stderr or error)) from error
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise self._disk_error(error) from error

    def _make_data(self, fresh: Path) -> None:
        fresh.mkdir(mode=0o700)
        passwords = {role: secrets.token_urlsafe(24) for role in ("superuser", "owner")}
        for role, password in passwords.items():
            write_private(self.folder / f"{role}.password", password)
        # initdb runs as the account and cannot read ours: it gets its own copy, in its own folder, for a moment.
        handed = self.folder / "initdb.password"
        write_private(handed, passwords["superuser"])
        if self.account is not None:
            os.chown(fresh, self.account.pw_uid, self.account.pw_gid)
            os.chown(handed, self.account.pw_uid, self.account.pw_gid)
        try:
            # fmt: off
            self._run(
                "initdb", "--pgdata", str(fresh), "--username", "postgres", "--pwfile", str(handed),
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale-provider", "builtin",
                "--builtin-locale", "C.UTF-8", "--data-checksums", "--no-instructions",
                *(() if self._durable else ("--no-sync",)),
            )
            # fmt: on
        finally:
            handed.unlink()
        self._run(
            "postgres",
            *("--single", "-D", str(fresh), *(() if self._durable else ("-F",)), "postgres"),
            lines=(
                f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{passwords['owner']}' IN ROLE pg_read_all_stats",
                f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
            ),
        )

    def _run(self, program: str, *arguments: str, lines: tuple[str, ...] = ()) -> None:
        subprocess.run(
            [self.bin(program), *arguments],
            check=True,
            input="".join(f"{line}\n" for line in lines),
            capture_output=True,
            text=True,
            env=_ENVIRONMENT,
            cwd="/",
            **binaries.run_as(self.account),
        )

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != str(binaries.MAJOR):
            raise StartError(
                f"The data in {self.data} was made by PostgreSQL {found}; this Glocal runs {binaries.MAJOR}. "
                f"Carry it over with pg_upgrade, or load a dump taken with PostgreSQL {found} into a new GLOCAL_HOME."
            )

    def _clear_previous(self) -> bool:
        """Stop a postmaster of ours that outlived its supervisor; drop a pid file that names another program.

        A pid file whose process is gone is left to PostgreSQL, which also checks it for orphaned backends.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            lines = pid_file.read_text().splitlines()
            pid = int(lines[0])
        except (FileNotFoundError, IndexError, ValueError):
            return False
        ours = self._is_our_postmaster(pid)
        if ours:
            for signum, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signum)
                if _wait_while(lambda: self._is_our_postmaster(pid), seconds):
                    break
        if not _wait_while(lambda: _attached(lines) > 0, 20):
            raise StartError(f"Processes of an earlier PostgreSQL still use {self.data}: stop them first.")
        if not ours and psutil.pid_exists(pid):
            pid_file.unlink(missing_ok=True)
        return ours

    def _is_our_postmaster(self, pid: int) -> bool:
        """By command line, not by executable: root inside a container may not read other accounts' /proc/PID/exe."""
        try:
            words = psutil.Process(pid).cmdline()
        except psutil.Error:
            return False
        return bool(words) and Path(words[0]).name == "postgres" and str(self.data) in words

    def _launch(self) -> None:
        self.trim_log()
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as log:
            self._log_start = log.seek(0, os.SEEK_END)
            self._process = subprocess.Popen(
                [self.bin("postgres"), "-D", self.data, "-p", str(self.port), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_ENVIRONMENT,
                cwd="/",
                start_new_session=True,  # Ctrl-C at the terminal is for the supervisor, which stops the server last
                preexec_fn=die_with_parent(signal.SIGINT),
                **binaries.run_as(self.account),
            )

    def _wait_until_ready(self, seconds: float) -> bool:
        """What pg_ctl does: the postmaster writes its state into line 8 of its pid file."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.running:
            try:
                lines = (self.data / "postmaster.pid").read_text().splitlines()
            except FileNotFoundError:
                lines = []
            if len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready":
                return True
            time.sleep(0.02)
        return False

    def _log_tail(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read()[-4000:].decode(errors="replace")

    def _why_it_stopped(self) -> StartError:
        return self._explain(self._log_tail())

    def _explain(self, output: str) -> StartError:
        if "No space left on device" in output:
            return self._disk_full(shutil.disk_usage(self.folder).free)
        if "Address already in use" in output:
            return StartError(f"Port {self.port} on 127.0.0.1 is taken by another program.")
        last = "\n".join(output.strip().splitlines()[-5:])
        return StartError(f"PostgreSQL did not start. Its last words (all of them in {self.log}):\n{last}")

    def _disk_full(self, free: int) -> StartError:
        return StartError(
            f"The disk that holds {self.folder} has {free // 2**20} MB free; the database needs "
            f"{_NEEDED_BYTES // 2**20} MB to start. Make room, or set GLOCAL_HOME to another disk."
        )

    def _disk_error(self, error: OSError) -> StartError:
        return self._explain(f"{error.strerror}: {error.filename}")


def _name(account: pwd.struct_passwd | None) -> str:
    return (account or pwd.getpwuid(os.geteuid())).pw_name


def _wait_while(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition no longer holds; False when time ran out."""
    end = time.monotonic() + seconds
    while condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _attached(pid_file_lines: list[str]) -> int:
    """How many processes still hold the shared memory segment that a pid file names (its line 7: key and id)."""
    try:
        segment = pid_file_lines[6].split()[1]
        rows = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    except (IndexError, FileNotFoundError):
        return 0
    return next((int(fields[6]) for fields in map(str.split, rows) if fields[1] == segment), 0)
