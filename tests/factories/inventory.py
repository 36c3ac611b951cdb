"""Warehouses with stock in them, for any package's tests."""

from datetime import datetime, time, timedelta
from uuid import UUID

from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.supply.inventory import facade as inventory

PLACES = {
    "CN-SZX": ("CN", "home", "Asia/Shanghai"),
    "TH-BKK": ("TH", "overseas", "Asia/Bangkok"),
    "US-LAX": ("US", "overseas", "America/Los_Angeles"),
    "DE-LEJ": ("DE", "overseas", "Europe/Berlin"),
}


def warehouse(code: str = "TH-BKK", *, cutoff: time = time(14)) -> inventory.WarehouseInfo:
    """One of the product's four warehouses; asking again gives the same one."""
    country, kind, zone = PLACES[code]
    return inventory.save_warehouse(code=code, name=code, country=country, kind=kind, time_zone=zone, cutoff=cutoff)


def stock(units: int = 10, *, code: str = "TH-BKK", variant_id: UUID | None = None) -> inventory.ReserveLine:
    """Receive ``units`` of a (new) variant; returns a line that wants one of them."""
    place, variant = warehouse(code), variant_id or uuid7()
    if units:
        inventory.receive(variant_id=variant, warehouse_id=place.id, quantity=units, reason="test", actor_id=None)
    return inventory.ReserveLine(variant, place.id, 1)


def soon(minutes: float = 15) -> datetime:
    """When a reservation made now would usually expire."""
    return clock.now() + timedelta(minutes=minutes)


def free(variant_id: UUID, code: str | None = None) -> int:
    """Free units of a variant, in one warehouse or in all."""
    wanted = warehouse(code).id if code else None
    found = inventory.stock_at([variant_id]).get(variant_id, ())
    return sum(place.available for place in found if wanted in (None, place.warehouse_id))
