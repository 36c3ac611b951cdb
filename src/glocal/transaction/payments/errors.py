"""How payments say no, and what declines mean in words."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    message = gettext_noop("We could not find that payment.")


class ProviderUnknown(NotFound):
    code = "provider_unknown"
    message = gettext_noop("There is no payment provider of that name.")


class MethodNotOffered(Invalid):
    code = "method_not_offered"
    message = gettext_noop("This way to pay is not offered here. Choose another one.")


class SavedMethodNotFound(Invalid):
    code = "saved_method_not_found"
    message = gettext_noop("This saved way to pay is no longer there. Choose another one.")


class NothingToPay(Invalid):
    code = "nothing_to_pay"
    message = gettext_noop("The amount to pay must be above zero.")


class NotRefundable(Conflict):
    """Less is left on the payment than was asked back; ``left`` in minor units."""

    code = "not_refundable"
    message = gettext_noop("This is more than is left to refund on this payment.")


class NotCapturable(Conflict):
    code = "not_capturable"
    message = gettext_noop("Only a payment that is held can be taken.")


class BadSignature(Forbidden):
    code = "bad_signature"
    message = gettext_noop("The signature does not belong to this message.")


class BadWebhook(Invalid):
    code = "bad_webhook"
    message = gettext_noop("This message can't be read.")


class ProviderUnavailable(Unavailable):
    """The provider took nothing: the same call may be made again."""

    code = "provider_unavailable"
    message = gettext_noop("The payment provider is not answering. You have not been charged. Please try again.")


class ProviderBusy(ProviderUnavailable):
    """So many wait for this provider already that one more would take the room of everybody else; it was not asked."""

    code = "provider_busy"
    message = gettext_noop(
        "The payment provider is slow right now. You have not been charged. Please try again in a few seconds."
    )


class ProviderSilent(Unavailable):
    """The provider did not answer in time and may or may not have acted; only it can tell."""

    code = "provider_silent"
    message = gettext_noop("The payment provider has not answered yet. We are checking; please do not pay again.")


class ProviderRefused(Conflict):
    """The provider understood and will not; ``reason`` is its own code."""

    code = "provider_refused"
    message = gettext_noop("The payment provider refused this ({reason}).")

    @property
    def reason(self) -> str:
        return str(self.details.get("reason", ""))


class ProviderCalledInTransaction(RuntimeError):
    """A provider was about to be called with a transaction open; a programming error."""


DECLINES = {
    "insufficient_funds": gettext_noop("There is not enough money on this card. Try another one."),
    "expired_card": gettext_noop("This card has expired. Try another one."),
    "card_declined": gettext_noop("The bank declined this card. Try another one, or ask your bank."),
    "authentication_failed": gettext_noop("Your bank could not confirm that it was you. Try again or pay another way."),
    "cancelled": gettext_noop("You cancelled the payment. You have not been charged."),
    "expired": gettext_noop("The payment was not finished in time. You have not been charged."),
    "never_arrived": gettext_noop("The payment did not reach the provider. You have not been charged."),
}
DECLINED = gettext_noop("The payment was declined. Try another way to pay.")
