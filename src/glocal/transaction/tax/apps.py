from django.apps import AppConfig


class TaxConfig(AppConfig):
    name = "glocal.transaction.tax"
    label = "tax"
    verbose_name = "Tax"
