"""What the tax package takes and gives. Amounts are whole minor units (``Money``); times are aware."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from glocal.platform.kernel.money import Money


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """One kind of goods in one parcel.

    ``amount`` is the price of the whole line as the shopper sees it (``quantity`` pieces, discounts taken off),
    ``parcel`` an index into the request's ``shipping`` and ``ship_from``, ``hs_code`` the tariff code (digits; "" when
    unknown), ``origin`` the country of manufacture (ISO 3166-1 alpha-2; "" when unknown).
    """

    ref: str
    parcel: int
    hs_code: str
    origin: str
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True)
class FxRow:
    """One major unit of ``base`` is worth ``rate`` major units of ``quote``, as ``source`` said for the day ``on``."""

    base: str
    quote: str
    rate: Decimal
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class TaxRequest:
    """A document (cart, order) to work out: where it goes, when, at which prices, out of which countries.

    ``tax_point`` is the moment of the order or import; its day in the destination's time zone picks the rows in force.
    ``prices_include_tax``: the prices of goods and shipping contain the destination's VAT/GST (see ``TaxQuote``).
    ``region``: state or province where the tax depends on it (US, CA, BR), else None.
    ``regimes``: registrations the seller holds (IOSS, OVR, LVG, REMESSA); None takes settings.TAX_REGIMES.
    ``fx``: rates for thresholds set in another currency; the facade fills in those that are missing.
    """

    market: str
    region: str | None
    tax_point: datetime
    currency: str
    prices_include_tax: bool
    goods: tuple[TaxableLine, ...]
    shipping: tuple[Money, ...]
    ship_from: tuple[str, ...]
    regimes: frozenset[str] | None = None
    fx: tuple[FxRow, ...] = ()


@dataclass(frozen=True, slots=True)
class LineTax:
    """Tax and duty of one line; ``added`` is the part of ``tax`` that comes on top of the price."""

    ref: str
    tax: Money
    duty: Money
    added: Money


@dataclass(frozen=True, slots=True)
class Charge:
    """One row of the breakdown: all that one rule takes. ``included``: it is inside the prices already."""

    rule_id: str
    kind: str
    name: str
    rate: Decimal | None
    amount: Money
    included: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a quote is an estimate; ``facade.explain`` gives the sentence in the active language."""

    code: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TaxQuote:
    """What a document owes.

    **Total to charge = goods + shipping + tax_added + duty + fees.** ``tax_included`` is only shown: it is the part of
    the prices that is tax. Where prices include tax, the tax on goods and shipping is ``tax_included`` and only the tax
    on the duty is ``tax_added``; where they do not, all tax is ``tax_added``. When the market's tax is not due on a
    line (below a threshold, or replaced by another charge) its price stays as it is and nothing is extracted.

    The tax of all ``lines`` + ``shipping_tax`` = ``tax_included`` + ``tax_added``; the duty of all lines = ``duty``;
    the charges sum to the same totals. ``estimate``: a row was unconfirmed, only indicated or missing, as ``reasons``
    say; the amounts are then our best figure. ``evidence`` (plain JSON) holds inputs, rows and exchange rates, enough
    for ``facade.replay``.
    """

    lines: tuple[LineTax, ...]
    shipping_tax: Money
    tax_included: Money
    tax_added: Money
    duty: Money
    fees: Money
    charges: tuple[Charge, ...]
    estimate: bool
    reasons: tuple[Reason, ...]
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExpiringRule:
    """An active row whose last day lies ahead; someone must find out what follows it."""

    id: str
    area: str
    name: str
    valid_to: date
    note: str
