"""Imports in the console: send a file, watch it being read, take home what is wrong with it."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase

from glocal.platform.audit import facade as audit
from glocal.platform.console.records import Operator, Queue, Records, Step, moment, operator_of, record_url
from glocal.platform.eventing import transactional
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.transaction.imports import jobs, selectors, services
from glocal.transaction.imports.models import ImportRun

MOST_BYTES = 200 * 1024 * 1024


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Parquet file", help_text="At most 200 MB, with the columns of an Online Retail export."
    )
    market = forms.ChoiceField(label="Market it was sold in")
    warehouse = forms.ChoiceField(label="Warehouse of the opening stock")
    opening_stock = forms.IntegerField(label="Opening stock of each article", min_value=0, max_value=1_000_000)
    weight_g = forms.IntegerField(label="Weight of each article (g)", min_value=1, max_value=100_000)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 200 MB. Split it and send the parts one by one.")
        if file.read(4) != b"PAR1":
            raise forms.ValidationError("This is no Parquet file. Export the data as Parquet and send that.")
        file.seek(0)
        return file


@admin.register(ImportRun)
class ImportRunAdmin(Records):
    permission = "imports.view"
    heading = "Imports"
    trail_type = "import"
    record_template = "console/import.html"
    intro = "Orders, articles and customers of another shop. Sending a file twice changes nothing."
    list_display = ("begun", "state", "name", "progress", "products", "people", "orders", "left_out")
    numeric = ("progress", "products", "people", "orders", "left_out")
    list_filter = ("state",)
    ordering = ("-created_at",)
    facts = (
        "name",
        "begun",
        "finished",
        "market",
        "rows_total",
        "rows_done",
        "products",
        "people",
        "orders",
        "left_out",
        "error",
    )
    queues = (Queue("Imports failed", {"state__exact": "failed"}),)
    list_steps: ClassVar[Mapping[str, Step]] = {"send": Step("Import a file", "imports.run", UploadForm)}
    steps: ClassVar[Mapping[str, Step]] = {
        "again": Step("Read it again", "imports.run", hint="Makes only what is missing.")
    }

    def within(self, rows: QuerySet[Any], operator: Operator) -> QuerySet[Any]:
        return rows.filter(options__market__in=sorted(operator.markets(self.permission)))

    def may(self, request: HttpRequest, permission: str, record: ImportRun) -> bool:
        return record.options.get("market") in operator_of(request).markets(permission)

    def offers(self, name: str, record: ImportRun) -> bool:
        return record.state in {ImportRun.State.FAILED, ImportRun.State.DONE}

    @admin.display(description="begun", ordering="created_at")
    def begun(self, run: ImportRun) -> str:
        return moment(run.created_at)

    @admin.display(description="finished")
    def finished(self, run: ImportRun) -> str:
        return moment(run.finished_at)

    @admin.display(description="file")
    def name(self, run: ImportRun) -> str:
        return str(run.options.get("name") or Path(run.file).name)

    @admin.display(description="market")
    def market(self, run: ImportRun) -> str:
        return str(run.options.get("market", ""))

    @admin.display(description="new products", ordering="products_new")
    def products(self, run: ImportRun) -> int:
        return run.products_new

    @admin.display(description="new customers", ordering="people_new")
    def people(self, run: ImportRun) -> int:
        return run.people_new

    @admin.display(description="new orders", ordering="orders_new")
    def orders(self, run: ImportRun) -> int:
        return run.orders_new

    @admin.display(description="issues", ordering="issues_count")
    def left_out(self, run: ImportRun) -> int:
        return run.issues_count

    @admin.display(description="read")
    def progress(self, run: ImportRun) -> str:
        return f"{100 * run.rows_done // run.rows_total} %" if run.rows_total else ""

    def initial(self, request: HttpRequest, name: str, record: ImportRun | None) -> Mapping[str, Any]:
        return services.DEFAULTS if name == "send" else {}

    def choices(self, request: HttpRequest, name: str, record: Any) -> Mapping[str, Sequence[tuple[str, str]]]:
        codes = sorted(operator_of(request).markets("imports.run"))
        return {
            "market": [(code, markets.get(code).name) for code in codes],
            "warehouse": [(place.code, f"{place.code}, {place.name}") for place in inventory.warehouses()],
        }

    def more(self, request: HttpRequest, record: ImportRun) -> Mapping[str, Any]:
        issues = record.issues.order_by("line", "pk")[:50]
        return {
            "title": self.name(record),
            "issues": selectors.in_words(issues),
            "under_way": record.state in {"queued", "running"},
        }

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("report") == "csv":
            run = self.find(request, object_id)
            answer = StreamingHttpResponse(_report(run), content_type="text/csv; charset=utf-8")
            answer.headers["Content-Disposition"] = f'attachment; filename="import-{run.pk}.csv"'
            return answer
        return super().change_view(request, object_id, *args, **kwargs)

    def take_send(self, request: HttpRequest, record: None, given: Mapping[str, Any]) -> HttpResponse:
        path = _kept(given["file"])
        options = {name: given[name] for name in services.DEFAULTS}
        run_id = self._begin(request, path, options | {"name": given["file"].name[:120]})
        return HttpResponseRedirect(record_url("imports.importrun", run_id))

    @transactional
    def _begin(self, request: HttpRequest, path: Path, options: Mapping[str, Any]) -> Any:
        actor = operator_of(request).person_id
        run_id = services.begin(file=path, options=dict(options), actor_id=actor)
        jobs.run.defer(run_id=str(run_id))
        self._note(actor, "imports.begin", run_id, options)
        return run_id

    @transactional
    def take_again(self, request: HttpRequest, run: ImportRun, given: Mapping[str, Any]) -> str:
        jobs.run.defer(run_id=str(run.pk))
        self._note(operator_of(request).person_id, "imports.run_again", run.pk, run.options)
        return "The file is read again; reload to see how far it is."

    def _note(self, actor: Any, action: str, run_id: Any, options: Mapping[str, Any]) -> None:
        audit.record(
            actor_id=actor,
            action=action,
            object_type="import",
            object_id=run_id,
            after=options,
            market=options.get("market"),
        )


def _kept(file: Any) -> Path:
    """The upload in the data folder, under a name of ours; piece by piece, so that its size costs no memory."""
    folder = settings.HOME / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path: Path = folder / f"{uuid7()}.parquet"
    with path.open("wb") as target:
        for piece in file.chunks():
            target.write(piece)
    return path


class _Line:
    """A file for ``csv`` that hands back what was written."""

    def write(self, text: str) -> str:
        return text


def _report(run: ImportRun) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(["line", "field", "code", "value", "what to do"])
    for issue in selectors.issues_of(run.pk):
        # A cell that begins like a formula would be run by a spreadsheet.
        value = f"'{issue.value}" if issue.value[:1] in "=+-@\t\r" else issue.value
        yield writer.writerow([issue.line, issue.field, issue.code, value, issue.text])
