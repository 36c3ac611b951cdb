"""Reads of orders. Every read of one order filters by its owner: absence and refusal look the same."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Sum

from glocal.platform.kernel.money import Money
from glocal.transaction.orders.errors import OrderNotFound
from glocal.transaction.orders.models import Order
from glocal.transaction.orders.types import LineView, OrderSummary, OrderView, Totals


def order_for(*, number: str, person_id: UUID | None, token: str | None) -> OrderView:
    """An order by its number, for its shopper or for who holds its link. Two statements.

    Raises OrderNotFound.
    """
    orders = Order.objects.filter(number=number)
    if token:
        orders = orders.filter(token=token)
    elif person_id:
        orders = orders.filter(person_id=person_id)
    else:
        raise OrderNotFound(number=number)
    order = orders.first()
    if order is None:
        raise OrderNotFound(number=number)
    return view_of(order)


def order_by_id(order_id: UUID) -> OrderView:
    """For packages above that act on an order they know. Raises OrderNotFound."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(order_id=order_id)
    return view_of(order)


def orders_of(person_id: UUID, *, limit: int = 20, before: UUID | None = None) -> list[OrderSummary]:
    """A person's orders, newest first; the next page begins before the last id. Two statements."""
    orders = Order.objects.filter(person_id=person_id, kind=Order.Kind.SALE)
    if before is not None:
        orders = orders.filter(pk__lt=before)
    found = list(orders.order_by("-placed_at").prefetch_related("lines")[:limit])
    return [_summary(order) for order in found]


def statuses_of(order_ids: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Order.objects.filter(pk__in=list(order_ids)).values_list("pk", "status"))


def revenue_of(source: str) -> dict[str, Money]:
    """Sales less returns by currency, of one source of orders."""
    sums: dict[str, int] = {}
    for currency, kind, amount in (
        Order.objects.filter(source=source).values_list("currency", "kind").annotate(Sum("total_minor"))
    ):
        sums[currency] = sums.get(currency, 0) + (amount if kind == Order.Kind.SALE else -amount)
    return {currency: Money(amount, currency) for currency, amount in sums.items()}


def _summary(order: Order) -> OrderSummary:
    lines = sorted(order.lines.all(), key=lambda line: line.pk)
    first = lines[0] if lines else None
    return OrderSummary(
        number=order.number,
        token=order.token,
        status=order.status,
        total=order.total,
        placed_at=order.placed_at,
        quantity=sum(line.quantity for line in lines),
        cover=first.cover if first else None,
        title=first.title if first else {},
    )


def view_of(order: Order) -> OrderView:
    def money(minor: int) -> Money:
        return Money(minor, order.currency)

    return OrderView(
        id=order.pk,
        number=order.number,
        token=order.token,
        status=order.status,
        person_id=order.person_id,
        email=order.email,
        market=order.market,
        language=order.language,
        totals=Totals(
            goods=money(order.goods_minor),
            shipping=money(order.shipping_minor),
            tax_added=money(order.tax_added_minor),
            tax_included=money(order.tax_included_minor),
            duty=money(order.duty_minor),
            fees=money(order.fees_minor),
            estimate=order.estimate,
        ),
        refunded=order.refunded,
        address=order.address,
        delivery_code=order.delivery_code,
        earliest=order.earliest,
        latest=order.latest,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        closed_at=order.closed_at,
        close_reason=order.close_reason,
        lines=tuple(
            LineView(
                id=line.pk,
                variant_id=line.variant_id,
                product_id=line.product_id,
                sku=line.sku,
                title=line.title,
                options=line.options,
                quantity=line.quantity,
                refunded_quantity=line.refunded_quantity,
                unit=money(line.unit_minor),
                line=money(line.line_minor),
                cover=line.cover,
            )
            for line in order.lines.order_by("pk")
        ),
    )
