"""Invoices and credit notes: numbered once without gaps, frozen, and drawn in the order's language."""

from glocal.transaction.invoices.drawing import pdf
from glocal.transaction.invoices.errors import NoInvoiceYet, PaperNotFound
from glocal.transaction.invoices.selectors import paper_of, papers_of
from glocal.transaction.invoices.sellers import is_demo, seller_in
from glocal.transaction.invoices.services import is_due, issue_for, issue_waiting
from glocal.transaction.invoices.types import PaperInfo, Seller
from glocal.transaction.orders import facade as orders

__all__ = [
    "NoInvoiceYet",
    "PaperInfo",
    "PaperNotFound",
    "Seller",
    "is_demo",
    "is_due",
    "issue_for",
    "issue_waiting",
    "papers_of",
    "pdf_of",
    "seller_in",
]


def pdf_of(order: orders.OrderView, number: str) -> tuple[str, bytes]:
    """A paper of an order (by number, or ``invoice``) as a PDF, with its number; what is due is issued first.

    Raises NoInvoiceYet, PaperNotFound.
    """
    issue_for(order)
    paper = paper_of(order.id, number)
    return paper.number, pdf(paper)
