"""The whole product by one command: started, watched, refused twice, killed, started again, stopped."""

import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import urllib3

from glocal.embedded import binaries, database
from glocal.embedded.errors import StartError
from glocal.embedded.home import MARK, Home
from glocal.embedded.processes import free_port
from glocal.embedded.scratch import scratch_cluster
from tests.embedded.conftest import SOURCE, temporary_folder

START_SECONDS = 240


def environment(home: Path, **more: str) -> dict[str, str]:
    """A person's environment, without what the test run set for itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GLOCAL_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(SOURCE), "GLOCAL_HOME": str(home), "GLOCAL_WEB_WORKERS": "1", **more}


def glocal(home: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "glocal", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        env=environment(home, **more),
    )


def answer(home: Path, *arguments: str, **more: str) -> Any:
    return json.loads(glocal(home, *arguments, "--json", **more).stdout)


@dataclass
class Running:
    """``glocal up`` in a process of its own, with everything it printed."""

    home: Path
    port: int = field(default_factory=free_port)
    arguments: tuple[str, ...] = ("--no-demo",)
    more: dict[str, str] = field(default_factory=dict)
    interpreter: str = sys.executable
    user: pwd.struct_passwd | None = None

    def start(self) -> "Running":
        self.output = (self.home.parent / f"{self.home.name}.out").open("w+")
        self.process = subprocess.Popen(
            [self.interpreter, "-m", "glocal", "up", "--port", str(self.port), *self.arguments],
            stdout=self.output,
            stderr=subprocess.STDOUT,
            env=environment(self.home, **self.more),
            start_new_session=True,
            **binaries.run_as(self.user),
        )
        wait_until(lambda: "Ctrl-C stops" in self.printed() or self.process.poll() is not None, START_SECONDS)
        assert self.process.poll() is None, self.printed()
        return self

    def printed(self) -> str:
        return Path(self.output.name).read_text()

    def get(self, path: str) -> int:
        return urllib3.request("GET", f"http://127.0.0.1:{self.port}{path}", timeout=10, retries=3).status

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def interrupt(self) -> float:
        """Ctrl-C; the seconds it took to end."""
        begun = time.monotonic()
        os.kill(self.process.pid, signal.SIGINT)
        assert self.process.wait(30) == 0, self.printed()
        return time.monotonic() - begun


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    yield from temporary_folder()


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    one = Running(folder / "home").start()
    yield one
    if one.process.poll() is None:
        one.interrupt()


def test_everything_answers_and_the_addresses_are_printed(running: Running) -> None:
    assert running.get("/healthz") == 200
    printed = running.printed()
    for address in (f"shop      http://localhost:{running.port}/", "console ", "API docs ", "sandbox "):
        assert address in printed
    sandbox = answer(running.home, "status")["sandbox_url"]
    assert urllib3.request("GET", sandbox, timeout=10, retries=3).status == 200


def test_a_first_start_says_in_plain_lines_what_takes_its_time(running: Running) -> None:
    printed = running.printed()
    assert printed.index("making the tables") < printed.index("packing the pages' files") < printed.index("shop  ")


@pytest.mark.parametrize("left_over", [None, {"pid": 1, "stage": "serving", "database": {"embedded": True, "port": 1}}])
@pytest.mark.parametrize("command", [("import", "retail", "lines.parquet"), ("manage", "check")])
def test_a_command_given_while_the_installation_starts_says_to_wait(
    place: Path, command: tuple[str, ...], left_over: dict[str, Any] | None
) -> None:
    home = Home(place / "home")
    home.make()
    if left_over:
        home.write_state(left_over)  # of a start before, killed
    lock = home.lock
    lock.acquire(port=8000)
    try:
        for _ in range(2):
            told = glocal(home.path, *command)
            assert told.returncode == 1
            assert "Traceback" not in told.stderr
            assert f"Glocal is starting on {home.path} and not ready yet. Wait until" in told.stderr
            home.write_state({"pid": os.getpid(), "stage": "starting"})
    finally:
        lock.release()


def test_status_tells_processes_memory_and_database(running: Running) -> None:
    found = answer(running.home, "status")
    assert found["running"] is True
    assert found["stage"] == "serving"
    assert found["pid"] == running.process.pid
    assert [row["name"] for row in found["processes"]] == ["web", "relay", "jobs", "sandbox"]
    for row in found["processes"]:
        assert psutil.pid_exists(row["pid"])
        assert row["memory_mb"] > 1
    assert found["database"]["embedded"] is True
    assert 100 < found["memory_mb"] < 900
    assert "password" not in json.dumps(found)


def test_the_doctor_finds_a_running_installation_well(running: Running) -> None:
    found = answer(running.home, "doctor")
    assert found["ok"] is True, found
    names = {finding["name"] for finding in found["findings"]}
    assert names >= {"python", "environment", "disk", "memory", "folder", "port", "postgresql", "database"}
    assert names >= {"migrations", "processes"}


def test_the_folder_is_closed_to_others(running: Running) -> None:
    secrets = running.home / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o600}
    assert len({file.read_text() for file in secrets.iterdir()}) == len(list(secrets.iterdir())) == 4
    assert not stat.S_IMODE(running.home.stat().st_mode) & 0o066
    for path in running.home.iterdir():
        if path.name != "postgres":  # tested with the cluster
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_second_start_on_the_folder_is_refused(running: Running) -> None:
    refused = glocal(running.home, "up", "--port", str(free_port()))
    assert refused.returncode == 1
    assert f"process {running.process.pid}, port {running.port}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert running.get("/healthz") == 200


def test_a_taken_port_names_the_flag(running: Running, folder: Path) -> None:
    refused = glocal(folder / "other", "up", "--port", str(running.port))
    assert refused.returncode == 1
    assert f"Port {running.port} on 127.0.0.1 cannot be used" in refused.stderr
    assert "--port" in refused.stderr
    assert not (folder / "other" / "postgres").exists()


@pytest.mark.parametrize("free", [0, 30])
def test_a_full_disk_is_named_and_nothing_half_made_stays(small_disk: Callable[[int], Path], free: int) -> None:
    disk = small_disk(40)
    with (disk / "filler").open("wb", buffering=0) as file:
        while shutil.disk_usage(disk).free > free * 2**20:
            file.write(bytes(4096))
    refused = glocal(disk / "home", "up", "--no-demo", "--port", str(free_port()))
    assert refused.returncode == 1
    assert "make room" in refused.stderr.lower()
    assert str(disk) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (disk / "home" / "postgres" / "data").exists()


def test_management_commands_reach_the_running_database(running: Running) -> None:
    asked = (
        "from django.conf import settings; from django.db import connection; connection.ensure_connection();"
        "print(connection.settings_dict['PORT'], settings.PUBLIC_URL, settings.SANDBOX['url'])"
    )
    told = glocal(running.home, "manage", "shell", "-c", asked)
    found = answer(running.home, "status")
    assert f"{found['database']['port']} {found['url']} {found['sandbox_url']}" in told.stdout, told.stderr


def test_a_killed_web_process_is_replaced(running: Running) -> None:
    before = next(row["pid"] for row in answer(running.home, "status")["processes"] if row["name"] == "web")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: "ended with code -9" in running.printed())

    def serves_again() -> bool:
        web = next(row for row in Home(running.home).state()["processes"] if row["name"] == "web")  # type: ignore[index]
        return web["pid"] not in (None, before) and running_answers(running)

    wait_until(serves_again, 60)


def running_answers(running: Running) -> bool:
    try:
        return running.get("/healthz") == 200
    except urllib3.exceptions.HTTPError:
        return False


def test_a_killed_database_is_started_again_at_its_address(running: Running) -> None:
    before = answer(running.home, "status")["database"]
    os.kill(before["pid"], signal.SIGKILL)
    wait_until(lambda: "the server ended; starting it again" in running.printed())
    told = glocal(running.home, "manage", "migrate", "--check")
    assert told.returncode == 0, told.stderr

    def told_anew() -> bool:
        return answer(running.home, "status")["database"]["pid"] not in (None, before["pid"])

    wait_until(told_anew)
    assert answer(running.home, "status")["database"]["port"] == before["port"]


def test_after_kill_9_of_everything_a_start_recovers_and_ctrl_c_ends_it_all(running: Running) -> None:
    secrets = {file.name: file.read_text() for file in (running.home / "secrets").iterdir()}
    for process in [psutil.Process(running.process.pid), *running.family()]:
        with suppress(psutil.NoSuchProcess):  # the kernel ends the rest once their supervisor is gone
            process.kill()
    running.process.wait()
    again = Running(running.home, port=running.port).start()
    assert again.get("/healthz") == 200
    assert {file.name: file.read_text() for file in (running.home / "secrets").iterdir()} == secrets
    family = again.family()
    assert again.interrupt() < 15
    assert "stopped" in again.printed()
    _, alive = psutil.wait_procs(family, timeout=2)
    assert alive == []
    assert answer(running.home, "status") == {"home": str(running.home), "running": False}
    assert glocal(running.home, "status").returncode == 3


def test_down_clears_what_outlived_its_supervisor(folder: Path) -> None:
    home = folder / "left"
    home.mkdir()
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env={**os.environ, MARK: str(home)})
    assert "Stopped 1 processes left over" in glocal(home, "down").stdout
    assert left.wait(5) == -signal.SIGKILL


def with_pages_from(other: Running, home: Path) -> Path:
    """A home that has its pages' files already: making them costs seconds."""
    home.mkdir()
    shutil.copytree(other.home / "static", home / "static")
    return home


