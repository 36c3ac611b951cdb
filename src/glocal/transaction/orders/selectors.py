"""Reads of orders. Every read of one order filters by its owner: absence and refusal look the same."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.kernel.paging import Position
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders.errors import OrderLinkEnded, OrderNotFound
from glocal.transaction.orders.models import DaySales, Order, OrderLine, OrderRefund
from glocal.transaction.orders.rules import OPEN, digest_of
from glocal.transaction.orders.types import (
    DaySalesRow,
    LineView,
    OrderRow,
    OrderSummary,
    OrderView,
    RefundedLine,
    RefundInfo,
    Totals,
)
from glocal.transaction.payments import facade as payments


def order_for(*, number: str, person_id: UUID | None, token: str | None) -> OrderView:
    """An order by its number, for its shopper or for who holds its link. Two statements.

    Raises OrderNotFound, and OrderLinkEnded for a link that opened it once: a guess is not told from no order at all,
    by the answer or by the statements.
    """
    if "\0" in f"{number}{token}":  # PostgreSQL takes no such text
        raise OrderNotFound(number="")
    may = []
    if token:
        may.append(Q(token=token) & (Q(link_until=None) | Q(link_until__gt=clock.now())))
    if person_id:
        may.append(Q(person_id=person_id))
    if not may:
        raise OrderNotFound(number=number)
    orders = Order.objects.filter(number=number)
    order = orders.filter(reduce(or_, may)).first()
    if order is not None:
        return view_of(order)
    if token and orders.filter(Q(token=token) | Q(ended_links__digest=digest_of(token))).exists():
        raise OrderLinkEnded(number=number)
    raise OrderNotFound(number=number)


def order_by_id(order_id: UUID) -> OrderView:
    """For packages above that act on an order they know. Raises OrderNotFound."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(order_id=order_id)
    return view_of(order)


def orders_of(
    person_id: UUID,
    *,
    limit: int = 20,
    before: Position | None = None,
    number: str = "",
    is_open: bool | None = None,
) -> list[OrderSummary]:
    """A person's orders, newest first; the next page begins before the last one's ``position``. Two statements.

    ``number``: a part of it, in any case; ``is_open``: only those that something is still to happen to, or the others.
    """
    orders = Order.objects.filter(person_id=person_id, kind=Order.Kind.SALE)
    if number:
        orders = orders.filter(number__icontains=number.replace("\0", "")[:40])
    if is_open is not None:
        orders = orders.filter(status__in=OPEN) if is_open else orders.exclude(status__in=OPEN)
    return [_summary(order) for order in _newest(orders, before).prefetch_related("lines")[:limit]]


def orders_in(
    allowed: Sequence[str], *, market: str | None, status: str | None, before: Position | None, limit: int
) -> list[OrderRow]:
    """Orders of the allowed markets, newest first, from below the position ``before``. One statement."""
    rows = Order.objects.filter(market__in=[market] if market in allowed else allowed if market is None else [])
    if status:
        rows = rows.filter(status=status)
    return [
        OrderRow(pk, number, state, place, Money(minor, currency), placed_at)
        for pk, number, state, place, minor, currency, placed_at in _newest(rows, before).values_list(
            "pk", "number", "status", "market", "total_minor", "currency", "placed_at"
        )[:limit]
    ]


def _newest(orders: QuerySet[Order], before: Position | None) -> QuerySet[Order]:
    """By time placed, not by id: history from elsewhere is older than the ids it was given."""
    if before is not None:
        # The first bound is what the index is entered by; the second parts orders of the same microsecond.
        orders = orders.filter(placed_at__lte=before.at).filter(Q(placed_at__lt=before.at) | Q(pk__lt=before.id))
    return orders.order_by("-placed_at", "-pk")


def day_sales(allowed: Collection[str], since: date) -> list[DaySalesRow]:
    """The roll-up of the allowed markets from a day on, by day and market. One statement."""
    rows = DaySales.objects.filter(market__in=list(allowed), day__gte=since).order_by("day", "market")
    return [
        DaySalesRow(
            row.day,
            row.market,
            row.orders,
            row.units,
            Money(row.gross_minor, row.currency),
            Money(row.refunded_minor, row.currency),
        )
        for row in rows
    ]


