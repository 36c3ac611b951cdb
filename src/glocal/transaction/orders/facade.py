"""What other packages may ask of orders."""

from glocal.transaction.orders.errors import (
    NothingToRefund,
    OrderCannotChange,
    OrderNotFound,
    OrderNotPaid,
    RefundTooMuch,
)
from glocal.transaction.orders.selectors import (
    count_by_status,
    day_sales,
    open_with,
    order_by_id,
    order_for,
    orders_in,
    orders_of,
    require_in,
    revenue_of,
    sold_of,
    statuses_of,
)
from glocal.transaction.orders.services.cancelling import cancel_order, refund_order
from glocal.transaction.orders.services.claiming import claim
from glocal.transaction.orders.services.history import import_history
from glocal.transaction.orders.services.paying import Capture, mark_paid
from glocal.transaction.orders.services.placing import place, placed_before
from glocal.transaction.orders.types import (
    DaySalesRow,
    DraftLine,
    DraftParcel,
    HistoryKept,
    HistoryLine,
    HistoryOrder,
    LineView,
    OrderDraft,
    OrderRow,
    OrderSummary,
    OrderView,
    Placed,
    RefundLine,
    Totals,
)

__all__ = [
    "Capture",
    "DaySalesRow",
    "DraftLine",
    "DraftParcel",
    "HistoryKept",
    "HistoryLine",
    "HistoryOrder",
    "LineView",
    "NothingToRefund",
    "OrderCannotChange",
    "OrderDraft",
    "OrderNotFound",
    "OrderNotPaid",
    "OrderRow",
    "OrderSummary",
    "OrderView",
    "Placed",
    "RefundLine",
    "RefundTooMuch",
    "Totals",
    "cancel_order",
    "claim",
    "count_by_status",
    "day_sales",
    "import_history",
    "mark_paid",
    "open_with",
    "order_by_id",
    "order_for",
    "orders_in",
    "orders_of",
    "place",
    "placed_before",
    "refund_order",
    "require_in",
    "revenue_of",
    "sold_of",
    "statuses_of",
]
