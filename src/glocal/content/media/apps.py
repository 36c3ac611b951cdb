from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "glocal.content.media"
    label = "media"
    verbose_name = "Media"
