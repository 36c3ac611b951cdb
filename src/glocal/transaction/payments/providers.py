"""Which provider takes which payment, and the one gate through which all of them are called."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from glocal.settings import wiring
from glocal.transaction.payments.errors import ProviderBusy, ProviderCalledInTransaction, ProviderUnknown
from glocal.transaction.payments.ports import PaymentProvider

DEFAULT = "sandbox"
_PATIENCE = 0.25  # seconds


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


@contextmanager
def turn(name: str) -> Iterator[None]:
    """A place among those of this process that wait for a provider while a person waits for them.

    A provider that is slow holds that many threads and no more. Raises ProviderBusy when none gets free in a moment.
    """
    places = _places(name, settings.PROVIDER_CALLS)
    if not places.acquire(timeout=_PATIENCE):
        raise ProviderBusy
    try:
        yield
    finally:
        places.release()


@cache
def _places(name: str, many: int) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(many)


def call(name: str) -> PaymentProvider:
    """The same, for calls over the network. Raises ProviderCalledInTransaction where one is open.

    A provider may take seconds; locks held meanwhile stop everybody else, and a rollback would lose its answer.
    """
    # A test case's own transaction around the whole test is none of ours.
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise ProviderCalledInTransaction(name)
    return provider_named(name)
