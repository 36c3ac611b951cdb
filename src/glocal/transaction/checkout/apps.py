from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "glocal.transaction.checkout"
    label = "checkout"
    verbose_name = "Checkout"
