"""Load a retailer's order lines."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from glocal.platform.http.problems import text_of
from glocal.platform.kernel.errors import DomainError
from glocal.transaction.imports import facade as imports

DEFAULTS = imports.DEFAULTS


class Command(BaseCommand):
    help = "Load a retailer's order lines (Parquet): products, pseudonymous customers, and all orders as history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--market", default=DEFAULTS["market"], help="where the products are sold; prices are in its currency"
        )
        parser.add_argument("--warehouse", default=DEFAULTS["warehouse"], help="where their opening stock lies")
        parser.add_argument(
            "--opening-stock", type=int, default=DEFAULTS["opening_stock"], help="units of each new product"
        )
        parser.add_argument("--weight-g", type=int, default=DEFAULTS["weight_g"], help="grams of each new product")
        parser.add_argument("--report", type=Path, help="write the rows that were left out here, as JSON lines")
        parser.add_argument("--background", action="store_true", help="hand it to the running workers")

    def handle(self, *args: Any, **options: Any) -> None:
        _prepare()
        file, chosen = options["file"].absolute(), {key: options[key] for key in DEFAULTS}
        try:
            if options["background"]:
                run_id = imports.queue(file=file, options=chosen, actor_id=None)
                self.stdout.write(f"Import {run_id} is queued; the console shows how far it is.")
                return
            done = _read(imports.begin(file=file, options=chosen, actor_id=None))
            self.stdout.write(
                f"{done.rows_done} rows: {done.products_new} new products, {done.people_new} new customers, "
                f"{done.orders_new} new orders; {done.issues_count} rows left out."
            )
            if options["report"]:
                _write_report(done.id, options["report"])
                self.stdout.write(f"What was left out and why: {options['report']}")
        except DomainError as error:
            raise CommandError(text_of(error)) from error


def _prepare() -> None:
    """A folder that never ran has neither tables nor warehouses yet."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference")


def _read(run_id: UUID) -> imports.RunView:
    columns = (TextColumn("rows"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar:
        task = bar.add_task("rows", total=None)
        return imports.run(run_id, lambda count, of: bar.update(task, completed=count, total=of))


def _write_report(run_id: UUID, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for issue in imports.issues_of(run_id):
            row = {"line": issue.line, "field": issue.field, "value": issue.value, "code": issue.code}
            file.write(json.dumps(row | {"text": issue.text}, ensure_ascii=False) + "\n")
