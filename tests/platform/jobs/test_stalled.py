"""A job whose worker was killed is done by the next one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

import glocal

pytestmark = pytest.mark.django_db(transaction=True)

JOB = "http.forget_answers"
_INSERT = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, worker_id)
VALUES ('periodic', %s, %s, %s, '{"timestamp": 0}', %s::procrastinate_job_status, %s) RETURNING id
"""


def empty():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture(autouse=True)
def nothing_queued(transactional_db):
    """The jobs' tables are not among those that a test empties by itself."""
    empty()
    yield
    empty()


def worker(*, seconds_silent):
    with connection.cursor() as cursor:
        silent = f"now() - interval '{seconds_silent} seconds'"
        cursor.execute(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({silent}) RETURNING id")
        return cursor.fetchone()[0]


def job(status, worker_id=None, name=JOB, lock=JOB):
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [name, lock, name, status, worker_id])
        return cursor.fetchone()[0]


def state_of(job_id):
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        return cursor.fetchone()[0]


def work():
    """A worker of its own process, as `glocal up` starts it, until nothing is left to do."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    environment = os.environ | {"GLOCAL_DATABASE_URL": url, "PYTHONPATH": str(Path(glocal.__file__).parents[1])}
    command = [sys.executable, "-m", "glocal", "manage", "procrastinate", "worker", "--one-shot"]
    subprocess.run(command, env=environment, check=True, timeout=60, capture_output=True)


def test_what_a_killed_worker_was_at_is_done_and_one_that_lives_keeps_its_own():
    killed = job("doing", worker(seconds_silent=60))
    alive = job("doing", worker(seconds_silent=5), name="checkout.forget_carts", lock="another")
    job("todo", name="jobs.take_up_stalled", lock=None)
    work()
    work()
    assert (state_of(killed), state_of(alive)) == ("succeeded", "doing")


def test_a_recurring_job_goes_on_though_one_of_it_was_killed():
    killed, waiting = job("doing", worker(seconds_silent=60)), job("todo")
    job("todo", name="jobs.take_up_stalled", lock=None)
    work()
    work()
    assert (state_of(waiting), state_of(killed)) == ("succeeded", "failed")
