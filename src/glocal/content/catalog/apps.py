from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "glocal.content.catalog"
    label = "catalog"
    verbose_name = "Catalogue"
