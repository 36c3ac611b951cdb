from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "glocal.web.console"
    label = "console"
    verbose_name = "Console"
