"""A paid order, as cheaply as the shop itself would make one."""

import pytest

from glocal.platform.eventing.relay import drain
from glocal.platform.kernel import clock
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments.models import Refund
from glocal.transaction.payments.types import ProviderState
from tests.factories.sale import open_shop, request_for, wanted


@pytest.fixture
def shop(db):
    open_shop()


def pay(bought):
    """The provider says that it took the money."""
    asked = payments.payment(bought.payment_id).amount
    reference = f"pay_{bought.payment_id}"
    payments.apply(bought.payment_id, ProviderState("captured", asked, captured=asked.minor, reference=reference))
    drain()


def paid_order(variant_id, quantity=1, **changes):
    """An order of a guest in San Francisco, paid; as the facade shows it."""
    bought = checkout.buy(request_for(wanted(variant_id, quantity), **changes))
    pay(bought)
    return orders.order_by_id(bought.order_id)


def refunds_arrive():
    """The provider says that every refund was made."""

    Refund.objects.filter(state="queued").update(state="done", done_at=clock.now())
