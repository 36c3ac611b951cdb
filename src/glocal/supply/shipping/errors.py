"""Refusals of shipping."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

STATES = {
    "planned": gettext_noop("planned"),
    "picking": gettext_noop("being picked"),
    "packed": gettext_noop("packed"),
    "shipped": gettext_noop("on its way"),
    "delivered": gettext_noop("delivered"),
    "exception": gettext_noop("held up"),
    "cancelled": gettext_noop("cancelled"),
}
"""What a parcel's status is called to people."""


class ShipmentNotFound(NotFound):
    """No parcel has this id or tracking number."""

    code = "shipment_not_found"
    message = gettext_noop("We could not find that parcel.")


class ShipmentCannotChange(Conflict):
    """The parcel is past, or not yet at, the step asked for. Details: ``number``, ``state``, ``wanted``."""

    code = "shipment_cannot_change"
    message = gettext_noop("Parcel {number} is “{state}” and cannot become “{wanted}” now.")
    told = ("state", "wanted")
    words: ClassVar[Mapping[str, Mapping[str, str]]] = {"state": STATES, "wanted": STATES}


class ParcelIsLeaving(Conflict):
    """A box that would have to be opened is just being handed to its carrier. Detail: ``number``."""

    code = "parcel_is_leaving"
    message = gettext_noop("Parcel {number} is being handed to its carrier. Try again in a few minutes.")


class NoLabel(NotFound):
    """The parcel has no label yet."""

    code = "no_label"
    message = gettext_noop("This parcel has no label yet. It is made when the parcel is handed to the carrier.")


class UnknownCarrier(NotFound):
    """No carrier has this name."""

    code = "unknown_carrier"
    message = gettext_noop("We know no carrier “{carrier}”.")


class TariffInvalid(Invalid):
    """A tariff file contradicts itself; ``where`` names the place."""

    code = "tariff_invalid"
    message = gettext_noop("The tariff is wrong at {where}: {fault}")


class SignatureInvalid(Forbidden):
    """A message that claims to be the carrier's is not signed by it, or too old."""

    code = "signature_invalid"
    message = gettext_noop("The signature is wrong or too old.")


class CarrierUnavailable(Unavailable):
    """The carrier did not answer, or answered that it cannot now; the call may be repeated."""

    code = "carrier_unavailable"
    message = gettext_noop("The carrier does not answer. We will try again.")


class CarrierRefused(Invalid):
    """The carrier will not take this parcel as it is; repeating the call is no use. Details: ``reason``."""

    code = "carrier_refused"
    message = gettext_noop("The carrier refused the parcel: {reason}")
