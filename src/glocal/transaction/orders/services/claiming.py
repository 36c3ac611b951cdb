"""A guest's order becomes part of an account."""

from uuid import UUID

from glocal.platform.eventing import transactional
from glocal.transaction.orders.errors import OrderNotFound
from glocal.transaction.orders.models import Order


@transactional
def claim(*, number: str, token: str, person_id: UUID) -> None:
    """Put a guest's order into the account of who holds its link; repeating it changes nothing.

    Raises OrderNotFound, also for an order that belongs to somebody else.
    """
    if "\0" in f"{number}{token}":  # PostgreSQL takes no such text
        raise OrderNotFound()
    changed = Order.objects.filter(number=number, token=token, person_id=None).update(person_id=person_id)
    if not changed and not Order.objects.filter(number=number, token=token, person_id=person_id).exists():
        raise OrderNotFound()
