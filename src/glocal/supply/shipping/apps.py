from django.apps import AppConfig


class ShippingConfig(AppConfig):
    name = "glocal.supply.shipping"
    label = "shipping"
    verbose_name = "Shipping"