def test_an_outside_database_is_used_by_its_address(running: Running, folder: Path) -> None:
    home = with_pages_from(running, folder / "outside")
    with scratch_cluster() as outside:
        arguments = ("--no-demo", "--json")
        there = Running(home, arguments=arguments, more={"GLOCAL_DATABASE_URL": outside.url()}).start()
        told = [json.loads(line) for line in there.printed().splitlines() if line.startswith("{")]
        assert {"process": "glocal", "line": f"shop      http://localhost:{there.port}/"} in told
        assert there.get("/healthz") == 200
        assert answer(home, "status")["database"]["embedded"] is False
        assert not (home / "postgres").exists()
        with psycopg.connect(outside.url()) as connection:
            assert connection.execute("SELECT count(*) > 0 FROM django_migrations").fetchone() == (True,)
        assert glocal(home, "down").returncode == 0
        assert there.process.wait(20) == 0
        with psycopg.connect(outside.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_an_outside_database_that_does_not_answer_is_named(folder: Path) -> None:
    url = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/none"
    refused = glocal(folder / "dead", "up", "--port", str(free_port()), GLOCAL_DATABASE_URL=url)
    assert refused.returncode == 1
    assert "GLOCAL_DATABASE_URL does not answer" in refused.stderr
    assert "secret" not in refused.stderr


def test_an_address_of_another_kind_of_database_is_refused_without_showing_its_password(folder: Path) -> None:
    url = "mysql://somebody:secret@127.0.0.1/shop"
    refused = glocal(folder / "mysql", "up", "--port", str(free_port()), GLOCAL_DATABASE_URL=url)
    assert refused.returncode == 1
    assert "must look like postgresql://" in refused.stderr
    assert "secret" not in refused.stderr


def test_an_outside_database_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "NEWEST", 17)
    with scratch_cluster() as outside, pytest.raises(StartError, match="is PostgreSQL 18; Glocal works with 15 to 17"):
        database.check(outside.url())


def test_an_ordinary_user_starts_it_too(running: Running, folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("every other test of this file ran as an ordinary user")
    nobody = pwd.getpwnam("nobody")
    interpreter = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    packages = Path(pytest.__file__).parents[1]
    if not all(binaries.reachable(path, nobody) for path in (Path(interpreter), packages, SOURCE)):
        pytest.skip(f"{interpreter}, {packages} or {SOURCE} is closed to ordinary users")
    home = with_pages_from(running, folder / "ordinary")
    for path in (home, *home.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    own = Running(
        home,
        interpreter=interpreter,
        user=nobody,
        more={"PYTHONPATH": f"{SOURCE}:{packages}", "HOME": str(home)},
    ).start()
    assert own.get("/healthz") == 200
    assert {process.uids().effective for process in own.family()} == {nobody.pw_uid}
    assert own.interrupt() < 15
