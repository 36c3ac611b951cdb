"""A retailer's order lines (UCI "Online Retail"), row by row: what a row means, or why it is left out.

Pure: no database, no file. A quantity below zero on an invoice that begins with C is a return; elsewhere it is a stock
correction and no sale. Times are local to the retailer.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from glocal.platform.kernel.money import Money

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")

MOST_LETTERS = {"InvoiceNo": 10, "StockCode": 60, "CustomerID": 80}
MOST_UNITS = 100_000
MOST_PRICE = 1_000_000
MOST_LINES = 10_000
OLDEST = 1970  # year

TEXTS = {
    "missing": gettext_noop("This is empty. Fill it in."),
    "too_long": gettext_noop("This is longer than {most} characters. Shorten it."),
    "not_a_number": gettext_noop("This is not a number above zero. Correct it."),
    "too_many_units": gettext_noop("Nobody orders so much in one line. Correct it, or split the line."),
    "correction": gettext_noop(
        "A negative quantity on a sale is a stock correction. Count it in stock, not as an order."
    ),
    "return_of_nothing": gettext_noop("An invoice that begins with C is a return: its quantity must be below zero."),
    "no_price": gettext_noop("The price is below one penny. Give it a price, or leave the line out."),
    "price_too_high": gettext_noop("This price is higher than we can keep. Correct it."),
    "not_a_time": gettext_noop("This is not a date with a time since 1970. Correct it."),
    "in_the_future": gettext_noop("This time has not come yet. Correct it."),
    "not_one_customer": gettext_noop("This invoice names two customers. Give each an invoice of its own."),
    "too_many_lines": gettext_noop("This invoice is too long. Go on with an invoice of its own."),
    "number_taken": gettext_noop("Another product of ours has this article number. Change one of the two."),
    "invoice_differs": gettext_noop(
        "This invoice was imported before with another time or total and stays as it was. Bring the lines of one"
        " invoice together, and give lines that were mended later an invoice number of their own."
    ),
}

_GOODS = re.compile(r"\d{5}")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a row is left out; ``code`` is a key of TEXTS."""

    line: int
    field: str
    code: str
    value: str = ""


class Refused(Exception):
    """A row that is left out: field, code and value as in Issue."""


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
        return _GOODS.match(self.sku) is not None


def read_row(line: int, raw: Mapping[str, Any], *, zone: ZoneInfo, currency: str, now: datetime) -> Row | Issue:
    """The row, or the first thing wrong with it."""
    try:
        invoice, sku = _code(raw, "InvoiceNo"), _code(raw, "StockCode")
        is_return = invoice[0] in "Cc"
        quantity = _quantity(raw["Quantity"], is_return)
        unit = _price(raw["UnitPrice"], currency)
        at = _moment(raw["InvoiceDate"], zone, now)
        customer = _code(raw, "CustomerID", optional=True) or None
    except Refused as refusal:
        return Issue(line, *refusal.args)
    title = text_of(raw["Description"])[:300] or sku
    country = text_of(raw["Country"])[:60]
    return Row(line, invoice, is_return, sku, title, quantity, unit, at, customer, country)


def text_of(value: object) -> str:
    """On one line, without what is not seen; numbers that a spreadsheet made of codes (17850.0) as whole ones."""
    if isinstance(value, str):
        return _cleaned(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _BLANK.sub(" ", str(value)).strip()


@lru_cache(maxsize=8192)  # codes, titles and countries come again and again
def _cleaned(text: str) -> str:
    return _BLANK.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def _money(amount: float | Decimal, currency: str) -> Money:
    return Money.of(Decimal(str(amount)), currency)


@lru_cache(maxsize=256)
def _in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _code(raw: Mapping[str, Any], field: str, *, optional: bool = False) -> str:
    text = text_of(raw[field])
    if not text and not optional:
        raise _refused(field, "missing", text)
    if len(text) > MOST_LETTERS[field]:
        raise _refused(field, "too_long", text)
    return text


def _refused(field: str, code: str, value: object) -> Refused:
    shown = text_of(value)[:200]
    return Refused(field, code if shown else "missing", shown)


def _quantity(value: object, is_return: bool) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or value == 0:
        raise _refused("Quantity", "not_a_number", value)
    if abs(value) > MOST_UNITS:
        raise _refused("Quantity", "too_many_units", value)
    if (value < 0) is not is_return:
        raise _refused("Quantity", "return_of_nothing" if is_return else "correction", value)
    return abs(value)


def _price(value: object, currency: str) -> Money:
    if not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise _refused("UnitPrice", "not_a_number", value)
    if value > MOST_PRICE:
        raise _refused("UnitPrice", "price_too_high", value)
    unit = _money(value, currency) if value > 0 else Money.zero(currency)
    if unit.minor <= 0:
        raise _refused("UnitPrice", "no_price", value)
    return unit


def _moment(value: object, zone: ZoneInfo, now: datetime) -> datetime:
    if not isinstance(value, datetime):
        raise _refused("InvoiceDate", "not_a_time", value)
    if value.year < OLDEST:
        raise _refused("InvoiceDate", "not_a_time", value)
    if value.year > now.year + 1:  # before any time zone is reckoned with: there is no year 10000
        raise _refused("InvoiceDate", "in_the_future", value)
    moment = value.astimezone(UTC) if value.tzinfo else _in_utc(value, zone)
    if moment > now:
        raise _refused("InvoiceDate", "in_the_future", value)
    return moment


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
            return Issue(row.line, "CustomerID", "not_one_customer", row.customer or "")
        elif len(found.rows) >= MOST_LINES:
            return Issue(row.line, "InvoiceNo", "too_many_lines", row.invoice)
        else:
            found.rows.append(row)
        return None

    def complete(self, line: int) -> list[Invoice]:
        """Hand out the invoices that are complete once ``line`` was read."""
        done = [number for number, invoice in self._open.items() if line - invoice.last_line >= self.WINDOW]
        return [self._open.pop(number) for number in done]

    def rest(self) -> list[Invoice]:
        """Hand out all that is left at the end of the file."""
        left = list(self._open.values())
        self._open.clear()
        return left
