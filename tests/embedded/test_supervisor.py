"""Programs are kept running, logged, and stopped in order, whatever they do."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from glocal.embedded import supervisor as supervising
from glocal.embedded.supervisor import Program, Supervisor
from tests.embedded.conftest import python

POLITE = "import signal, time, sys; signal.signal(15, lambda *_: sys.exit(0)); print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
WITH_A_WORKER = """
import subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("worker", worker.pid, flush=True)
time.sleep(60)
"""


def program(name: str, code: str, *, stop_order: int = 1) -> Program:
    return Program(name, [sys.executable, "-c", code], stop_order=stop_order, stop_seconds=1)


class Stage:
    """A supervisor with its said lines, driven by a test."""

    def __init__(self, folder: Path, *programs: Program) -> None:
        self.lines: list[tuple[str, str]] = []
        self.supervisor = Supervisor(
            programs, environment=dict(os.environ), log_folder=folder, say=lambda *line: self.lines.append(line)
        )

    def play(self, scene: Callable[["Stage"], Awaitable[None]]) -> None:
        async def run() -> None:
            self.supervisor.start()
            try:
                await scene(self)
            finally:
                await self.supervisor.stop()

        with ThreadPoolExecutor(1) as own_thread:  # a browser's loop may run in this one
            own_thread.submit(asyncio.run, run()).result()

    async def said(self, text: str, times: int = 1) -> list[str]:
        """Wait until so many lines contain the text; those lines."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            found = [line for _, line in self.lines if text in line]
            if len(found) >= times:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"{text!r} was not said {times} times: {self.lines}")


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_crashed_program_starts_again_after_a_growing_delay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "FIRST_DELAY", 0.05)

    async def scene(stage: Stage) -> None:
        lines = await stage.said("starts again", times=4)
        assert [line.rsplit(" in ", 1)[1] for line in lines[:4]] == ["0.05 s", "0.1 s", "0.2 s", "0.4 s"]
        assert "ended with code 3" in lines[0]
        assert stage.supervisor.watched[0].state()["restarts"] >= 3

    Stage(tmp_path, program("web", "import sys; sys.exit(3)")).play(scene)


def test_a_killed_program_starts_again_and_its_neighbour_is_left_alone(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.said("up", times=2)
        web, relay = (watched.process for watched in stage.supervisor.watched)
        assert web is not None
        assert relay is not None
        os.kill(web.pid, signal.SIGKILL)
        await stage.said("up", times=3)
        again, same = (watched.process for watched in stage.supervisor.watched)
        assert again is not None
        assert again.pid != web.pid
        assert same is relay

    Stage(tmp_path, program("web", POLITE), program("relay", POLITE)).play(scene)


def test_workers_of_a_killed_program_end_with_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        worker = int((await stage.said("worker"))[0].split()[1])
        leader = stage.supervisor.watched[0].process
        assert leader is not None
        os.kill(leader.pid, signal.SIGKILL)
        await stage.said("ended with code -9")
        wait_until(lambda: gone(worker))

    Stage(tmp_path, program("web", WITH_A_WORKER)).play(scene)


def test_stopping_goes_in_order_and_does_not_wait_for_the_stubborn(tmp_path: Path) -> None:
    ended: list[str] = []
    stage = Stage(
        tmp_path,
        program("sandbox", POLITE, stop_order=3),
        program("web", STUBBORN, stop_order=1),
        program("relay", POLITE, stop_order=2),
    )

    async def scene(stage: Stage) -> None:
        await stage.said("up", times=3)

    def note() -> None:
        running = [watched.program.name for watched in stage.supervisor.watched if watched.running]
        ended.append(",".join(running))

    stage.supervisor._changed = note
    begun = time.monotonic()
    stage.play(scene)
    assert time.monotonic() - begun < 15
    assert ended[-3:] == ["sandbox,relay", "sandbox", ""]


def test_every_line_is_logged_and_shown_under_the_programs_name(tmp_path: Path) -> None:
    code = "import time; print('x' * 3_000_000); print('short', flush=True); time.sleep(60)"

    async def scene(stage: Stage) -> None:
        await stage.said("short")

    stage = Stage(tmp_path, program("jobs", code))
    stage.play(scene)
    assert ("jobs", "short") in stage.lines
    assert "short" in (tmp_path / "jobs.log").read_text()


def test_a_program_that_does_not_exist_is_named_and_tried_again(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.said("cannot start: No such file or directory")
        await stage.said("starts again in 0.5 s")

    Stage(tmp_path, Program("web", ["/no/such/program"], stop_order=1)).play(scene)


def test_programs_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    code = f"""
import asyncio, os, sys
from pathlib import Path
from glocal.embedded.supervisor import Program, Supervisor
async def run():
    supervisor = Supervisor(
        [Program("web", [sys.executable, "-c", {POLITE!r}], stop_order=1)],
        environment=dict(os.environ), log_folder=Path({str(tmp_path)!r}),
        say=lambda name, line: print(supervisor.watched[0].process.pid, flush=True),
    )
    supervisor.start()
    await asyncio.sleep(60)
asyncio.run(run())
"""
    process = python(code)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    process.kill()
    process.wait()
    wait_until(lambda: gone(child))
