from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TaxConfig(AppConfig):
    name = "glocal.transaction.tax"
    label = "tax"
    verbose_name = "Tax"

    def ready(self) -> None:
        post_migrate.connect(_load_rules, sender=self)


def _load_rules(using: str, **_: Any) -> None:
    """New code brings its rules along, so that no installation quotes by the rules of an older one."""
    from django.db import connections

    from glocal.transaction.tax.models import TaxRulesVersion
    from glocal.transaction.tax.services import load_rules

    if TaxRulesVersion._meta.db_table in connections[using].introspection.table_names():  # not when migrated to nothing
        load_rules()
