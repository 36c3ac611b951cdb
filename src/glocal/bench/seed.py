"""Goods to measure with: as many products as the measured peers had, with prices, stock and landed costs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.management import call_command

if TYPE_CHECKING:
    from glocal.content.catalog.facade import ProductInput

MARKET = "US"
WAREHOUSE = "US-LAX"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made: products' slugs, and a variant each."""

    slugs: list[str]
    variants: list[UUID]


def seed(products: int, units: int) -> Seeded:
    """Make ``products`` with one variant, a price in the US and ``units`` in the Los Angeles warehouse each."""
    from glocal.content.catalog import facade as catalog
    from glocal.platform.kernel.money import Money
    from glocal.supply.inventory import facade as inventory
    from glocal.transaction.checkout import facade as checkout
    from glocal.transaction.pricing import facade as pricing

    call_command("load_reference")
    ids: list[UUID] = []
    for start in range(0, products, 250):
        batch = range(start, min(start + 250, products))
        ids += catalog.save_products([_product(number) for number in batch])
    catalog.list_in_markets(ids, [MARKET])
    refs = [ref for refs in catalog.variant_refs(ids).values() for ref in refs]
    pricing.set_prices(
        [
            pricing.NewPrice(ref.id, MARKET, Money(1500 + n % 40 * 100, "USD"), source="bench")
            for n, ref in enumerate(refs)
        ]
    )
    place = next(info for info in inventory.warehouses() if info.code == WAREHOUSE)
    inventory.receive_all(
        [inventory.Receipt(ref.id, place.id, units, "bench", f"bench:{ref.sku}") for ref in refs], actor_id=None
    )
    for start in range(0, len(ids), 250):
        checkout.refresh_landed(ids[start : start + 250])
    return Seeded([f"bench-{number}" for number in range(products)], [ref.id for ref in refs])


def _product(number: int) -> "ProductInput":
    from glocal.content.catalog.facade import ProductInput, VariantInput

    return ProductInput(
        external_source="bench",
        external_id=str(number),
        slug=f"bench-{number}",
        title={"en": f"Bench product {number} in ceramic"},
        summary={"en": "A product to measure with."},
        description={"en": "It has a description of an honest length, so that a page is a page and not a line. " * 3},
        category=f"bench/part-{number % 10}",
        brand=f"Brand {number % 25}",
        attributes={"material": [f"material-{number % 8}"]},
        hs_code="691200",
        origin="CN",
        variants=[VariantInput(f"BENCH-{number}", 300)],
    )
