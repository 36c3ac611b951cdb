from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "glocal.platform.mail"
    label = "mail"
    verbose_name = "Mail"
