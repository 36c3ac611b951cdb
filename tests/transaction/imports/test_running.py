"""However often, in however many places and however brokenly a file is read, it has been read once."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from glocal.supply.inventory import facade as inventory
from glocal.transaction.imports import facade as imports
from glocal.transaction.imports import parquet, retail
from glocal.transaction.imports.models import ImportIssue, ImportRun
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order, OrderLine
from tests.transaction.imports.files import line, many, read, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

BATCH = 400

WHAT_IS_THERE = """
SELECT (SELECT count(*) FROM catalog_product), (SELECT count(*) FROM catalog_variant),
  (SELECT count(*) FROM pricing_pricerow), (SELECT sum(price_minor) FROM catalog_offer),
  (SELECT sum(on_hand) FROM inventory_balance), (SELECT count(*) FROM inventory_movement),
  (SELECT sum(sold_count) FROM catalog_listing), (SELECT count(*) FROM accounts_person),
  (SELECT count(*) FROM orders_order), (SELECT sum(total_minor) FROM orders_order),
  (SELECT count(*) FROM orders_orderline), (SELECT sum(line_minor) FROM orders_orderline)
"""


def what_is_there():
    """Counts and sums of everything that an import writes, its own log apart."""
    with connection.cursor() as cursor:
        cursor.execute(WHAT_IS_THERE)
        return cursor.fetchone()


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(parquet, "BATCH", BATCH)
    monkeypatch.setattr(retail.Invoices, "WINDOW", BATCH)


@pytest.fixture
def file(tmp_path):
    """900 lines, nine of them without a price."""
    rows = many(900)
    for row in rows[50::101]:
        row["UnitPrice"] = 0.0
    return written(tmp_path / "file", rows)


def expected():
    lines = 900 - 9
    return (300, 300, 300, 300 * 1275, 300 * 20, 300, lines * 2, 45, 45, lines * 2550, lines, lines * 2550)


def test_reading_a_file_again_changes_nothing(file):
    first = read(file)
    assert what_is_there() == expected()
    again = read(file)
    assert what_is_there() == expected()
    assert (first.products_new, first.people_new, first.orders_new) == (300, 45, 45)
    assert (again.products_new, again.people_new, again.orders_new) == (0, 0, 0)
    assert first.issues_count == again.issues_count == 9


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_from_outside_while_the_file_is_read(file):
    run_id = imports.begin(file=file, options={}, actor_id=None)

    def seen():
        found = imports.run_of(run_id)
        connections.close_all()
        return found.rows_done, found.rows_total

    noted = []
    with ThreadPoolExecutor(1) as outside:
        imports.run(run_id, lambda done, of: noted.append(outside.submit(seen).result()))
    assert noted == [(0, 0), (BATCH, 900), (2 * BATCH, 900), (900, 900)]
    assert imports.run_of(run_id).rows_done == 900


@pytest.mark.django_db(transaction=True)
def test_a_run_that_broke_off_is_finished_by_running_it_again(file):
    run_id = imports.begin(file=file, options={}, actor_id=None)

    def pull_the_plug(done, of):
        if done > BATCH:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.run(run_id, pull_the_plug)
    half = imports.run_of(run_id)
    assert (half.state, half.rows_done) == ("failed", BATCH)
    assert "Run it again" in half.error
    done = imports.run(run_id)
    assert what_is_there() == expected()
    assert (done.state, done.error, done.products_new, done.orders_new) == ("done", "", 300, 45)
    assert ImportIssue.objects.filter(run_id=run_id).count() == done.issues_count == 9


SLOW_READER = """
import sys, time, django
django.setup()
from uuid import UUID
from glocal.transaction.imports import facade as imports, parquet, retail
parquet.BATCH = retail.Invoices.WINDOW = 400
imports.run(UUID(sys.argv[1]), lambda done, of: (print(done, flush=True), time.sleep(0.3)))
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_leaves_nothing_half_done(file):
    run_id = imports.begin(file=file, options={}, actor_id=None)
    settings = connection.settings_dict
    host = settings["HOST"].replace("/", "%2F")
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{host}:{settings['PORT']}/{settings['NAME']}"
    reader = subprocess.Popen(
        [sys.executable, "-c", SLOW_READER, str(run_id)],
        env=os.environ | {"GLOCAL_DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
    )
    assert reader.stdout.readline() == b"400\n"
    assert reader.stdout.readline() == b"800\n"
    reader.send_signal(signal.SIGKILL)
    reader.wait(10)
    time.sleep(0.5)  # the server notices that its client is gone
    assert imports.run_of(run_id).state == "running"
    done = imports.run(run_id)
    assert what_is_there() == expected()
    assert (done.state, done.products_new, done.people_new, done.orders_new) == ("done", 300, 45, 45)


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_a_file_at_once_are_one(file):
    def one(_):
        try:
            return read(file)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, range(2))
    assert what_is_there() == expected()
    assert first.state == second.state == "done"
    assert first.orders_new + second.orders_new == 45
    assert first.products_new + second.products_new == 300


