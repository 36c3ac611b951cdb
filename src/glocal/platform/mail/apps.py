from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MailConfig(AppConfig):
    name = "glocal.platform.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        autodiscover_modules("letters")  # each package names its own
