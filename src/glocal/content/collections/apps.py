from django.apps import AppConfig


class CollectionsConfig(AppConfig):
    name = "glocal.content.collections"
    label = "collections"
    verbose_name = "Collections"
