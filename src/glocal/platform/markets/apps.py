from django.apps import AppConfig


class MarketsConfig(AppConfig):
    name = "glocal.platform.markets"
    label = "markets"
    verbose_name = "Markets"
