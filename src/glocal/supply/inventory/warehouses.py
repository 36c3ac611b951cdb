"""The warehouses, kept in the process for a few seconds: there are few, they rarely change, every order needs them."""

from datetime import time
from importlib import resources
from uuid import UUID

import yaml

from glocal.platform.eventing import transactional
from glocal.platform.kernel.cache import ProcessCache
from glocal.supply.inventory.errors import UnknownWarehouse
from glocal.supply.inventory.models import Warehouse
from glocal.supply.inventory.types import WarehouseInfo

_kept: ProcessCache[str, dict[UUID, WarehouseInfo]] = ProcessCache(seconds=15)


def _by_id() -> dict[UUID, WarehouseInfo]:
    return _kept.get("all", lambda: {row.pk: _info(row) for row in Warehouse.objects.order_by("code")})


def all_active() -> tuple[WarehouseInfo, ...]:
    """Active warehouses by code."""
    return tuple(info for info in _by_id().values() if info.active)


def info(warehouse_id: UUID) -> WarehouseInfo:
    """The warehouse, also an inactive one. Raises UnknownWarehouse."""
    if warehouse_id not in _by_id():
        _kept.clear()  # another process may just have added it
    found = _by_id().get(warehouse_id)
    if found is None:
        raise UnknownWarehouse(field="warehouse_id", warehouse=warehouse_id)
    return found


@transactional
def save_warehouse(
    *, code: str, name: str, country: str, kind: str, time_zone: str, cutoff: time = time(14), active: bool = True
) -> WarehouseInfo:
    """Add a warehouse, or change the one with this code."""
    values = {"name": name, "country": country, "kind": kind, "time_zone": time_zone, "cutoff": cutoff}
    row, _ = Warehouse.objects.update_or_create(code=code, defaults=values | {"active": active})
    _kept.clear()
    return _info(row)


def seed() -> tuple[WarehouseInfo, ...]:
    """Add those of the product's four warehouses (data/warehouses.yaml) that are missing; others stay as they are."""
    text = (resources.files("glocal.supply.inventory") / "data/warehouses.yaml").read_text()
    rows = [row | {"cutoff": time.fromisoformat(row["cutoff"])} for row in yaml.safe_load(text)]
    Warehouse.objects.bulk_create((Warehouse(**row) for row in rows), ignore_conflicts=True)
    _kept.clear()
    return all_active()


def _info(row: Warehouse) -> WarehouseInfo:
    return WarehouseInfo(row.pk, row.code, row.name, row.country, row.kind, row.time_zone, row.cutoff, row.active)
