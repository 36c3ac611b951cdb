"""Reads of papers."""

from uuid import UUID

from django.db.models import Q

from glocal.platform.kernel.money import Money
from glocal.transaction.invoices.errors import PaperNotFound
from glocal.transaction.invoices.models import Paper
from glocal.transaction.invoices.types import PaperInfo


def papers_of(order_id: UUID) -> tuple[PaperInfo, ...]:
    """The papers of an order, in the order they were issued. One statement."""
    return tuple(_info(row) for row in Paper.objects.filter(order_id=order_id).defer("content").order_by("issued_at"))


def paper_of(order_id: UUID, number: str) -> Paper:
    """A paper of an order: by number, by what it is of (``refund:ID``), or the ``invoice``. Raises PaperNotFound."""
    rows = Paper.objects.filter(order_id=order_id)
    found = rows.filter(kind="invoice") if number == "invoice" else rows.filter(Q(number=number) | Q(source=number))
    paper = found.first() if "\0" not in number else None
    if paper is None:
        raise PaperNotFound()
    return paper


def _info(row: Paper) -> PaperInfo:
    total = Money(row.total_minor, row.currency)
    return PaperInfo(row.pk, row.kind, row.number, row.order_id, row.market, total, row.issued_at, row.source)
