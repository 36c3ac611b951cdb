"""What returns refuse, and why."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, Invalid, NotFound


class ReturnNotFound(NotFound):
    code = "return_not_found"
    message = gettext_noop("We could not find that return.")


class NothingToReturn(Invalid):
    code = "nothing_to_return"
    message = gettext_noop("Choose at least one item to send back.")


class NotDelivered(Conflict):
    code = "not_delivered"
    message = gettext_noop("Things can be sent back once they were delivered.")


class WindowClosed(Conflict):
    code = "return_window_closed"
    message = gettext_noop("These things could be sent back until {day}.")


class NotForReturn(Conflict):
    code = "not_for_return"
    message = gettext_noop(
        "This cannot be sent back for a change of mind: {title}. If something is wrong, tell us what."
    )


class PhotosMissing(Invalid):
    code = "photos_missing"
    message = gettext_noop("Add a photo of what is wrong, so that we can decide at once.")


class TooManyPhotos(Invalid):
    code = "too_many_photos"
    message = gettext_noop("Add up to {most} photos.")


class TooManyReturns(Conflict):
    code = "too_many_returns"
    message = gettext_noop("You asked to send things back {most} times within a day. Try again tomorrow.")


class CannotExchange(Conflict):
    code = "cannot_exchange"
    message = gettext_noop("That choice is not in stock any more. Choose another one, or your money back.")


class CannotSwap(Conflict):
    code = "cannot_swap"
    message = gettext_noop("That choice is not in stock at the same price any more. Choose another one.")


class InvoiceIssued(Conflict):
    code = "invoice_issued"
    message = gettext_noop(
        "The invoice of this order is issued, so it cannot be changed any more. Cancel it and order anew."
    )


class ReturnCannotChange(Conflict):
    code = "return_cannot_change"
    message = gettext_noop("This return has moved on, so this cannot be done any more.")


class NoReturnLabel(NotFound):
    code = "no_return_label"
    message = gettext_noop("The label is being made. Look again in a minute.")


class ClaimTooEarly(Conflict):
    code = "claim_too_early"
    message = gettext_noop("Give the parcel until {day}. If it is not there by then, we send it again or refund it.")


class ClaimNotPossible(Conflict):
    code = "claim_not_possible"
    message = gettext_noop("This parcel is not under way, so it cannot be reported as lost.")


class NothingToSendAgain(Conflict):
    code = "nothing_to_send_again"
    message = gettext_noop("What this parcel held was refunded or is coming back, so nothing is sent again.")
