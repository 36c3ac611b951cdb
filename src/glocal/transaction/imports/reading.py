"""What a batch of rows becomes: a transaction each, repeatable because everything has an external id."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from glocal.content.catalog import facade as catalog
from glocal.platform.accounts import facade as accounts
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.transaction.imports.errors import RunTaken
from glocal.transaction.imports.models import ImportIssue, ImportRun
from glocal.transaction.imports.parquet import Batch
from glocal.transaction.imports.retail import Invoice, Invoices, Issue, Row, read_row
from glocal.transaction.orders import facade as orders
from glocal.transaction.pricing import facade as pricing

SOURCE = "online-retail"
MOST_ISSUES = 20_000  # kept in words; further ones are only counted
_NEW_AT_ONCE = 500

# Two imports at once take turns batch by batch: what one finds missing, the other has not just begun to make.
_MY_TURN = "SELECT pg_advisory_xact_lock(hashtext('imports.retail'))"

Refs = dict[str, catalog.VariantRef]


class Reader:
    """Reads one file for one run, whose counters it keeps up."""

    def __init__(self, run: ImportRun, progress: Callable[[int, int], None]) -> None:
        self._run, self._progress = run, progress
        self._market = markets.get(run.options["market"])
        self._zone = ZoneInfo(self._market.time_zone)
        codes = {place.code: place.id for place in inventory.warehouses()}
        self._warehouse = codes[run.options["warehouse"]]

    def read(self, batches: Iterable[Batch]) -> None:
        """Read to the end. Raises RunTaken."""
        invoices, line = Invoices(), 0
        for batch in batches:
            rows, issues = self._rows(batch, line)
            line += len(batch)
            self._keep(rows, invoices, issues, line)
        self._keep([], invoices, [], line, last=True)

    def _rows(self, batch: Batch, before: int) -> tuple[list[Row], list[Issue]]:
        now, currency = clock.now(), self._market.currency
        found = [
            read_row(number, raw, zone=self._zone, currency=currency, now=now)
            for number, raw in enumerate(batch, before + 1)
        ]
        return [row for row in found if isinstance(row, Row)], [row for row in found if isinstance(row, Issue)]

    @transactional
    def _keep(self, rows: list[Row], invoices: Invoices, issues: list[Issue], line: int, *, last: bool = False) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_MY_TURN)
        rows = self._products(rows, issues)
        self._people(rows)
        issues += [issue for row in rows if (issue := invoices.add(row))]
        self._orders(invoices.rest() if last else invoices.complete(line), issues)
        self._note(issues, line)
        self._progress(line, self._run.rows_total)

    def _note(self, issues: Sequence[Issue], line: int) -> None:
        run = self._run
        ImportIssue.objects.bulk_create(
            ImportIssue(run=run, line=issue.line, field=issue.field, code=issue.code, value=issue.value)
            for issue in issues[: max(MOST_ISSUES - run.issues_count, 0)]
        )
        run.rows_done = line
        run.issues_count += len(issues)
        counters = ("rows_total", "rows_done", "products_new", "people_new", "orders_new", "issues_count")
        mine = ImportRun.objects.filter(pk=run.pk, attempt=run.attempt)
        if not mine.update(**{name: getattr(run, name) for name in counters}):
            raise RunTaken()

    def _products(self, rows: Sequence[Row], issues: list[Issue]) -> list[Row]:
        """Make the products of these rows that are not there yet; returns the rows whose product is ours."""
        known = catalog.variants_from(SOURCE, {row.sku for row in rows})
        first: dict[str, Row] = {}
        for row in sorted(rows, key=lambda row: row.is_return):  # priced as first sold, if it was sold
            if row.sku not in known:
                first.setdefault(row.sku, row)
        taken = catalog.variant_ids(list(first)) if first else {}
        new = [row for sku, row in first.items() if sku not in taken]
        for start in range(0, len(new), _NEW_AT_ONCE):
            self._make(new[start : start + _NEW_AT_ONCE])
        self._run.products_new += len(new)
        issues += [Issue(row.line, "StockCode", "number_taken", row.sku) for row in rows if row.sku in taken]
        return [row for row in rows if row.sku not in taken]

    def _make(self, new: Sequence[Row]) -> None:
        """Products with one variant each; goods are listed, priced and in stock, fees and vouchers only known."""
        catalog.save_products([self._product(row) for row in new])
        refs = catalog.variants_from(SOURCE, [row.sku for row in new])
        selling = [row for row in new if row.is_goods]
        if not selling:
            return
        catalog.list_in_markets([refs[row.sku].product_id for row in selling], [self._market.code])
        pricing.set_prices(
            [pricing.NewPrice(refs[row.sku].id, self._market.code, row.unit, source=SOURCE) for row in selling]
        )
        if units := self._run.options["opening_stock"]:
            receipts = [
                inventory.Receipt(refs[row.sku].id, self._warehouse, units, "opening stock", f"{SOURCE}:{row.sku}")
                for row in selling
            ]
            inventory.receive_all(receipts, actor_id=self._run.actor_id)

    def _product(self, row: Row) -> catalog.ProductInput:
        return catalog.ProductInput(
            external_source=SOURCE,
            external_id=row.sku,
            title={"en": row.title.capitalize() if row.title.isupper() else row.title},
            category="retail/gifts" if row.is_goods else "retail/services",
            variants=[catalog.VariantInput(row.sku, self._run.options["weight_g"])],
        )

    def _people(self, rows: Sequence[Row]) -> None:
        customers = {row.customer for row in rows if row.customer}
        new = sorted(customers - accounts.people_from(SOURCE, customers).keys())
        accounts.import_people(
            [accounts.ImportedPerson(external_id=key, market=self._market.code) for key in new], SOURCE
        )
        self._run.people_new += len(new)

    def _orders(self, complete: Sequence[Invoice], issues: list[Issue]) -> None:
        rows = [row for invoice in complete for row in invoice.rows]
        if not rows:
            return
        refs = catalog.variants_from(SOURCE, {row.sku for row in rows})
        people = accounts.people_from(SOURCE, {row.customer for row in rows if row.customer})
        history = [self._history(invoice, refs, people) for invoice in complete]
        kept = orders.import_history(source=SOURCE, orders=history, language="en")
        catalog.count_sold(
            [
                catalog.Sold(line.product_id, self._market.code, line.quantity * (1 if order.kind == "sale" else -1))
                for order in history
                if order.external_id in kept.new
                for line in order.lines
            ]
        )
        self._run.orders_new += len(kept.new)
        heads = [invoice.rows[0] for invoice in complete]
        issues += [
            Issue(head.line, "InvoiceNo", "invoice_differs", head.invoice)
            for head in heads
            if head.invoice in kept.differing
        ]

    def _history(self, invoice: Invoice, refs: Refs, people: dict[str, Any]) -> orders.HistoryOrder:
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
                    variant_id=refs[row.sku].id,
                    product_id=refs[row.sku].product_id,
                    sku=row.sku,
                    title={"en": row.title},
                    quantity=row.quantity,
                    unit=row.unit,
                )
                for row in invoice.rows
            ),
        )
