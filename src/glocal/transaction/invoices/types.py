"""What invoices hands out, and what a paper says. All money of a paper is whole minor units of its one currency."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from glocal.platform.kernel.money import Money


@dataclass(frozen=True, slots=True)
class PaperInfo:
    """An invoice or credit note, without its content; ``kind`` is invoice or credit_note, ``source`` what it is of."""

    id: UUID
    kind: str
    number: str
    order_id: UUID
    market: str
    total: Money
    issued_at: datetime
    source: str


class Row(msgspec.Struct, frozen=True):
    """A line; ``what`` names a row that is no product: shipping, fees, rest. ``quantity`` 0: not counted in units."""

    title: str = ""
    options: str = ""
    sku: str = ""
    quantity: int = 0
    unit: int = 0
    amount: int = 0
    what: str = ""


class Tax(msgspec.Struct, frozen=True):
    """A charge of the tax evidence; ``included``: it is inside the amounts of the rows already."""

    name: str
    rate: str
    amount: int
    included: bool


class Seller(msgspec.Struct, frozen=True):
    """Who sells in a market. ``registrations`` by market: label and number as the law there wants them shown."""

    code: str
    name: str
    lines: list[str]
    time_zone: str
    registrations: dict[str, list[tuple[str, str]]]


class Content(msgspec.Struct, frozen=True):
    """All that a paper says, frozen when it was issued; ``about`` is the invoice that a credit note corrects."""

    seller_name: str
    seller_lines: list[str]
    registrations: list[tuple[str, str]]
    buyer_lines: list[str]
    order_number: str
    ordered_at: datetime
    rows: list[Row]
    taxes: list[Tax]
    total: int
    estimate: bool = False
    about: str = ""
    reason: str = ""
