from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "glocal.transaction.pricing"
    label = "pricing"
    verbose_name = "Prices"
