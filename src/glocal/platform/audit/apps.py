from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "glocal.platform.audit"
    label = "audit"
    verbose_name = "Audit"
