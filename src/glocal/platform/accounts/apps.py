from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "glocal.platform.accounts"
    label = "accounts"
    verbose_name = "People"
