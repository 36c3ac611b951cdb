"""A retailer's order lines (UCI "Online Retail"), row by row: what a row means, or why it is left out.

Pure: no database, no file. A quantity below zero on an invoice that begins with C is a return; elsewhere it is a stock
correction and no sale. Times are local to the retailer.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from glocal.platform.kernel.money import Money

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")

TEXTS = {
    "missing": gettext_noop("This is empty. Fill it in."),
    "too_long": gettext_noop("This is longer than {most} characters. Shorten it."),
    "not_a_number": gettext_noop("This is not a whole number above zero. Correct it."),
    "correction": gettext_noop(
        "A negative quantity on a sale is a stock correction. Count it in stock, not as an order."
    ),
    "no_price": gettext_noop("The price is below one penny. Give it a price, or leave the line out."),
    "price_too_high": gettext_noop("This price is higher than we can keep. Correct it."),
    "in_the_future": gettext_noop("This time has not come yet. Correct it."),
    "invoice_split": gettext_noop("This invoice was read further up already. Sort the file by time and invoice."),
    "not_one_customer": gettext_noop("This invoice names two customers. Give each an invoice of its own."),
}

MOST_UNITS = 10_000_000
MOST_PRICE = Decimal(10_000_000)
GOODS = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a row is left out; ``code`` is a key of TEXTS."""

    line: int
    field: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One order line. ``quantity`` is positive; ``is_return`` says which way goods and money went."""

    line: int
    invoice: str
    is_return: bool
    sku: str
    title: str
    quantity: int
    unit: Money
    at: datetime
    customer: str | None
    country: str

    @property
    def is_goods(self) -> bool:
        """Postage, vouchers, fees and discounts have codes of letters; goods begin with five digits."""
        return GOODS.match(self.sku) is not None


def read_row(line: int, raw: Mapping[str, Any], *, zone: ZoneInfo, currency: str, now: datetime) -> Row | Issue:
    """The row, or the first thing wrong with it."""
    invoice, sku = _text(raw["InvoiceNo"]), _text(raw["StockCode"])
    for field, text, most in (("InvoiceNo", invoice, 40), ("StockCode", sku, 60)):
        if not text:
            return Issue(line, field, "missing")
        if len(text) > most:
            return Issue(line, field, "too_long", text[:200])
    quantity, is_return = raw["Quantity"], invoice.upper().startswith("C")
    if not isinstance(quantity, int) or quantity == 0 or abs(quantity) > MOST_UNITS:
        return Issue(line, "Quantity", "not_a_number" if quantity is not None else "missing", str(quantity)[:200])
    if (quantity < 0) is not is_return:
        return Issue(line, "Quantity", "correction", str(quantity))
    price = raw["UnitPrice"]
    if not isinstance(price, int | float | Decimal) or (isinstance(price, float) and not math.isfinite(price)):
        return Issue(line, "UnitPrice", "missing", str(price)[:200])
    amount = Decimal(str(price))
    if amount > MOST_PRICE:
        return Issue(line, "UnitPrice", "price_too_high", str(price)[:200])
    unit = Money.of(amount, currency)
    if unit.minor <= 0:
        return Issue(line, "UnitPrice", "no_price", str(price)[:200])
    at = raw["InvoiceDate"]
    if not isinstance(at, datetime):
        return Issue(line, "InvoiceDate", "missing", str(at)[:200])
    moment = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    if moment > now:
        return Issue(line, "InvoiceDate", "in_the_future", at.isoformat())
    customer = raw["CustomerID"]
    title = _text(raw["Description"]) or sku
    return Row(
        line=line,
        invoice=invoice,
        is_return=is_return,
        sku=sku,
        title=title[:300],
        quantity=abs(quantity),
        unit=unit,
        at=moment,
        customer=None if customer is None else str(customer)[:80],
        country=_text(raw["Country"])[:60],
    )


def _text(value: object) -> str:
    return "" if value is None else " ".join(str(value).replace("\0", "").split())


@dataclass(slots=True)
class Invoice:
    """The lines of one invoice that were read so far."""

    rows: list[Row]

    @property
    def last_line(self) -> int:
        return self.rows[-1].line


class Invoices:
    """Gathers rows into invoices while keeping only those whose lines may still come.

    The file is sorted by time, and an invoice may be typed over some minutes: one is complete when ``WINDOW`` rows have
    passed without a line of it. Memory is bounded by the window, not by the file.
    """

    WINDOW = 4000

    def __init__(self) -> None:
        self._open: dict[str, Invoice] = {}

    def add(self, row: Row) -> Issue | None:
        """Take a row; an Issue if it cannot belong to its invoice."""
        found = self._open.get(row.invoice)
        if found is None:
            self._open[row.invoice] = Invoice([row])
        elif found.rows[0].customer != row.customer:
            return Issue(row.line, "CustomerID", "not_one_customer", str(row.customer))
        else:
            found.rows.append(row)
        return None

    def complete(self, line: int) -> Iterator[Invoice]:
        """Hand out the invoices that are complete once ``line`` was read."""
        for number, invoice in list(self._open.items()):
            if line - invoice.last_line >= self.WINDOW:
                del self._open[number]
                yield invoice

    def rest(self) -> Iterator[Invoice]:
        """Hand out all that is left at the end of the file."""
        yield from self._open.values()
        self._open.clear()
