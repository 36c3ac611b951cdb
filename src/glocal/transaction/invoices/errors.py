"""What invoices refuses, and why."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, NotFound


class PaperNotFound(NotFound):
    code = "paper_not_found"
    message = gettext_noop("We could not find that document.")


class NoInvoiceYet(Conflict):
    """An order that is not paid, or was called off before it was invoiced, has none."""

    code = "no_invoice"
    message = gettext_noop("There is an invoice once the order is paid.")
