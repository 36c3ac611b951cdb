from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "glocal.transaction.invoices"
    label = "invoices"
