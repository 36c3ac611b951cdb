"""Reads of imports."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.utils.translation import gettext

from glocal.transaction.imports.errors import RunNotFound
from glocal.transaction.imports.models import ImportIssue, ImportRun
from glocal.transaction.imports.retail import MOST_LETTERS, TEXTS
from glocal.transaction.imports.types import IssueView, RunView


def view_of(row: ImportRun) -> RunView:
    return RunView(
        id=row.pk,
        state=row.state,
        rows_total=row.rows_total,
        rows_done=row.rows_done,
        products_new=row.products_new,
        people_new=row.people_new,
        orders_new=row.orders_new,
        issues_count=row.issues_count,
        error=row.error,
    )


def run_of(run_id: UUID) -> RunView:
    """How far a run came. Raises RunNotFound."""
    row = ImportRun.objects.filter(pk=run_id).first()
    if row is None:
        raise RunNotFound()
    return view_of(row)


def issues_of(run_id: UUID) -> Iterator[IssueView]:
    """The error report: a row for each line that was left out, in the active language, by line."""
    yield from in_words(ImportIssue.objects.filter(run_id=run_id).order_by("line", "pk").iterator())


def in_words(issues: Iterable[ImportIssue]) -> Iterator[IssueView]:
    """Issues with what to do about each, in the active language."""
    for issue in issues:
        text = gettext(TEXTS[issue.code]).format(most=MOST_LETTERS.get(issue.field, 0))
        yield IssueView(issue.line, issue.field, issue.code, issue.value, text)
