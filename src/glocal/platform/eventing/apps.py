from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class EventingConfig(AppConfig):
    name = "glocal.platform.eventing"
    label = "eventing"
    verbose_name = "Events"

    def ready(self) -> None:
        for config in apps.get_app_configs():
            if config.name.startswith("glocal.") and find_spec(f"{config.name}.handlers"):
                import_module(f"{config.name}.handlers")
