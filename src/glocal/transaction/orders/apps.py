from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "glocal.transaction.orders"
    label = "orders"
    verbose_name = "Orders"
