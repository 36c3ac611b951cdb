from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "glocal.transaction.returns"
    label = "returns"
    verbose_name = "Returns"
