from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "glocal.content.search"
    label = "search"
    verbose_name = "Search"
