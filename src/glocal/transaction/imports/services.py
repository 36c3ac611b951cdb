"""Running an import: batch by batch, a transaction each, repeatable because everything has an external id."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow
import pyarrow.parquet

from glocal.content.catalog import facade as catalog
from glocal.platform.accounts import facade as accounts
from glocal.platform.eventing import transactional
from glocal.platform.http.problems import text_of
from glocal.platform.kernel import clock
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.transaction.imports.errors import ColumnsMissing, FileUnreadable, UnknownOption
from glocal.transaction.imports.models import ImportIssue, ImportRun
from glocal.transaction.imports.retail import COLUMNS, Invoice, Invoices, Issue, Row, read_row
from glocal.transaction.imports.selectors import view_of
from glocal.transaction.imports.types import RunView
from glocal.transaction.orders import facade as orders
from glocal.transaction.pricing import facade as pricing

SOURCE = "online-retail"
RETAIL = "retail"
BATCH = 4000
MOST_ISSUES = 20_000

DEFAULTS: dict[str, Any] = {"market": "GB", "warehouse": "DE-LEJ", "opening_stock": 20, "weight_g": 300}

Progress = Callable[[int, int], None]


@transactional
def begin(*, file: Path, options: dict[str, Any], actor_id: UUID | None) -> UUID:
    """Note that a file is to be read. ``options``: market, warehouse, opening_stock and weight_g of what it will sell.

    The file says neither weight nor stock: each new product gets ``weight_g`` and ``opening_stock`` units.
    Raises UnknownOption.
    """
    chosen = DEFAULTS | options
    try:
        markets.get(chosen["market"])
    except markets.UnknownMarket:
        raise UnknownOption(field="market", value=chosen["market"]) from None
    if chosen["warehouse"] not in {place.code for place in inventory.warehouses()}:
        raise UnknownOption(field="warehouse", value=chosen["warehouse"])
    return ImportRun.objects.create(kind=RETAIL, file=str(file), options=chosen, actor_id=actor_id).pk


def run(run_id: UUID, progress: Progress = lambda done, of: None) -> RunView:
    """Read the file of a run to its end; run it again after a crash and only what is missing is made.

    A row that is wrong becomes an issue and the rest goes on. A file that cannot be read fails the run: raises
    FileUnreadable, ColumnsMissing.
    """
    row = ImportRun.objects.get(pk=run_id)
    row.issues.all().delete()
    row.state, row.rows_done, row.issues_count, row.error = ImportRun.State.RUNNING, 0, 0, ""
    row.save()
    try:
        Reader(row, progress).read()
    except DomainError as error:
        row.state, row.error, row.finished_at = ImportRun.State.FAILED, text_of(error), clock.now()
        row.save()
        raise
    row.state, row.finished_at = ImportRun.State.DONE, clock.now()
    row.save()
    return view_of(row)


class Reader:
    """Reads one file for one run."""

    def __init__(self, row: ImportRun, progress: Progress) -> None:
        self._row, self._progress = row, progress
        self._market = markets.get(row.options["market"])
        self._zone = ZoneInfo(self._market.time_zone)
        codes = {place.code: place.id for place in inventory.warehouses()}
        self._warehouse = codes[row.options["warehouse"]]

    def read(self) -> None:
        file = _open(self._row.file)
        self._row.rows_total = file.metadata.num_rows
        invoices, line = Invoices(), 0
        for batch in file.iter_batches(batch_size=BATCH, columns=list(COLUMNS)):
            rows, issues = self._rows(batch.to_pylist(), line)
            line += batch.num_rows
            issues += [issue for row in rows if (issue := invoices.add(row))]
            self._keep(rows, list(invoices.complete(line)), issues, line)
        self._keep([], list(invoices.rest()), [], line)

    def _rows(self, raws: Sequence[dict[str, Any]], before: int) -> tuple[list[Row], list[Issue]]:
        now = clock.now()
        found = [
            read_row(number, raw, zone=self._zone, currency=self._market.currency, now=now)
            for number, raw in enumerate(raws, before + 1)
        ]
        return [row for row in found if isinstance(row, Row)], [row for row in found if isinstance(row, Issue)]

    @transactional
    def _keep(self, rows: Sequence[Row], complete: Sequence[Invoice], issues: list[Issue], line: int) -> None:
        run = self._row
        run.products_new += self._products(rows)
        run.people_new += self._people(rows)
        run.orders_new += self._orders(complete)
        run.rows_done = line
        room = MOST_ISSUES - run.issues_count
        ImportIssue.objects.bulk_create(
            ImportIssue(run=run, line=issue.line, field=issue.field, code=issue.code, value=issue.value)
            for issue in issues[: max(room, 0)]
        )
        run.issues_count += len(issues)
        run.save()
        self._progress(line, run.rows_total)

    def _products(self, rows: Sequence[Row]) -> int:
        """Make the products of these rows that are not there yet: priced as first sold, listed if they are goods."""
        first = {row.sku: row for row in reversed(rows) if not row.is_return}
        for row in rows:
            first.setdefault(row.sku, row)
        known = catalog.variant_ids(list(first))
        new = [row for sku, row in first.items() if sku not in known]
        if not new:
            return 0
        ids = catalog.save_products([self._product(row) for row in new])
        goods = [product for product, row in zip(ids, new, strict=True) if row.is_goods]
        catalog.list_in_markets(goods, [self._market.code])
        variants = catalog.variant_ids([row.sku for row in new])
        selling = [row for row in new if row.is_goods]
        pricing.set_prices(
            [pricing.NewPrice(variants[row.sku], self._market.code, row.unit, source=SOURCE) for row in selling]
        )
        if units := self._row.options["opening_stock"]:
            inventory.receive_all(
                [
                    inventory.Receipt(variants[row.sku], self._warehouse, units, "opening stock", f"{SOURCE}:{row.sku}")
                    for row in selling
                ],
                actor_id=self._row.actor_id,
            )
        return len(new)

    def _product(self, row: Row) -> catalog.ProductInput:
        return catalog.ProductInput(
            external_source=SOURCE,
            external_id=row.sku,
            title={"en": row.title.capitalize() if row.title.isupper() else row.title},
            category="retail/gifts" if row.is_goods else "retail/services",
            variants=[catalog.VariantInput(row.sku, self._row.options["weight_g"])],
        )

    def _people(self, rows: Sequence[Row]) -> int:
        customers = {row.customer for row in rows if row.customer}
        before = accounts.people_from(SOURCE, customers)
        accounts.import_people(
            [
                accounts.ImportedPerson(external_id=key, market=self._market.code)
                for key in sorted(customers - before.keys())
            ],
            SOURCE,
        )
        return len(customers) - len(before)

    def _orders(self, complete: Sequence[Invoice]) -> int:
        if not complete:
            return 0
        rows = [row for invoice in complete for row in invoice.rows]
        variants = catalog.variant_ids(sorted({row.sku for row in rows}))
        owners = catalog.products_by_variant(variants.values())
        people = accounts.people_from(SOURCE, {row.customer for row in rows if row.customer})
        history = [self._history(invoice, variants, owners, people) for invoice in complete]
        new = orders.import_history(source=SOURCE, orders=history, language="en")
        sold = [
            catalog.Sold(line.product_id, self._market.code, line.quantity if order.kind == "sale" else -line.quantity)
            for order in history
            if order.external_id in new
            for line in order.lines
        ]
        catalog.count_sold(sold)
        return len(new)

    def _history(
        self, invoice: Invoice, variants: dict[str, UUID], owners: dict[UUID, UUID], people: dict[str, UUID]
    ) -> orders.HistoryOrder:
        head = invoice.rows[0]
        return orders.HistoryOrder(
            external_id=head.invoice,
            kind="return" if head.is_return else "sale",
            person_id=people.get(head.customer) if head.customer else None,
            market=self._market.code,
            country=head.country,
            currency=self._market.currency,
            placed_at=head.at,
            lines=tuple(
                orders.HistoryLine(
                    variant_id=variants[row.sku],
                    product_id=owners[variants[row.sku]],
                    sku=row.sku,
                    title={"en": row.title},
                    quantity=row.quantity,
                    unit=row.unit,
                )
                for row in invoice.rows
            ),
        )


def _open(name: str) -> pyarrow.parquet.ParquetFile:
    try:
        file = pyarrow.parquet.ParquetFile(name)
    except (OSError, pyarrow.ArrowException) as error:
        raise FileUnreadable(field="file", file=name, why=str(error).splitlines()[0][:200]) from error
    missing = [column for column in COLUMNS if column not in file.schema_arrow.names]
    if missing:
        raise ColumnsMissing(field="file", file=name, columns=", ".join(missing))
    return file
