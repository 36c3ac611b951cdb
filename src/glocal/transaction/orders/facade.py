"""What other packages may ask of orders."""

from glocal.transaction.orders.errors import (
    NothingToRefund,
    OrderCannotChange,
    OrderNotFound,
    OrderNotPaid,
    RefundTooMuch,
)
from glocal.transaction.orders.selectors import order_by_id, order_for, orders_of, revenue_of, statuses_of
from glocal.transaction.orders.services.cancelling import cancel_order, refund_order
from glocal.transaction.orders.services.claiming import claim
from glocal.transaction.orders.services.history import import_history
from glocal.transaction.orders.services.paying import mark_paid
from glocal.transaction.orders.services.placing import place, placed_before
from glocal.transaction.orders.types import (
    DraftLine,
    DraftParcel,
    HistoryLine,
    HistoryOrder,
    LineView,
    OrderDraft,
    OrderSummary,
    OrderView,
    Placed,
    RefundLine,
    Totals,
)

__all__ = [
    "DraftLine",
    "DraftParcel",
    "HistoryLine",
    "HistoryOrder",
    "LineView",
    "NothingToRefund",
    "OrderCannotChange",
    "OrderDraft",
    "OrderNotFound",
    "OrderNotPaid",
    "OrderSummary",
    "OrderView",
    "Placed",
    "RefundLine",
    "RefundTooMuch",
    "Totals",
    "cancel_order",
    "claim",
    "import_history",
    "mark_paid",
    "order_by_id",
    "order_for",
    "orders_of",
    "place",
    "placed_before",
    "refund_order",
    "revenue_of",
    "statuses_of",
]
