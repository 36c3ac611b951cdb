from django.apps import AppConfig


class HttpConfig(AppConfig):
    name = "glocal.platform.http"
    label = "http"
    verbose_name = "HTTP"
