"""What a shopper is written about an order, in the order's language."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel import clock
from glocal.platform.kernel.currencies import minor_digits
from glocal.platform.kernel.money import Money
from glocal.platform.mail import facade as mail
from glocal.platform.markets import facade as markets
from glocal.transaction.orders.models import Order, OrderLine


def confirm(paid: Sequence[tuple[Order, Sequence[OrderLine]]]) -> None:
    """One letter an order, promised together."""
    mail.queue([_confirmation(order, lines) for order, lines in paid if _reachable(order)])


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


def readdressed(order: Order) -> None:
    _write(order, "order_readdressed", place=_place(order))


def link_renewed(order: Order) -> None:
    _write(order, "order_link")


def swapped(order: Order, line: OrderLine, before: str) -> None:
    after = markets.pick(line.options, order.language) if line.options else line.sku
    _write(order, "order_swapped", title=markets.pick(line.title, order.language), before=before, after=after)


def _place(order: Order) -> str:
    return ", ".join(markets.lines(markets.Address.from_dict(order.address), order.language))


def shipped(order: Order) -> None:
    _write(order, "order_shipped")


def delivered(order: Order) -> None:
    _write(order, "order_delivered", until=_until(order))


def _until(order: Order) -> str:
    """The last day to change one's mind about an order that came today; goods under rules of their own aside."""
    last = markets.last_day_to_withdraw(order.market, markets.local_day(clock.now(), order.market))
    return markets.format_date(last, order.language, order.market) if last else ""


def _write(order: Order, template: str, **context: Any) -> None:
    if _reachable(order):
        mail.queue([_letter(order, template, **context)])


def _reachable(order: Order) -> bool:
    return bool(order.email) or order.person_id is not None


def _letter(order: Order, template: str, **context: Any) -> mail.Message:
    prefix = markets.prefix_of(order.language, order.market)
    context |= {
        "number": order.number,
        "name": order.address.get("name", ""),
        "total": _text(order.total, order),
        "link": f"{settings.PUBLIC_URL}{prefix}/orders/{order.number}?t={order.token}",
    }
    return mail.Message(order.email, template, order.language, order.market, context, order.person_id)


def _text(money: Money, order: Order) -> str:
    return markets.format_money(money, order.language, order.market)


def _example(language: str, market: str) -> tuple[Order, list[OrderLine]]:
    """An order that nobody placed, for previews: of things that are for sale there, in that language and money."""
    currency = markets.get(market).currency
    cards = catalog.cards(market=market, language=language, size=2).cards
    sold = [(card.title, card.price.minor) for card in cards] or [("glocal", 48 * 10 ** minor_digits(currency))]
    lines = [OrderLine(title={language: title}, quantity=1, line_minor=minor) for title, minor in sold]
    goods = sum(minor for _title, minor in sold)
    today = clock.now().date()
    order = Order(
        number="G7K3-92QF",
        email="somebody@example.com",
        token="example",  # noqa: S106 - opens nothing
        address={"name": mail.example_name(language)},
        market=market,
        language=language,
        currency=currency,
        goods_minor=goods,
        shipping_minor=goods // 10,
        tax_added_minor=goods // 20,
        total_minor=goods + goods // 10 + goods // 20,
        earliest=today + timedelta(days=4),
        latest=today + timedelta(days=7),
    )
    return order, lines


def _sample(template: str, amount: str = "") -> mail.Sample:
    """Makes the example of one letter; ``amount`` is what it calls a sum of money that it tells."""

    def sample(language: str, market: str) -> dict[str, Any]:
        order, lines = _example(language, market)
        if template == "order_paid":
            return _confirmation(order, lines).context
        if template == "order_swapped":
            title = markets.pick(lines[0].title, language)
            return _letter(order, template, title=title, before="S", after="M").context
        if template == "order_delivered":
            return _letter(order, template, until=_until(order)).context
        return _letter(order, template, **({amount: _text(order.total, order)} if amount else {})).context

    return sample


mail.register(
    *(
        mail.Letter(
            name,
            title,
            "orders",
            _sample(name, amount),
            page="/orders/{number}",
            told=("number",),
            secrets=("link",),
        )
        for name, title, amount in (
            ("order_paid", "Order paid", ""),
            ("order_shipped", "Order on its way", ""),
            ("order_delivered", "Order arrived", ""),
            ("order_cancelled", "Order cancelled", "refunded"),
            ("order_refunded", "Money sent back", "amount"),
            ("order_readdressed", "Address changed", "place"),
            ("order_sold_out", "Paid too late, sold out", ""),
            ("order_swapped", "Another size or colour", ""),
            ("order_link", "Link to an order, asked for", ""),
        )
    )
)
