"""Memory is bounded by a window of rows, however long the file."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow
import pyarrow.parquet
import pytest

from glocal.transaction.imports.parquet import BATCH, Parquet
from glocal.transaction.imports.retail import COLUMNS, MOST_LINES, Invoices, Row, read_row
from tests.transaction.imports.files import MORNING, line

ROWS = 200_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MB = 1 << 20


def parsed(number, **changes):
    row = read_row(number, line(**changes), zone=ZoneInfo("Europe/London"), currency="GBP", now=NOW)
    assert isinstance(row, Row)
    return row


@pytest.fixture
def long_file(tmp_path):
    """200,000 lines in one row group: more than 60 MB once unpacked."""
    numbers = range(ROWS)
    table = pyarrow.table(
        {
            "InvoiceNo": [str(number // 20) for number in numbers],
            "StockCode": [f"{number:09}" for number in numbers],
            "Description": [f"{number:0300}" for number in numbers],
            "Quantity": pyarrow.array(numbers, pyarrow.int64()),
            "InvoiceDate": pyarrow.array([MORNING + timedelta(seconds=number) for number in numbers]),
            "UnitPrice": pyarrow.array([number / 100 for number in numbers]),
            "CustomerID": pyarrow.array(numbers, pyarrow.int64()),
            "Country": pyarrow.array(["France"] * ROWS),
        }
    )
    assert table.nbytes > 60 * MB
    pyarrow.parquet.write_table(table, tmp_path / "file", row_group_size=ROWS)
    return str(tmp_path / "file")


def test_a_long_file_is_read_in_pieces(long_file):
    before = pyarrow.total_allocated_bytes()
    seen = most = 0
    for batch in Parquet(long_file, COLUMNS).batches():
        assert len(batch) <= BATCH
        seen += len(batch)
        most = max(most, pyarrow.total_allocated_bytes() - before)
    assert seen == ROWS
    assert most < 25 * MB


def test_only_invoices_whose_lines_may_still_come_are_held():
    invoices, held, most = Invoices(), 0, 0
    rows = [parsed(number, invoice=str(number // 20)) for number in range(1, 40_001)]
    for start in range(0, len(rows), BATCH):
        held += sum(invoices.add(row) is None for row in rows[start : start + BATCH])
        most = max(most, held)
        held -= sum(len(done.rows) for done in invoices.complete(start + BATCH))
    assert most <= 2 * Invoices.WINDOW + BATCH
    assert held == sum(len(left.rows) for left in invoices.rest())


def test_an_invoice_without_end_is_cut_off():
    invoices = Invoices()
    refused = [invoices.add(parsed(number)) for number in range(1, MOST_LINES + 3)]
    assert [issue.line for issue in refused if issue] == [MOST_LINES + 1, MOST_LINES + 2]
    assert {issue.code for issue in refused if issue} == {"too_many_lines"}
