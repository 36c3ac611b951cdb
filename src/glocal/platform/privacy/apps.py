from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "glocal.platform.privacy"
    label = "privacy"
    verbose_name = "Privacy"
