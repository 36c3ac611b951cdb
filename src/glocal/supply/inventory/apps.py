from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "glocal.supply.inventory"
    label = "inventory"
    verbose_name = "Stock"