@pytest.mark.django_db(transaction=True)
def test_a_run_begun_twice_goes_on_where_it_was_begun_last(file):
    run_id = imports.begin(file=file, options={}, actor_id=None)

    def begin_again(done, of):
        ImportRun.objects.filter(pk=run_id).update(attempt=99)

    with pytest.raises(imports.RunTaken):
        imports.run(run_id, begin_again)
    assert imports.run_of(run_id).state == "running"


def test_statements_do_not_grow_with_the_rows_of_a_batch(tmp_path):
    with CaptureQueriesContext(connection) as few:
        read(written(tmp_path / "few", many(40)))
    with CaptureQueriesContext(connection) as more:
        read(written(tmp_path / "more", many(399, per_invoice=7)))
    assert len(more) <= len(few)


def test_an_import_goes_to_the_workers(file):
    call_command("import_retail", str(file), "--background", stdout=StringIO())
    run = ImportRun.objects.get()
    waiting = ProcrastinateJob.objects.filter(task_name="imports.run").latest("pk")  # other tests' jobs outlive them
    assert (run.state, waiting.queue_name, waiting.args) == ("queued", "imports", {"run_id": str(run.pk)})


def test_the_command_reports_what_it_made_and_what_it_left_out(file, tmp_path):
    out = StringIO()
    call_command("import_retail", str(file), "--report", str(tmp_path / "report"), stdout=out)
    assert "300 new products, 45 new customers, 45 new orders; 9 rows left out" in out.getvalue()
    first = json.loads((tmp_path / "report").read_text().splitlines()[0])
    assert (first["line"], first["field"]) == (51, "UnitPrice")
    assert "Give it a price" in first["text"]


def test_the_command_says_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read as Parquet"):
        call_command("import_retail", str(tmp_path / "none"))


def test_returns_are_kept_apart_and_taken_off_what_was_sold(tmp_path):
    rows = [line(), line("C540009", Quantity=-1), line("540003", "POST", Description="POSTAGE", Quantity=1)]
    run = read(written(tmp_path / "file", rows))
    assert run.issues_count == 0
    assert sorted(Order.objects.values_list("number", "kind", "total_minor")) == [
        ("online-retail-540001", "sale", 2550),
        ("online-retail-540003", "sale", 1275),
        ("online-retail-C540009", "return", 1275),
    ]
    assert orders.revenue_of(imports.SOURCE)["GBP"].minor == 2550
    with connection.cursor() as cursor:
        cursor.execute("SELECT sold_count FROM catalog_listing")
        assert cursor.fetchall() == [(1,)]  # goods only: postage is not for sale


def test_history_takes_nothing_from_the_shelf_and_charges_nobody(file):
    read(file)
    variant_id = OrderLine.objects.first().variant_id
    assert sum(place.available for place in inventory.stock_at([variant_id])[variant_id]) == 20
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM payments_payment), (SELECT count(*) FROM shipping_shipment)")
        assert cursor.fetchone() == (0, 0)
