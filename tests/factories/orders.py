"""Orders as rows, for tests that do not need a whole purchase."""

from itertools import count
from typing import Any

from glocal.platform.kernel.ids import uuid7
from glocal.transaction.orders.models import Order, OrderLine

_numbers = count(1)


def make_order(*, lines: list[dict[str, Any]] | None = None, **fields: Any) -> Order:
    """An order of one line of 20 dollars, unless told otherwise."""
    number = next(_numbers)
    goods = fields.pop("goods_minor", 2000)
    values: dict[str, Any] = {
        "number": f"TEST-{number:04}",
        "token": f"token-{number}",
        "key": f"key-{number}",
        "visitor_id": uuid7(),
        "email": "ada@example.com",
        "market": "US",
        "language": "en",
        "currency": "USD",
        "goods_minor": goods,
        "total_minor": goods,
    }
    order = Order.objects.create(**values | fields)
    for line in lines if lines is not None else [{}]:
        quantity = line.get("quantity", 1)
        unit = line.get("unit_minor", goods)
        row = {
            "variant_id": uuid7(),
            "product_id": uuid7(),
            "sku": f"SKU-{number}",
            "title": {"en": "Mug"},
            "quantity": quantity,
            "unit_minor": unit,
            "line_minor": unit * quantity,
        }
        OrderLine.objects.create(order=order, **row | line)
    return order
