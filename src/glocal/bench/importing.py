"""`import`: a real retailer's file, twice; what the shop then knows beside what the file itself says.

The file is counted by its own description and not by the code that imports it. The second time must change nothing.
"""

import resource
import time
from collections import Counter
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet

from glocal.bench.meter import cpu_seconds
from glocal.bench.report import say
from glocal.bench.stage import Stage, stage

_COLUMNS = ["InvoiceNo", "StockCode", "Quantity", "UnitPrice", "CustomerID"]
_KNOWN = """
SELECT (SELECT count(*) FROM catalog_product WHERE external_source = %(source)s),
    (SELECT count(*) FROM accounts_person WHERE external_source = %(source)s),
    count(*) FILTER (WHERE kind = 'sale'), count(*) FILTER (WHERE kind = 'return'),
    coalesce(sum(CASE kind WHEN 'return' THEN -total_minor ELSE total_minor END), 0)::bigint,
    (SELECT count(*) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id WHERE o.source = %(source)s),
    (SELECT sum(quantity) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id WHERE o.source = %(source)s)
FROM orders_order WHERE source = %(source)s
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """A retailer's history in numbers; ``revenue_minor`` is sales less returns, ``left_out`` lines by reason."""

    left_out: Counter[str]
    products: int
    customers: int
    sales: int
    returns: int
    revenue_minor: int
    lines: int
    units: int


def retail(file: Path) -> None:
    """Read ``file`` into an empty installation, and again, while the installation works on what it is told."""
    with stage() as place:
        before, turns = _peak_mb(), {}
        for turn in ("first", "again"):
            turns[turn] = _read(place, file, turn)
            say("import", f"{turn}_peak_memory", _peak_mb(), "MB")
            say("import", f"{turn}_peak_memory_growth", _peak_mb() - before, "MB")
    expected = counted(file)  # after the peaks were read: it would raise them
    broken = [problem for turn, found in turns.items() for problem in compare(turn, found, expected)]
    if broken:
        raise SystemExit("import: " + "; ".join(broken))


def counted(file: Path) -> Counts:
    """What the file says. A negative quantity outside a return is a correction of stock; less than a penny no price."""
    products, customers = set[str](), set[int]()
    sales, returns = set[str](), set[str]()
    revenue = lines = units = 0
    left_out: Counter[str] = Counter()
    for batch in pyarrow.parquet.ParquetFile(file).iter_batches(batch_size=20_000, columns=_COLUMNS):
        for invoice, sku, quantity, price, customer in zip(*(column.to_pylist() for column in batch), strict=True):
            is_return, pence = invoice.startswith("C"), _pence(price)
            if (quantity < 0) != is_return or pence < 1:
                left_out["correction" if (quantity < 0) != is_return else "no_price"] += 1
                continue
            products.add(sku)
            (returns if is_return else sales).add(invoice)
            if customer is not None:
                customers.add(customer)
            lines, units, revenue = lines + 1, units + abs(quantity), revenue + quantity * pence
    return Counts(left_out, len(products), len(customers), len(sales), len(returns), revenue, lines, units)


@lru_cache(maxsize=8192)
def _pence(price: float) -> int:
    return int((Decimal(str(price)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _read(place: Stage, file: Path, turn: str) -> Counts:
    from glocal.transaction.imports import facade as imports

    database, own, begun = cpu_seconds(place.postgres), time.process_time(), time.perf_counter()
    done = imports.run(imports.begin(file=file.absolute(), options={}, actor_id=None))
    wall, own = time.perf_counter() - begun, time.process_time() - own
    database = cpu_seconds(place.postgres) - database
    say("import", f"{turn}_rows", done.rows_done, "1", done.rows_total)
    say("import", f"{turn}_products_new", done.products_new, "1")
    say("import", f"{turn}_people_new", done.people_new, "1")
    say("import", f"{turn}_orders_new", done.orders_new, "1")
    say("import", f"{turn}_wall", wall, "s")
    say("import", f"{turn}_rate", done.rows_done / wall, "rows/s")
    say("import", f"{turn}_cpu_import", own / done.rows_done * 1e6, "us/row")
    say("import", f"{turn}_cpu_database", database / done.rows_done * 1e6, "us/row")
    return known(Counter(issue.code for issue in imports.issues_of(done.id)))


def known(left_out: Counter[str]) -> Counts:
    """What the shop's own tables hold of the retailer."""
    from django.db import connection

    from glocal.transaction.imports import facade as imports

    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"source": imports.SOURCE})
        return Counts(left_out, *cursor.fetchone())


def compare(turn: str, found: Counts, expected: Counts) -> list[str]:
    """Print what the shop knows beside the file's own count; returns what differs."""
    known, wanted = _figures(found), _figures(expected)
    names = sorted(known.keys() | wanted.keys())
    for name in names:
        say("import", f"{turn}_{name}", known.get(name, 0), "GBP" if name == "revenue" else "1", wanted.get(name, 0))
    return [f"{turn}: {name} differs" for name in names if known.get(name) != wanted.get(name)]


def _figures(counts: Counts) -> dict[str, float]:
    figures: dict[str, float] = {name: value for name, value in asdict(counts).items() if name != "left_out"}
    figures["revenue"] = figures.pop("revenue_minor") / 100
    return figures | {f"lines_left_out_{code}": many for code, many in counts.left_out.items()}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
