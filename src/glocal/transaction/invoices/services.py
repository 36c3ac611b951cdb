"""Issuing: every paper once, with the next number of its seller and year."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import F, Sum

from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from glocal.transaction.invoices.errors import NoInvoiceYet
from glocal.transaction.invoices.models import Kind, Paper, Series
from glocal.transaction.invoices.rules import credited, number_of, rest
from glocal.transaction.invoices.sellers import seller_in
from glocal.transaction.invoices.types import Content, Row, Tax
from glocal.transaction.orders import facade as orders
from glocal.transaction.tax import facade as tax

_CHANGES = timedelta(days=1)
_INVOICED = frozenset({"paid", "packing", "shipped", "delivered"})


def is_due(order: orders.OrderView) -> bool:
    """Whether an order is to be invoiced: paid, and not called off."""
    return order.status in _INVOICED


def issue_for(order: orders.OrderView) -> None:
    """Issue what an order is due: its invoice, and a credit note for every refund that was made. Repeating is harmless.

    Each has a transaction of its own. Raises NoInvoiceYet when there is none and the order is not one to invoice.
    """
    invoice = Paper.objects.filter(source=f"order:{order.id}").first()
    if invoice is None:
        if not is_due(order):
            raise NoInvoiceYet()
        total = order.totals.total.minor
        invoice = _issue(Kind.INVOICE, order, f"order:{order.id}", total, _invoice)
    _credit(order, invoice)


def _credit(order: orders.OrderView, invoice: Paper) -> None:
    refunds = [one for one in orders.refunds_of(order.id) if one.state == "done"]
    if not refunds:
        return
    issued = set(Paper.objects.filter(order_id=order.id, kind=Kind.CREDIT_NOTE).values_list("source", flat=True))
    for refund in refunds:
        source = f"refund:{refund.id}"
        if source not in issued:
            content = partial(_credit_note, refund=refund, invoice=invoice)
            _issue(Kind.CREDIT_NOTE, order, source, refund.amount.minor, content)


@transactional
def _issue(
    kind: Kind, order: orders.OrderView, source: str, total: int, content: Callable[[orders.OrderView], Content]
) -> Paper:
    """The paper of ``source``, made now if there is none. The series' row is locked from the look to the commit, and so
    is the order: no line of it changes while a paper says what it is."""
    now = clock.now()
    seller = seller_in(order.market)
    year = now.astimezone(ZoneInfo(seller.time_zone)).year
    key = {"seller": seller.code, "kind": kind, "year": year}
    Series.objects.bulk_create([Series(**key)], ignore_conflicts=True)
    series = Series.objects.select_for_update().get(**key)
    kept = Paper.objects.filter(source=source).first()
    if kept is not None:
        return kept
    Series.objects.filter(pk=series.pk).update(last=F("last") + 1)
    paper = Paper.objects.create(
        **key,
        serial=series.last + 1,
        number=number_of(seller.code, kind, year, series.last + 1),
        order_id=order.id,
        source=source,
        market=order.market,
        language=order.language,
        currency=order.totals.total.currency,
        total_minor=total,
        content=msgspec.to_builtins(content(orders.hold(order.id))),
        issued_at=now,
    )
    audit.record(
        actor_id=None,
        action=f"invoices.{kind.value}",
        object_type="order",
        object_id=str(order.id),
        after={"number": paper.number, "total_minor": total, "currency": paper.currency},
        market=order.market,
    )
    return paper


def _invoice(order: orders.OrderView) -> Content:
    totals = order.totals
    rows = [_row(order, line, line.quantity, line.line.minor) for line in order.lines]
    rows.append(Row(what="shipping", amount=totals.shipping.minor))
    return _content(order, rows, _taxes(order), totals.total.minor)


def _credit_note(order: orders.OrderView, refund: orders.RefundInfo, invoice: Paper) -> Content:
    by_id = {line.id: line for line in order.lines}
    amount, of = refund.amount.minor, order.totals.total.minor
    earlier = Paper.objects.filter(order_id=order.id, kind=Kind.CREDIT_NOTE)
    before = earlier.aggregate(sum=Sum("total_minor", default=0))["sum"]
    rows = [_row(order, by_id[line.line_id], line.quantity, line.amount.minor) for line in refund.lines]
    if refund.shipping:
        rows.append(Row(what="shipping", amount=refund.shipping.minor))
    taxes = credited(msgspec.convert(invoice.content, Content).taxes, before, amount, of)
    return _content(order, rest(rows, amount), taxes, amount, invoice.number)


def _row(order: orders.OrderView, line: orders.LineView, quantity: int, amount: int) -> Row:
    return Row(
        title=markets.pick(line.title, order.language),
        options=markets.pick(line.options, order.language) if line.options else "",
        sku=line.sku,
        quantity=quantity,
        unit=line.unit.minor,
        amount=amount,
    )


def _taxes(order: orders.OrderView) -> list[Tax]:
    """The charges as they were recorded with the order; without evidence, its totals."""
    evidence = tax.evidence_of(order.id)
    if evidence is not None:
        charges = tax.replay(evidence).charges
        return [
            Tax(one.name, "" if one.rate is None else str(one.rate), one.amount.minor, one.included)
            for one in charges
            if one.amount
        ]
    totals = order.totals
    parts = (
        ("VAT", totals.tax_included, True),
        ("VAT", totals.tax_added, False),
        ("Customs duty", totals.duty, False),
        ("Parcel fee", totals.fees, False),
    )
    return [Tax(name, "", amount.minor, included) for name, amount, included in parts if amount]


def _content(order: orders.OrderView, rows: list[Row], taxes: list[Tax], total: int, about: str = "") -> Content:
    seller = seller_in(order.market)
    address = markets.lines(markets.Address.from_dict(order.address), order.language) if order.address else ()
    return Content(
        seller_name=seller.name,
        seller_lines=seller.lines,
        registrations=seller.registrations[order.market],
        buyer_lines=list(address),
        order_number=order.number,
        ordered_at=order.placed_at,
        rows=rows,
        taxes=taxes,
        total=total,
        estimate=order.totals.estimate,
        about=about,
    )


def issue_waiting(since: datetime) -> int:
    """Issue the papers of orders that were placed or refunded from ``since`` (aware) on; returns how many orders.

    One that nobody packs yet can still be changed by its buyer, so its invoice waits, a day at most.
    """
    done, fresh = 0, clock.now() - _CHANGES
    for order_id in orders.with_papers_due(since):
        order = orders.order_by_id(order_id)
        waits = order.status == "paid" and order.placed_at > fresh
        if (is_due(order) and not waits) or _invoiced(order_id):
            issue_for(order)
            done += 1
    return done


def _invoiced(order_id: UUID) -> bool:
    return Paper.objects.filter(source=f"order:{order_id}").exists()
