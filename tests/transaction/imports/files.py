"""Small Parquet files of order lines, as the retailer writes them and as he should not."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from glocal.transaction.imports import facade as imports

MORNING = datetime(2011, 3, 1, 9, 30)  # noqa: DTZ001 - the file's times are local to the retailer


def line(invoice: str = "540001", sku: str = "22423", **changes: Any) -> dict[str, Any]:
    """A sound line: two cake stands at 12.75 for customer 17850."""
    sound = {
        "InvoiceNo": invoice,
        "StockCode": sku,
        "Description": "REGENCY CAKESTAND 3 TIER",
        "Quantity": 2,
        "InvoiceDate": MORNING,
        "UnitPrice": 12.75,
        "CustomerID": 17850,
        "Country": "United Kingdom",
    }
    return sound | changes


def many(rows: int, *, per_invoice: int = 20, products: int = 300) -> list[dict[str, Any]]:
    """So many sound lines, a minute between invoices."""
    return [
        line(
            str(600000 + number // per_invoice),
            f"{10000 + number % products}",
            InvoiceDate=MORNING + timedelta(minutes=number // per_invoice),
            CustomerID=12000 + number // per_invoice % 500,
        )
        for number in range(rows)
    ]


def written(path: Path, rows: list[dict[str, Any]], **types: pyarrow.DataType) -> Path:
    """The file of these rows; ``types`` names columns whose type is not the usual one."""
    usual = {
        "InvoiceNo": pyarrow.string(),
        "StockCode": pyarrow.string(),
        "Description": pyarrow.string(),
        "Quantity": pyarrow.int64(),
        "InvoiceDate": pyarrow.timestamp("ns"),
        "UnitPrice": pyarrow.float64(),
        "CustomerID": pyarrow.int64(),
        "Country": pyarrow.string(),
    }
    schema = pyarrow.schema((usual | types).items())
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema), path)
    return path


def read(path: Path, **options: Any) -> imports.RunView:
    """The file, imported."""
    return imports.run(imports.begin(file=path, options=options, actor_id=None))


def refusals(run: imports.RunView) -> list[tuple[int, str, str]]:
    """(line, field, code) of every row that was left out."""
    return [(issue.line, issue.field, issue.code) for issue in imports.issues_of(run.id)]
