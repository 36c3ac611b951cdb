"""A guest's order becomes part of an account."""

from uuid import UUID

from django.db.models import Q

from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.transaction.orders.errors import OrderNotFound
from glocal.transaction.orders.models import Order


@transactional
def claim(*, number: str, token: str, person_id: UUID) -> None:
    """Put a guest's order into the account of who holds its link; repeating it changes nothing.

    Raises OrderNotFound, also for an order that belongs to somebody else.
    """
    if "\0" in f"{number}{token}":  # PostgreSQL takes no such text
        raise OrderNotFound()
    found = Order.objects.filter(Q(link_until=None) | Q(link_until__gt=clock.now()), number=number, token=token)
    changed = found.filter(person_id=None).update(person_id=person_id)
    if not changed and not found.filter(person_id=person_id).exists():
        raise OrderNotFound()
