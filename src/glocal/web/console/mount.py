"""Puts the console in the place of Django's own admin site; apart from ``apps``, which may hold one default only."""

from django.contrib.admin.apps import AdminConfig


class ConsoleAdminConfig(AdminConfig):
    """A package's ``admin.py`` registers with the console."""

    default_site = "glocal.web.console.site.Console"
