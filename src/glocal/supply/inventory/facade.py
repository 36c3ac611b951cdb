"""Stock: warehouses, balances, reservations and the journal behind them."""

from glocal.supply.inventory.errors import (
    NothingToReserve,
    NothingToShip,
    OutOfStock,
    QuantityOutOfRange,
    ReferenceUsed,
    StockIsFull,
    StockIsPromised,
    UnknownPool,
    UnknownWarehouse,
)
from glocal.supply.inventory.reservations import (
    commit,
    commit_all,
    extend,
    recommit,
    release,
    release_all,
    reserve,
    reserving,
    ship,
    sweep_expired,
)
from glocal.supply.inventory.selectors import discrepancies, levels, movements_of, reserved_for, stock, stock_at
from glocal.supply.inventory.services import adjust, allocate_flash, count, receive, receive_all, return_flash
from glocal.supply.inventory.types import (
    Discrepancy,
    Level,
    LevelPage,
    MovementInfo,
    Receipt,
    Reserved,
    ReserveLine,
    StockAt,
    WarehouseInfo,
)
from glocal.supply.inventory.warehouses import all_active as warehouses
from glocal.supply.inventory.warehouses import info as warehouse
from glocal.supply.inventory.warehouses import save_warehouse
from glocal.supply.inventory.warehouses import seed as seed_warehouses

__all__ = [
    "Discrepancy",
    "Level",
    "LevelPage",
    "MovementInfo",
    "NothingToReserve",
    "NothingToShip",
    "OutOfStock",
    "QuantityOutOfRange",
    "Receipt",
    "ReferenceUsed",
    "ReserveLine",
    "Reserved",
    "StockAt",
    "StockIsFull",
    "StockIsPromised",
    "UnknownPool",
    "UnknownWarehouse",
    "WarehouseInfo",
    "adjust",
    "allocate_flash",
    "commit",
    "commit_all",
    "count",
    "discrepancies",
    "extend",
    "levels",
    "movements_of",
    "receive",
    "receive_all",
    "recommit",
    "release",
    "release_all",
    "reserve",
    "reserved_for",
    "reserving",
    "return_flash",
    "save_warehouse",
    "seed_warehouses",
    "ship",
    "stock",
    "stock_at",
    "sweep_expired",
    "warehouse",
    "warehouses",
]
