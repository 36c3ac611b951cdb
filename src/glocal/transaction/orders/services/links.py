"""The links of orders: whoever holds one sees the order, so they end, can be ended, and are sent anew by mail only."""

from uuid import UUID

from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.transaction.orders import letters
from glocal.transaction.orders.errors import OrderNotFound
from glocal.transaction.orders.models import EndedLink, Order
from glocal.transaction.orders.rules import LINK_LIVES, LINK_MAILED_EVERY, digest_of, link_alive, new_token


@transactional
def end_links(*, order_id: UUID, actor_id: UUID | None, mailed: bool) -> None:
    """Let no link open the order that was given out so far; ``mailed``: send a new one to the order's address.

    Raises OrderNotFound.
    """
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(order_id=order_id)
    _replace(order)
    audit.record(
        actor_id=actor_id,
        action="orders.end_links",
        object_type="order",
        object_id=str(order_id),
        market=order.market,
    )
    if mailed:
        _mail(order)


@transactional
def mail_link(*, number: str, proof: str) -> bool:
    """Send the order's link to its own address; whether that was done, which nobody who asks may learn.

    ``proof`` is the digest (``rules.digest_of``) of a link that opens the order or did, or of its e-mail address in
    lower case. A link that has run out is replaced; one that is alive is sent once more, so that asking ends nothing.
    """
    order = Order.objects.select_for_update().filter(number=number).first()
    if order is None or not _proves(order, proof):
        return False
    now = clock.now()
    if order.link_mailed_at is not None and order.link_mailed_at > now - LINK_MAILED_EVERY:
        return False
    if not link_alive(order.link_until, now):
        _replace(order)
    _mail(order)
    return True


def prolong(order: Order) -> None:
    """Something new happened to a locked order, and a letter will tell of it: its link opens it for as long again."""
    if order.link_until is None:
        return
    now = clock.now()
    if link_alive(order.link_until, now):
        order.link_until = max(order.link_until, now + LINK_LIVES)
        order.save(update_fields=["link_until"])
    else:
        _replace(order)


def _replace(order: Order) -> None:
    EndedLink.objects.create(digest=digest_of(order.token), order=order, ended_at=clock.now())
    order.token = new_token()
    if order.link_until is not None:
        order.link_until = clock.now() + LINK_LIVES
    order.save(update_fields=["token", "link_until"])


def _mail(order: Order) -> None:
    order.link_mailed_at = clock.now()
    order.save(update_fields=["link_mailed_at"])
    letters.link_renewed(order)


def _proves(order: Order, proof: str) -> bool:
    known = [digest_of(order.token), *order.ended_links.values_list("digest", flat=True)]
    if order.email:
        known.append(digest_of(order.email.lower()))
    return proof in known
