"""Load a retailer's order lines."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from glocal.platform.http.problems import text_of
from glocal.platform.kernel.errors import DomainError
from glocal.transaction.imports import services
from glocal.transaction.imports.jobs import run as run_job
from glocal.transaction.imports.selectors import issues_of
from glocal.transaction.imports.services import DEFAULTS


class Command(BaseCommand):
    help = "Load a retailer's order lines (Parquet): products, pseudonymous customers, and all orders as history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--market", default=DEFAULTS["market"], help="where the products are sold")
        parser.add_argument("--warehouse", default=DEFAULTS["warehouse"], help="where their opening stock lies")
        parser.add_argument(
            "--opening-stock", type=int, default=DEFAULTS["opening_stock"], help="units of each new product"
        )
        parser.add_argument("--weight-g", type=int, default=DEFAULTS["weight_g"], help="grams of each new product")
        parser.add_argument("--report", type=Path, help="write the rows that were left out here, as JSON lines")
        parser.add_argument("--background", action="store_true", help="hand it to the running workers")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {key: options[key] for key in DEFAULTS}
        try:
            run_id = services.begin(file=options["file"].absolute(), options=chosen, actor_id=None)
            if options["background"]:
                run_job.defer(run_id=str(run_id))
                self.stdout.write(f"Import {run_id} is queued; the console shows how far it is.")
                return
            columns = (TextColumn("rows"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            with Progress(*columns) as bar:
                task = bar.add_task("rows", total=None)
                done = services.run(run_id, lambda count, of: bar.update(task, completed=count, total=of))
        except DomainError as error:
            raise CommandError(text_of(error)) from error
        self.stdout.write(
            f"{done.rows_done} rows: {done.products_new} new products, {done.people_new} new customers, "
            f"{done.orders_new} new orders; {done.issues_count} rows left out."
        )
        if options["report"]:
            with options["report"].open("w", encoding="utf-8") as file:
                for issue in issues_of(run_id):
                    row = {"line": issue.line, "field": issue.field, "value": issue.value, "code": issue.code}
                    file.write(json.dumps(row | {"text": issue.text}, ensure_ascii=False) + "\n")
            self.stdout.write(f"What was left out and why: {options['report']}")
