"""Shipping: what delivery costs and when it comes, and the parcels on their way."""

from glocal.supply.shipping.carriers import ask_for_news, intake
from glocal.supply.shipping.dispatch import ship
from glocal.supply.shipping.errors import (
    CarrierRefused,
    CarrierUnavailable,
    NoLabel,
    ShipmentCannotChange,
    ShipmentNotFound,
    SignatureInvalid,
    TariffInvalid,
    UnknownCarrier,
)
from glocal.supply.shipping.planning import explain, options
from glocal.supply.shipping.selectors import (
    label,
    require_in,
    shipment,
    shipments_in,
    shipments_of,
    track,
    work_list,
)
from glocal.supply.shipping.services import (
    cancel_shipments,
    pack,
    plan_shipments,
    put_back,
    start_picking,
    take_news,
)
from glocal.supply.shipping.tariffs import save_tariffs, seed_tariffs
from glocal.supply.shipping.types import (
    PROMISES,
    CarrierEvent,
    Content,
    Destination,
    MissingOption,
    PlanItem,
    PlannedParcel,
    ShipmentInfo,
    ShippingOption,
    ShippingOptions,
    TrackedStep,
)

__all__ = [
    "PROMISES",
    "CarrierEvent",
    "CarrierRefused",
    "CarrierUnavailable",
    "Content",
    "Destination",
    "MissingOption",
    "NoLabel",
    "PlanItem",
    "PlannedParcel",
    "ShipmentCannotChange",
    "ShipmentInfo",
    "ShipmentNotFound",
    "ShippingOption",
    "ShippingOptions",
    "SignatureInvalid",
    "TariffInvalid",
    "TrackedStep",
    "UnknownCarrier",
    "ask_for_news",
    "cancel_shipments",
    "explain",
    "intake",
    "label",
    "options",
    "pack",
    "plan_shipments",
    "put_back",
    "require_in",
    "save_tariffs",
    "seed_tariffs",
    "ship",
    "shipment",
    "shipments_in",
    "shipments_of",
    "start_picking",
    "take_news",
    "track",
    "work_list",
]
