from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "glocal.transaction.imports"
    label = "imports"
    verbose_name = "Imports"
