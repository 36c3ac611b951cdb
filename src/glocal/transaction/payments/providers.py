"""Which provider takes which payment, and the one gate through which all of them are called."""

from functools import cache

from django.db import connection
from django.utils.module_loading import import_string

from glocal.settings import wiring
from glocal.transaction.payments.errors import ProviderCalledInTransaction, ProviderUnknown
from glocal.transaction.payments.ports import PaymentProvider

DEFAULT = "sandbox"


@cache
def _adapter(name: str) -> PaymentProvider:
    provider: PaymentProvider = import_string(wiring.adapter(f"transaction.payments.{name}"))()
    return provider


def all_names() -> tuple[str, ...]:
    """Every provider that is wired."""
    prefix = "transaction.payments."
    return tuple(port.removeprefix(prefix) for port in wiring.PORTS if port.startswith(prefix))


def provider_named(name: str) -> PaymentProvider:
    """The adapter of a provider. Raises ProviderUnknown."""
    try:
        return _adapter(name)
    except KeyError:
        raise ProviderUnknown(provider=name) from None


def call(name: str) -> PaymentProvider:
    """The same, for calls over the network. Raises ProviderCalledInTransaction where one is open.

    A provider may take seconds; locks held meanwhile stop everybody else, and a rollback would lose its answer.
    """
    # A test case's own transaction around the whole test is none of ours.
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise ProviderCalledInTransaction(name)
    return provider_named(name)