def require_in(order_id: UUID, allowed: Collection[str]) -> None:
    """Raises OrderNotFound for an order that is not in one of the ``allowed`` markets."""
    if not Order.objects.filter(pk=order_id, market__in=list(allowed)).exists():
        raise OrderNotFound(order_id=order_id)


def count_by_status(source: str) -> dict[str, int]:
    """How many orders of one source stand in each status."""
    rows = Order.objects.filter(source=source).values_list("status").annotate(Count("pk"))
    return dict(rows)


def open_with(variant_id: UUID) -> int:
    """Orders with the variant that are neither paid nor closed."""
    return Order.objects.filter(status=Order.Status.PLACED, lines__variant_id=variant_id).count()


def sold_of(variant_id: UUID) -> int:
    """Units of the variant in orders that were paid and stand."""
    paid = OrderLine.objects.filter(variant_id=variant_id, order__source="shop", order__paid_at__isnull=False)
    return paid.exclude(order__status=Order.Status.CANCELLED).aggregate(units=Sum("quantity"))["units"] or 0


def refunds_of(order_id: UUID) -> tuple[RefundInfo, ...]:
    """What went back of an order or is to, oldest first. Three statements at most.

    What the provider gave back by itself is done; the rest is when the provider says so.
    """
    rows = OrderRefund.objects.filter(order=order_id).select_related("order").order_by("created_at", "pk")
    if not rows:
        return ()
    payment_id = rows[0].order.payment_id
    asked = payments.refunds_of([payment_id]).get(payment_id, ()) if payment_id else ()
    told = {one.key: one for one in asked}
    return tuple(_refund(row, told.get(row.key)) for row in rows)


def _refund(row: OrderRefund, told: payments.RefundView | None) -> RefundInfo:
    def money(minor: int) -> Money:
        return Money(minor, row.order.currency)

    done_at = told.done_at if told else row.created_at
    return RefundInfo(
        id=row.pk,
        amount=money(row.amount_minor),
        shipping=money(row.shipping_minor),
        lines=tuple(RefundedLine(one["line_id"], one["quantity"], money(one.get("minor", 0))) for one in row.lines),
        reason=row.reason,
        state="failed" if row.failed else "done" if done_at else "promised",
        created_at=row.created_at,
        done_at=done_at,
        key=row.key,
        method=told.method if told else "",
    )


def with_papers_due(since: datetime) -> list[UUID]:
    """Orders of the shop that were placed and paid, or of which money went back, from ``since`` on; oldest first."""
    placed = Order.objects.filter(placed_at__gte=since, paid_at__isnull=False, source="shop")
    moment = UUID(int=int(since.timestamp() * 1000) << 80)  # refunds' ids begin with their time, and are indexed
    refunded = OrderRefund.objects.filter(pk__gte=moment).values_list("order_id", flat=True)
    return list(dict.fromkeys([*placed.order_by("placed_at").values_list("pk", flat=True), *refunded]))


def content_of(line: OrderLine) -> shipping.Content:
    """A line as the customs declaration of its parcel names it."""
    return shipping.Content(
        variant_id=line.variant_id,
        sku=line.sku,
        description=line.title.get("en") or next(iter(line.title.values()), line.sku),
        hs_code=line.hs_code,
        origin=line.origin,
        unit_minor=line.unit_minor,
        weight_g=line.weight_g,
    )


def contents_of(order_id: UUID) -> dict[UUID, shipping.Content]:
    """What the customs declaration says of each variant of an order. One statement."""
    return {line.variant_id: content_of(line) for line in OrderLine.objects.filter(order=order_id).order_by("pk")}


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
        id=order.pk,
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
                returning_quantity=line.returning_quantity,
                unit=money(line.unit_minor),
                line=money(line.line_minor),
                cover=line.cover,
            )
            for line in order.lines.order_by("pk")
        ),
    )
