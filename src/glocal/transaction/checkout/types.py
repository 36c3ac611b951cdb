"""What checkout hands out and takes in. All money of one quote is in its market's currency."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.orders import facade as orders
from glocal.transaction.payments import facade as payments
from glocal.transaction.tax import facade as tax


@dataclass(frozen=True, slots=True)
class Wanted:
    """A variant and how many."""

    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: always a visitor, perhaps a known person."""

    visitor_id: UUID
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One line of a quote, ready to show."""

    variant_id: UUID
    product_id: UUID
    sku: str
    slug: str
    title: str
    options: str
    quantity: int
    unit: Money
    line: Money
    cover: dict[str, Any] | None
    available: int


@dataclass(frozen=True, slots=True)
class DeliveryChoice:
    """A delivery and what the whole order costs with it."""

    option: shipping.ShippingOption
    totals: orders.Totals
    tax: tax.TaxQuote

    @property
    def total(self) -> Money:
        return self.totals.total


@dataclass(frozen=True, slots=True)
class Quote:
    """What some goods cost at a place, all in, by one delivery option; ``choices`` are those that were priced."""

    lines: tuple[QuotedLine, ...]
    totals: orders.Totals
    option: shipping.ShippingOption
    choices: tuple[DeliveryChoice, ...]
    missing: tuple[shipping.MissingOption, ...]
    tax: tax.TaxQuote

    @property
    def total(self) -> Money:
        return self.totals.total


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart with its landed total. ``quote`` is None while it is empty or a ``problem`` stands in the way."""

    lines: tuple[QuotedLine, ...]
    unavailable: tuple[UUID, ...]
    count: int
    quote: Quote | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class BuySheet:
    """All that a buyer confirms with one tap: item, address, delivery, way to pay, total."""

    quote: Quote | None
    problem: str | None
    address: markets.Address | None
    address_id: UUID | None
    email: str
    methods: tuple[str, ...]
    saved_methods: tuple[payments.SavedMethodView, ...]


@dataclass(frozen=True, slots=True)
class BuyRequest:
    """A purchase as the client asks for it. ``key`` is its idempotency key, ``lines`` None takes the cart.

    ``expected_total`` is what the shopper was shown, in minor units; the purchase is refused if it costs anything else.
    With ``start_payment`` false the order is placed and its payment waits for ``pay_again``.
    """

    key: str
    buyer: Buyer
    market: str
    language: str
    email: str
    address: markets.Address
    delivery_code: str
    method: str
    expected_total: int
    return_url: str
    lines: tuple[Wanted, ...] | None = None
    token: str | None = None
    saved_method_id: UUID | None = None
    save_method: bool = False
    start_payment: bool = True


@dataclass(frozen=True, slots=True)
class Bought:
    """The answer to a purchase: the order and what its payment needs next (``action_url`` to go to, if any)."""

    order_id: UUID
    number: str
    token: str
    payment_id: UUID
    payment_state: str
    action_url: str
    decline_code: str
