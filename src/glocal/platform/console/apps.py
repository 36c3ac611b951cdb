from django.apps import AppConfig


class ConsoleGroundConfig(AppConfig):
    name = "glocal.platform.console"
    label = "console_ground"
    verbose_name = "Console ground"
