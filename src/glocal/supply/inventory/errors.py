"""Refusals of the stock keeper."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, Invalid, NotFound


class OutOfStock(Conflict):
    """Fewer units are free than wanted. Details: ``variant_id``, ``warehouse_id``, ``wanted``, ``available``."""

    code = "out_of_stock"
    message = gettext_noop("Only {available} of this are left. Please choose fewer, or something else.")


class QuantityOutOfRange(Invalid):
    """A quantity that is zero, negative or beyond what one line may hold."""

    code = "quantity_out_of_range"
    message = gettext_noop("The quantity must be between {least} and {most}.")


class NothingToReserve(Invalid):
    """A reservation without lines."""

    code = "nothing_to_reserve"
    message = gettext_noop("There is nothing to reserve.")


class UnknownWarehouse(NotFound):
    """No warehouse has this id or code."""

    code = "unknown_warehouse"
    message = gettext_noop("We know no warehouse “{warehouse}”.")


class UnknownPool(NotFound):
    """No stock was set aside under this id."""

    code = "unknown_pool"
    message = gettext_noop("No stock was set aside under “{pool}”.")


class NothingToShip(Conflict):
    """The owner has nothing committed in that warehouse."""

    code = "nothing_to_ship"
    message = gettext_noop("Nothing is committed for {owner} in this warehouse.")


class StockIsPromised(Conflict):
    """The change would leave fewer units than are promised to buyers. Details: ``reserved``, ``would_be``."""

    code = "stock_is_promised"
    message = gettext_noop("{reserved} units are promised to buyers; {would_be} would be left. Cancel orders first.")


class NotThatMany(StockIsPromised):
    """More units are to be taken out than there are. Detail: ``on_hand``."""

    code = "not_that_many"
    message = gettext_noop("Only {on_hand} units are there.")


class StockIsFull(Conflict):
    """A stock row may not hold that many."""

    code = "stock_is_full"
    message = gettext_noop("A stock row holds at most {most} units.")


class ReferenceUsed(Conflict):
    """The reference already stands for another movement."""

    code = "reference_used"
    message = gettext_noop("“{reference}” was already booked with another quantity. Use a new reference.")
