"""What orders refuses, and why."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, Gone, Invalid, NotFound

STATES = {
    "placed": gettext_noop("waiting for payment"),
    "paid": gettext_noop("paid"),
    "packing": gettext_noop("being packed"),
    "shipped": gettext_noop("on its way"),
    "delivered": gettext_noop("delivered"),
    "cancelled": gettext_noop("cancelled"),
    "expired": gettext_noop("not paid"),
}
"""What an order's status is called to people."""


class OrderNotFound(NotFound):
    code = "order_not_found"
    message = gettext_noop("We could not find that order. Check the number, or open the link in your e-mail.")


class OrderLinkEnded(Gone):
    """Only for who holds a link that did open the order once: to all others it is not found."""

    code = "order_link_ended"
    message = gettext_noop("This link has ended. A new one goes to the order's own e-mail address when you ask for it.")


class OrderCannotChange(Conflict):
    """The order's status does not allow the step asked for. Detail: ``state``."""

    code = "order_cannot_change"
    message = gettext_noop("This order is {state}, so this cannot be done any more.")
    told = ("state",)
    words: ClassVar[Mapping[str, Mapping[str, str]]] = {"state": STATES}


class NothingToRefund(Invalid):
    code = "nothing_to_refund"
    message = gettext_noop("Choose at least one item to refund.")


class RefundTooMuch(Invalid):
    code = "refund_too_much"
    message = gettext_noop("Only {left} of this item can still be refunded.")


class ReturnTooMuch(Invalid):
    code = "return_too_much"
    message = gettext_noop("Only {left} of this item can still be sent back.")


class OrderNotPaid(Conflict):
    code = "order_not_paid"
    message = gettext_noop("Nothing has been paid for this order, so there is nothing to refund.")
