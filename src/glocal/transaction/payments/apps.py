from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "glocal.transaction.payments"
    label = "payments"
    verbose_name = "Payments"
