"""A shop that can sell: reference data, a product with price and stock, and a purchase request."""

from typing import Any
from uuid import UUID, uuid4

from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.tax import facade as tax
from tests.factories.catalog import make_product
from tests.factories.inventory import stock

SAN_FRANCISCO = {
    "name": "Ada Shopper",
    "line1": "1 Market Street",
    "city": "San Francisco",
    "region": "CA",
    "postcode": "94105",
    "phone": "+14155550100",
}
BANGKOK = {
    "name": "Somchai Jaidee",
    "line1": "99/1 Sukhumvit 21 Road",
    "district": "Khlong Toei Nuea",
    "city": "Watthana",
    "region": "Bangkok",
    "postcode": "10110",
    "phone": "081 234 5678",
}


def open_shop() -> None:
    """The reference data that every installation starts with."""
    inventory.seed_warehouses()
    shipping.seed_tariffs()
    markets.save_demo_rates()
    tax.load_rules()


def sell(units: int = 10, *, warehouse: str = "US-LAX", prices: dict[str, int] | None = None, **fields: Any) -> UUID:
    """A variant on sale in the US (19.99) and Thailand with so many units; returns its id."""
    variant_id = make_product(prices=prices, **fields).variant_id
    stock(units, code=warehouse, variant_id=variant_id)
    return variant_id


def address(fields: dict[str, str] | None = None, country: str = "US") -> markets.Address:
    return markets.check_address(country, fields or SAN_FRANCISCO, "en")


def wanted(variant_id: UUID, quantity: int = 1) -> tuple[checkout.Wanted, ...]:
    return (checkout.Wanted(variant_id, quantity),)


def request_for(lines: tuple[checkout.Wanted, ...], **changes: Any) -> checkout.BuyRequest:
    """What a guest in San Francisco sends after having seen the total."""
    market = markets.get(changes.get("market", "US"))
    place = changes.get("address") or address()
    quote = checkout.quote_for(market, "en", lines, address=place)
    asked: dict[str, Any] = {
        "key": f"test-{uuid4()}",
        "buyer": checkout.Buyer(uuid7()),
        "market": market.code,
        "language": "en",
        "email": "ada@example.com",
        "address": place,
        "delivery_code": quote.option.code,
        "method": "card",
        "expected_total": quote.total.minor,
        "return_url": "http://localhost/return",
        "lines": lines,
        "start_payment": False,
    }
    return checkout.BuyRequest(**asked | changes)
