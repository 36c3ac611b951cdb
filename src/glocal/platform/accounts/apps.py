from allauth.account.apps import AccountConfig
from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "glocal.platform.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from glocal.platform.accounts import signals  # noqa: F401


class AllauthConfig(AccountConfig):  # type: ignore[misc]
    """Allauth's tables without its middleware, on which the original insists: its request context is set around the few
    views that need it, so that nothing of it runs for a purchase or a program's call.
    """

    default = False

    def ready(self) -> None:
        from allauth.account import checks  # noqa: F401
