from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "glocal.platform.jobs"
    label = "jobs"
    verbose_name = "Jobs"
