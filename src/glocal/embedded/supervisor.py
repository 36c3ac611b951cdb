"""Keep a set of programs running: start, log, restart after a crash, stop in order."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from glocal.embedded.processes import PRIVATE_UMASK, die_with_parent

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
_CALM_AFTER = 30.0
_LINE_LIMIT = 2**20
_LAST_WORDS_SECONDS = 2.0


@dataclass(frozen=True)
class Program:
    """One process to keep; a smaller ``stop_order`` is stopped earlier."""

    name: str
    command: Sequence[str]
    stop_order: int
    stop_seconds: float = 4.0


@dataclass
class Watched:
    """A program and what became of it."""

    program: Program
    process: asyncio.subprocess.Process | None = None
    started_at: datetime | None = None
    restarts: int = 0
    last_exit: int | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def state(self) -> dict[str, Any]:
        return {
            "name": self.program.name,
            "pid": self.process.pid if self.process is not None and self.running else None,
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "restarts": self.restarts,
            "last_exit": self.last_exit,
        }


class Supervisor:
    """Runs programs until ``stop``; ``say(name, line)`` shows a line, ``changed()`` hears of every start and end.

    Run it in the main thread: should it be killed, the kernel then ends the programs too.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        environment: Mapping[str, str],
        log_folder: Path,
        say: Callable[[str, str], None],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.watched = [Watched(program) for program in programs]
        self._environment = dict(environment)
        self._log_folder = log_folder
        self._say = say
        self._changed = changed
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._keep(watched)) for watched in self.watched]

    async def stop(self) -> None:
        """Stop group by group in stop order; inside a group at once."""
        for order in sorted({watched.program.stop_order for watched in self.watched}):
            group = [watched for watched in self.watched if watched.program.stop_order == order]
            await asyncio.gather(*(self._end(watched) for watched in group))
        await asyncio.gather(*self._tasks)

    async def _keep(self, watched: Watched) -> None:
        log = _log_file(self._log_folder / f"{watched.program.name}.log", watched.program.name)
        delay = FIRST_DELAY
        while not watched.stopping.is_set():
            begun = time.monotonic()
            await self._run_once(watched, log)
            if watched.stopping.is_set():
                break
            if time.monotonic() - begun > _CALM_AFTER:
                delay = FIRST_DELAY
            self._say(watched.program.name, f"ended with code {watched.last_exit}; starts again in {delay:g} s")
            log.warning("ended with code %s", watched.last_exit)
            with suppress(TimeoutError):
                await asyncio.wait_for(watched.stopping.wait(), delay)
            delay = min(delay * 2, LONGEST_DELAY)
            watched.restarts += 1
        for handler in log.handlers:
            handler.close()

    async def _run_once(self, watched: Watched, log: logging.Logger) -> None:
        # A pipe of our own: asyncio's would keep a dead leader waiting for as long as its workers hold the pipe.
        output, given = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *watched.program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=given,
                stderr=given,
                env=self._environment,
                start_new_session=True,
                umask=PRIVATE_UMASK,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        except OSError as error:
            os.close(output)
            watched.last_exit = error.errno
            self._say(watched.program.name, f"cannot start: {error.strerror}")
            return
        finally:
            os.close(given)
        watched.process, watched.started_at = process, datetime.now(UTC)
        if watched.stopping.is_set():  # told to stop while it was being started
            process.terminate()
        self._changed()
        reading = asyncio.create_task(self._read(watched.program.name, output, log))
        watched.last_exit = await process.wait()
        _kill_group(process.pid)  # workers that outlived their leader would keep its port
        with suppress(TimeoutError):
            await asyncio.wait_for(reading, _LAST_WORDS_SECONDS)
        self._changed()

    async def _read(self, name: str, output: int, log: logging.Logger) -> None:
        reader = asyncio.StreamReader(limit=_LINE_LIMIT)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(output, "rb")
        )
        try:
            while True:
                try:
                    line = await reader.readline()
                except ValueError:  # longer than the limit
                    continue
                if not line:
                    return
                text = line.decode(errors="replace").rstrip()
                log.info(text)
                self._say(name, text)
        finally:
            transport.close()

    async def _end(self, watched: Watched) -> None:
        watched.stopping.set()
        process = watched.process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), watched.program.stop_seconds)
        except TimeoutError:
            _kill_group(process.pid)
            await process.wait()


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _log_file(path: Path, name: str) -> logging.Logger:
    log = logging.Logger(f"glocal.process.{name}")
    handler = RotatingFileHandler(path, maxBytes=10 * 2**20, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)
    return log
