"""The import bench tells a shop that knows the whole file from one that does not."""

from collections import Counter

import pytest

from glocal.bench.importing import Counts, compare, counted, known
from glocal.transaction.imports import facade as imports
from tests.factories.sale import open_shop
from tests.transaction.imports.files import line, read, written

ROWS = [
    line("540001", "22423", Quantity=3, UnitPrice=1.25),
    line("540001", "22720", Quantity=1, UnitPrice=0.125),
    line("540002", "22423", CustomerID=None),
    line("C540003", "22423", Quantity=-1, UnitPrice=1.25),
    line("540004", "22425", Quantity=-7),
    line("540005", "22426", UnitPrice=0.0),
]


@pytest.fixture
def file(db, tmp_path):
    open_shop()
    return written(tmp_path / "small.parquet", ROWS)


def test_the_files_own_count(file):
    revenue = 3 * 125 + 13 + 2 * 1275 - 125
    left_out = Counter(correction=1, no_price=1)
    assert counted(file) == Counts(left_out, 2, 1, 2, 1, revenue, 4, 7)


def test_a_shop_that_read_the_file_knows_the_same(file):
    run = read(file)
    left_out = Counter(issue.code for issue in imports.issues_of(run.id))
    assert known(left_out) == counted(file)
    assert compare("first", known(left_out), counted(file)) == []


def test_what_differs_is_named(file, tmp_path):
    read(written(tmp_path / "part.parquet", ROWS[:3]))
    assert compare("first", known(Counter(no_price=1)), counted(file)) == [
        "first: lines differs",
        "first: lines_left_out_correction differs",
        "first: returns differs",
        "first: revenue differs",
        "first: units differs",
    ]
