from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "glocal.world.demo"
    label = "demo"
    verbose_name = "Demo"
