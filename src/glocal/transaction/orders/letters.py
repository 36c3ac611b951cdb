"""What a shopper is written about an order, in the order's language."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from glocal.platform.kernel.money import Money
from glocal.platform.mail import facade as mail
from glocal.platform.markets import facade as markets
from glocal.transaction.orders.models import Order, OrderLine


def confirm(paid: Sequence[tuple[Order, Sequence[OrderLine]]]) -> None:
    """One letter an order, promised together."""
    mail.queue([_confirmation(order, lines) for order, lines in paid if order.email])


def _confirmation(order: Order, lines: Sequence[OrderLine]) -> mail.Message:
    added = Money(order.tax_added_minor + order.duty_minor + order.fees_minor, order.currency)
    included = Money(order.tax_included_minor, order.currency)
    return _letter(
        order,
        "order_paid",
        lines=[
            {
                "title": markets.pick(line.title, order.language),
                "quantity": line.quantity,
                "amount": _text(Money(line.line_minor, order.currency), order),
            }
            for line in lines
        ],
        goods=_text(Money(order.goods_minor, order.currency), order),
        shipping=_text(Money(order.shipping_minor, order.currency), order),
        taxes=_text(added, order) if added else "",
        included=_text(included, order) if included else "",
        earliest=markets.format_date(order.earliest, order.language, order.market) if order.earliest else "",
        latest=markets.format_date(order.latest, order.language, order.market) if order.latest else "",
    )


def sold_out(order: Order) -> None:
    _write(order, "order_sold_out")


def cancelled(order: Order, sent_back: Money | None) -> None:
    """``sent_back`` is what goes back with the cancellation; what went before had its own letter."""
    _write(order, "order_cancelled", refunded=_text(sent_back, order) if sent_back else "")


def refunded(order: Order, amount: Money) -> None:
    _write(order, "order_refunded", amount=_text(amount, order))


def shipped(order: Order) -> None:
    _write(order, "order_shipped")


def _write(order: Order, template: str, **context: Any) -> None:
    if order.email:
        mail.queue([_letter(order, template, **context)])


def _letter(order: Order, template: str, **context: Any) -> mail.Message:
    prefix = markets.prefix_of(order.language, order.market)
    context |= {
        "number": order.number,
        "name": order.address.get("name", ""),
        "total": _text(order.total, order),
        "link": f"{settings.PUBLIC_URL}{prefix}/orders/{order.number}?t={order.token}",
    }
    return mail.Message(order.email, template, order.language, order.market, context)


def _text(money: Money, order: Order) -> str:
    return markets.format_money(money, order.language, order.market)
