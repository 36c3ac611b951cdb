"""What checkout refuses, and why."""

from django.utils.translation import gettext_noop

from glocal.platform.http.idempotency import IdempotencyKeyReused
from glocal.platform.kernel.errors import Conflict, Invalid
from glocal.transaction.checkout.models import MOST_LINES, MOST_UNITS


class BadQuantity(Invalid):
    code = "bad_quantity"
    message = gettext_noop("Choose a quantity from 1 to {most}.")

    def __init__(self) -> None:
        super().__init__(field="quantity", most=MOST_UNITS)


class CartFull(Invalid):
    code = "cart_full"
    message = gettext_noop("A bag holds {most} different items. Order these first, or remove one.")

    def __init__(self) -> None:
        super().__init__(field="variant_id", most=MOST_LINES)


class NotForSale(Invalid):
    """Unknown, hidden in this market, or without a price there: the three look the same."""

    code = "not_for_sale"
    message = gettext_noop("This item is not sold here. Remove it to go on.")


class SoldOut(Conflict):
    code = "sold_out"
    told = ("variant_id", "available")
    message = gettext_noop("Only {available} of “{title}” are left. Change the quantity to go on.")


class CartEmpty(Invalid):
    code = "cart_empty"
    message = gettext_noop("Your bag is empty. Add something first.")


class NoDelivery(Conflict):
    code = "no_delivery"
    message = gettext_noop("We cannot deliver these items to this address. {reason}")


class AddressElsewhere(Invalid):
    """A market's prices and taxes hold for addresses in it only."""

    code = "address_elsewhere"
    message = gettext_noop("The address is not in the country you shop in. Change one of the two.")


class AddressCostsOther(Conflict):
    """At the other address the order's landed total would be another one."""

    code = "address_costs_other"
    message = gettext_noop(
        "At this address delivery or taxes would come to another total. Cancel the order and buy again with it."
    )


class BadReturnUrl(Invalid):
    """For programs: where to send the shopper back to after paying is not a page of ours."""

    code = "bad_return_url"
    message = "Send a return_url that begins with https:// and a host that this shop is served under."


class UnknownDelivery(Invalid):
    code = "unknown_delivery"
    message = gettext_noop("This delivery choice is no longer there. Choose another.")


class TotalChanged(Conflict):
    """What the shopper was shown is not what it costs now: nothing is bought, and the new ``total`` is shown."""

    code = "total_changed"
    told = ("total",)
    message = gettext_noop("The total is now {now} (it was {before}). Nothing was bought. Check it and pay again.")


class AlreadyPlaced(IdempotencyKeyReused):
    """The key has placed an order with other details. Details: the order's ``number`` and ``token``, for its buyer."""

    message = gettext_noop("Order {number} was placed before with other details. Look at it, then begin anew.")


class BadEmail(Invalid):
    code = "bad_email"
    message = gettext_noop("Enter an e-mail address such as name@example.com.")


class UnknownMethod(Invalid):
    code = "unknown_method"
    message = gettext_noop("Choose a way to pay.")
