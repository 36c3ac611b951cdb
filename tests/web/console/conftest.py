"""Operators, and a paid order to work on."""

import time
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person
from glocal.platform.eventing.relay import drain
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders.models import Order
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments.types import ProviderState
from tests.factories.sale import open_shop, request_for, sell, wanted

PASSWORD = "a long enough secret"


def pay(bought: checkout.Bought) -> None:
    """The provider says that it took the money, and everybody hears of it."""
    amount = payments.payment(bought.payment_id).amount
    state = ProviderState("captured", amount, captured=amount.minor, reference=f"pay_{bought.payment_id}")
    payments.apply(bought.payment_id, state)
    drain()


def paid_order(quantity: int = 2, variant_id: UUID | None = None) -> Order:
    """An order from San Francisco, paid and with its parcel planned."""
    bought = checkout.buy(request_for(wanted(variant_id or sell(20), quantity)))
    pay(bought)
    return Order.objects.get(pk=bought.order_id)


def operator(email: str, *roles: tuple[str, str] | tuple[str, str, str]) -> Person:
    """Somebody with roles, each (business unit, role) or (business unit, role, market)."""
    person = Person.objects.create_user(email, PASSWORD, name=email.partition("@")[0].title())
    for unit, role, *market in roles:
        accounts.grant_role(
            person_id=person.pk,
            business_unit=unit,
            role=role,
            market=market[0] if market else None,
            actor_id=None,
        )
    person.refresh_from_db()
    return person


def signed_in(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend="glocal.platform.accounts.backends.EmailBackend")
        session = client.session
        session["strong_at"] = time.time()  # a second factor was shown this moment
        session.save()
    return client


@pytest.fixture
def shop(db) -> None:
    open_shop()


@pytest.fixture
def manager(db) -> Client:
    """Manages North America."""
    return signed_in(operator("maya@glocal.test", ("na", "manager")))


@pytest.fixture
def root(db) -> Client:
    return signed_in(Person.objects.create_superuser("root@glocal.test", PASSWORD))


@pytest.fixture
def step() -> Callable[..., object]:
    """Take a step on a page, as its form would."""

    def take(client: Client, address: str, name: str, **fields: object) -> object:
        return client.post(address, {"step": name, **fields})

    return take
